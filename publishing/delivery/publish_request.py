"""From a delivery to the values its platform's adapter takes."""

from __future__ import annotations

from accounts.connections.provider_apps import opened_app
from accounts.connections.token_refresh import token_of
from accounts.models import Channel
from publishing.models import Delivery
from publishing.platforms import Draft, Medium
from publishing.posts.freezing import renditions
from publishing.posts.text_limits import limits_of
from publishing.public_pictures import addresses


def draft_of(delivery: Delivery, *, with_media: bool = False) -> Draft:
    """What is to be published, and the login to do it with. Pictures only when they are laid down."""
    channel = delivery.channel
    assert channel is not None  # noqa: S101 - the gate stops deliveries whose channel is gone
    credential = channel.credential
    return Draft(
        account_id=channel.remote_id,
        token=token_of(channel, delivery.pk),
        text=delivery.text,
        media=tuple(_media(delivery)) if with_media else (),
        login=credential.provider,
        app_secret=opened_app(credential.provider).client_secret,
    )


def draft_of_account(channel: Channel) -> Draft:
    """Nothing to publish, and the login to ask with."""
    provider = channel.credential.provider
    secret = opened_app(provider).client_secret
    return Draft(channel.remote_id, token_of(channel), text="", media=(), login=provider, app_secret=secret)


def _media(delivery: Delivery) -> list[Medium]:
    media = renditions(delivery)
    if not limits_of(delivery.platform).needs_address:
        return media
    return [addresses.with_address(delivery, position, medium) for position, medium in enumerate(media)]
