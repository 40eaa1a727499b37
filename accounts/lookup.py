"""Finding what a person at a terminal names: a user by e-mail, a channel or an account by id or name."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Channel, Credential, User
from poster.permissions import NotPossible


def person(email: str) -> User:
    """The user with this e-mail. Raises NotPossible with those that there are."""
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        known = ", ".join(User.objects.order_by("created_at").values_list("email", flat=True)[:5])
        hint = f"There are: {known}." if known else "Run `manage.py start` once; it makes the operator's account."
        raise NotPossible(f"Nobody here has the e-mail {email}. {hint}") from None


def account(owner: User, provider: str, text: str) -> Credential:
    """The login of `owner` at `provider` that `text` names by id or name; with "" the only one that there is."""
    logins = Credential.objects.filter(owner=owner, provider=provider)
    matching = [login for login in logins if text in ("", str(login.pk), login.remote_id, login.name)]
    if len(matching) == 1:
        return matching[0]
    known = ", ".join(f"{login.name} ({login.remote_id})" for login in logins) or "none; connect one first"
    problem = f"{text!r} names no account" if text else "Say which account"
    raise NotPossible(f"{problem} of {owner.email} at {provider}. There are: {known}.")


def channels(owner: User, text: str) -> list[Channel]:
    """`all` that are ready, or those named by their ids, separated by commas. Raises NotPossible."""
    own: QuerySet[Channel] = Channel.objects.filter(owner=owner).select_related("credential")
    if text == "all":
        return list(own.filter(state=Channel.State.ACTIVE))
    return [_channel(own, part.strip()) for part in text.split(",") if part.strip()]


def _channel(own: QuerySet[Channel], text: str) -> Channel:
    matching = [one for one in own if text in (str(one.pk), one.remote_id, f"{one.platform}:{one.remote_id}")]
    if len(matching) == 1:
        return matching[0]
    problem = "names several channels; write platform:id" if matching else "is no channel's id"
    raise NotPossible(f"{text!r} {problem}. `manage.py channels` lists them.")
