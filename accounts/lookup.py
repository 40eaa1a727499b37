"""Finding what a person at a terminal names: a user by e-mail, a channel or an account by id or name."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Channel, Credential, User
from accounts.reasons import lookup as why
from poster.permissions import NotPossible


def person(email: str) -> User:
    """The user with this e-mail. Raises NotPossible with those that there are."""
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        known = tuple(User.objects.order_by("created_at").values_list("email", flat=True)[:5])
        raise NotPossible(why.NobodyCalled(email=email, known=known) if known else why.NobodyYet(email=email)) from None


def account(owner: User, provider: str, text: str) -> Credential:
    """The login of `owner` at `provider` that `text` names by id or name; with "" the only one that there is."""
    logins = Credential.objects.filter(owner=owner, provider=provider)
    matching = [login for login in logins if text in ("", str(login.pk), login.remote_id, login.name)]
    if len(matching) == 1:
        return matching[0]
    known = tuple(f"{login.name} ({login.remote_id})" for login in logins)
    if not known:
        raise NotPossible(why.NoLogin(owner=owner.email, provider=provider))
    if text:
        raise NotPossible(why.NotALogin(named=text, owner=owner.email, provider=provider, known=known))
    raise NotPossible(why.WhichLogin(owner=owner.email, provider=provider, known=known))


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
    raise NotPossible(why.SeveralChannels(named=text) if matching else why.NotAChannel(named=text))
