"""How often a link is mailed. Whoever asks uses up what is theirs, and nobody keeps an owner from their own link.

A stranger's wish for a new password is counted for their address, for their address and this account, and for this
account over all addresses. Beyond the last one nothing more is mailed, and nobody is refused: the links of the mails
that are there open the door as well. When those links have become void (somebody signed in, or the password or the
address changed) the account is counted from nought again. Whoever was here before in this browser, or is signed in, is
counted by themselves. An account that does not exist is counted like one that does.

Links to confirm an address are counted for the account that they are of: somebody else who wants the same address has
another link, and takes none away.
"""

from __future__ import annotations

from enum import Enum, auto

from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.sign_in.password_limits import browser_of

APP = "accounts.sign_in.links"
ADDRESS, PAIR, ACCOUNT, KNOWN = "link_address", "link_pair", "link_account", "link_known"
CONFIRMED, ASKING = "link_confirm", "link_asking"
# In the words of allauth. docs/security.md says these figures. A link is good for three days: longer than any of them.
LIMITS = {
    ADDRESS: "20/m/ip,60/h/ip",
    PAIR: "3/5m/key,5/d/key",
    ACCOUNT: "10/d/key",
    KNOWN: "3/5m/key,10/d/key",
    CONFIRMED: "1/3m/key,10/d/key",
    ASKING: "20/d/key",
}


class Answer(Enum):
    """What becomes of a wish for a link."""

    MAIL = auto()
    IN_THE_BOX = auto()  # there are mails enough, and their links open
    TOO_MANY = auto()  # of whoever asks


def too_many(request: HttpRequest) -> HttpResponse:
    """What they are answered who ask too often."""
    return ratelimit.respond_429(request)  # type: ignore[no-any-return]


def asked(request: HttpRequest, email: str, person: User | None) -> Answer:
    """Count a wish for a link to choose a new password. `person`: whose address it is, if anybody's."""
    if person and (browser := browser_of(request, person)):
        return Answer.MAIL if _counts(request, KNOWN, f"{person.pk} {browser}") else Answer.TOO_MANY
    pair = f"{ratelimit.get_ip(request)} {email.lower()}"
    if not (_counts(request, ADDRESS, "") and _counts(request, PAIR, pair)):
        return Answer.TOO_MANY
    return Answer.MAIL if _counts(request, ACCOUNT, _account(person)) else Answer.IN_THE_BOX


def may_confirm(request: HttpRequest, address: EmailAddress) -> bool:
    """Count a mail with a link to confirm this address; False when it has one that opens, or asks all the world."""
    pair = f"{address.user_id} {address.email.lower()}"
    return _counts(request, CONFIRMED, pair) and _counts(request, ASKING, str(address.user_id))


def links_are_void(request: HttpRequest, person: User) -> None:
    """None of the mails that are in their box opens anything any more."""
    ratelimit.clear(request, app=APP, action=ACCOUNT, config=LIMITS, key=_account(person))


def _account(person: User | None) -> str:
    return str(person.pk) if person else "nobody"


def _counts(request: HttpRequest, action: str, key: str) -> bool:
    return ratelimit.consume(request, app=APP, action=action, config=LIMITS, key=key, limit_get=True) is not None
