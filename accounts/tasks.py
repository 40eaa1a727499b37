"""The minute's work on accounts. A task is a doorway: no arguments, a sentence as its result."""

from __future__ import annotations

from accounts.connecting import ending, taking_back
from accounts.connecting.refreshing import renew_due
from accounts.rights import announcing


def round() -> str:
    """Renew the logins that end soon, tell about those that need a person, clear away what was never finished."""
    renewed = renew_due()
    dead, warned, cleared = ending.check_places(), ending.warn(), ending.clear_away()
    back = taking_back.ask_due()
    announcing.announce_changes()
    told = f"{renewed} {warned} people told." if warned else renewed
    told += f" {dead} places do not accept us any more." if dead else ""
    told += f" {back} permissions were taken back." if back else ""
    return f"{told} {cleared} unfinished connections cleared away." if cleared else told
