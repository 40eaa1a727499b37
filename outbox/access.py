"""Who speaks: from a channel to the account that an adapter takes."""

from __future__ import annotations

from accounts.connections.provider_apps import opened_app
from accounts.connections.token_refresh import token_of, token_to_look
from accounts.models import Channel
from outbox.models import Outgoing
from outbox.protocol import Account


def account_of(out: Outgoing) -> Account:
    """The place it goes to, and the login to do it with. Raises what refreshing the login raises."""
    channel = out.channel
    assert channel is not None  # noqa: S101 - the gate stops what has no channel any more
    return account_of_channel(channel, token_of(channel, out.pk))


def account_of_channel(channel: Channel, token: str = "") -> Account:
    """The same where nothing is published."""
    provider = channel.credential.provider
    return Account(channel.remote_id, token or token_of(channel), provider, opened_app(provider).client_secret)


def account_to_look(channel: Channel) -> Account:
    """The same for a page that somebody looks at: no try is made, nothing renewed, and nothing of it kept."""
    return account_of_channel(channel, token_to_look(channel))
