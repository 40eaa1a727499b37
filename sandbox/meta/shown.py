"""How Meta writes times, names its pages and shows lists, with the lag and the gaps that faults ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from sandbox.faults import trouble
from sandbox.meta import errors
from sandbox.meta.calls import Call
from sandbox.meta.fieldsets import Listed
from sandbox.world import World

SERVED = 4 * 86_400.0

Thing = TypeVar("Thing", bound=Listed)


def iso(at: float) -> str:
    """2026-11-21T18:00:00+0000: no colon in the offset."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def moment(text: str) -> float:
    """A time parameter, Unix seconds or ISO 8601, as Unix seconds. Raises GraphError 100."""
    if text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise errors.invalid_parameter(f"Not a time: {text}") from error
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def listed(world: World, call: Call, things: Iterable[tuple[float, Thing]]) -> list[Thing]:
    """Newest first, between `since` and `until`, without what the list does not show (yet).

    things: pairs of (since when it is public, what).
    """
    lag, gap = trouble(world, "listing_lag", host=call.host), trouble(world, "listing_misses", host=call.host)
    since = moment(call.param("since") or "0")
    until = moment(call.param("until") or f"{world.now()}")
    newest = world.now() - (lag.seconds if lag else 0.0)
    kept = [
        (at, thing)
        for at, thing in things
        if since <= at <= min(until, newest) and not (gap and world.chance(gap.probability, about=thing.id))
    ]
    return [thing for _, thing in sorted(kept, key=lambda pair: pair[0])][::-1]


def most(world: World, call: Call) -> int:
    """How many rows a page has at most. It may be short, and not the last ("Paginated Results": filtering)."""
    rule = trouble(world, "short_pages", host=call.host)
    return rule.code if rule and rule.code else 100


def picture_address(world: World, call: Call, sha256: str) -> str:
    """Where the bytes of a picture are served, for some days: `oe` is when that ends, in hexadecimal."""
    return f"{call.root}scontent.xx.fbcdn.net/v/{sha256}.jpg?oe={int(world.now() + SERVED):x}"


def edited(world: World, text: str) -> str:
    """The text as the platform keeps it: as sent, unless a fault says that it is trimmed."""
    return " ".join(text.split()) if trouble(world, "edited_text") else text
