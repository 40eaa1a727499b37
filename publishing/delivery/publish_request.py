"""From a delivery to the values that its platform's adapter takes."""

from __future__ import annotations

from accounts.connections.provider_apps import opened_app
from accounts.connections.token_refresh import token_of
from accounts.models import Channel
from publishing.delivery import renditions
from publishing.models import Delivery
from publishing.platforms import Account, Request


def account_of(delivery: Delivery) -> Account:
    """The place it goes to, and the login to do it with."""
    channel = delivery.channel
    assert channel is not None  # noqa: S101 - the gate stops deliveries whose channel is gone
    return account_of_channel(channel, token_of(channel, delivery.pk))


def account_of_channel(channel: Channel, token: str = "") -> Account:
    """The same where nothing is published."""
    provider = channel.credential.provider
    return Account(channel.remote_id, token or token_of(channel), provider, opened_app(provider).client_secret)


def request_of(delivery: Delivery, *, with_parts: bool = False) -> Request:
    """What is to be shown. Pictures only where they are laid down."""
    parts = renditions.parts(delivery) if with_parts else ()
    ai = delivery.made_with_ai or renditions.says_ai(delivery)
    return Request(delivery.form, delivery.text, parts, ai=ai, options=delivery.options)
