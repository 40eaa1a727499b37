"""What is not accepted any more: nothing goes through it until a person connects it again, or it is accepted after all.

See `accounts.connections.revival` for the second.
"""

from __future__ import annotations

from django.db import transaction

from accounts.connections import login_doubts
from accounts.models import Channel, Credential
from accounts.reason_columns import because
from accounts.reasons.logins import NO_TOKEN, Lacking, LoginNotAccepted, NotAccepted
from poster.reasons import Because, Reason


def block(credential: Credential, cause: Reason) -> None:
    """This login, and the places that are posted to with it. `cause`: what they said who refused it.

    Does nothing when the login was renewed or connected again since: the verdict is about the old one.
    """
    same = Credential.objects.filter(pk=credential.pk, version=credential.version)
    columns = {"state": Credential.State.BLOCKED, **because(NotAccepted(cause=Because(cause)))}
    with transaction.atomic():
        if not same.update(**columns):
            return
        # A Page has a token of its own, which lives on after the login that opened it.
        channels = Channel.objects.filter(credential=credential, state=Channel.State.ACTIVE, token__isnull=True)
        channels.update(state=Channel.State.BLOCKED, **because(LoginNotAccepted()))
        login_doubts.begin(credential)
    for name, value in columns.items():
        setattr(credential, name, value)


def block_without_token(channel: Channel) -> None:
    """This place, for which they gave no token. Its login is as good as before."""
    open_one = Channel.objects.filter(pk=channel.pk, state=Channel.State.ACTIVE, token__isnull=True)
    open_one.update(state=Channel.State.BLOCKED, **because(Lacking(name=channel.name, missing=(NO_TOKEN,))))


def block_place(channel: Channel, cause: Reason) -> bool:
    """This place, whose own token is refused. Whether it was open until now."""
    open_one = Channel.objects.filter(pk=channel.pk, state=Channel.State.ACTIVE)
    with transaction.atomic():
        if not open_one.update(state=Channel.State.BLOCKED, **because(NotAccepted(cause=Because(cause)))):
            return False
        login_doubts.begin(channel)
    return True
