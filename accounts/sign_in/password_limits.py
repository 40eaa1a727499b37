"""How often a password may be guessed. What is counted apart cannot be used up by others.

A stranger's wrong passwords are counted for their address, for their address and this account, and for this account
over all addresses. Whoever signed in here before in this browser, or is signed in, is counted for that browser and
account alone. A passkey and a mailed link ask for no password. An account that does not exist is counted like one that
does.
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from accounts.models import User
from accounts.sign_in import known_browsers

APP = "accounts.sign_in"
ADDRESS, PAIR, ACCOUNT, KNOWN = "guess_address", "guess_pair", "guess_account", "guess_known"
# In the words of allauth. docs/security.md says these figures.
LIMITS = {
    ADDRESS: "10/m/ip,60/h/ip",
    PAIR: "5/5m/key,10/h/key",
    ACCOUNT: "20/h/key,100/d/key",
    KNOWN: "5/5m/key,30/h/key",
}


class Guess:
    """One that was let through, and may turn out to be right."""

    def __init__(self, counted: list[ratelimit.RateLimitUsage]) -> None:
        self._counted = counted

    def was_right(self) -> None:
        """It counts no more; the wrong ones before it do."""
        for each in self._counted:
            each.rollback()


def guess(request: HttpRequest, email: str, person: User | None) -> Guess | None:
    """Count it; None when there were too many. What does not come through uses up nothing of the account's."""
    email = email.lower()
    if person and (browser := browser_of(request, person)):
        counters = [(KNOWN, f"{person.pk} {browser}")]
    else:
        counters = [(ADDRESS, ""), (PAIR, f"{ratelimit.get_ip(request)} {email}"), (ACCOUNT, email)]
    counted = []
    for action, key in counters:
        usage = ratelimit.consume(request, app=APP, action=action, config=LIMITS, key=key, limit_get=True)
        if usage is None:
            return None
        counted.append(usage)
    return Guess(counted)


def browser_of(request: HttpRequest, person: User) -> str:
    """What a browser is called, where this person is signed in or was before; else empty."""
    if request.user.is_authenticated and request.user.pk == person.pk:
        return f"session {request.session.session_key}"
    return known_browsers.known_as(request, person)
