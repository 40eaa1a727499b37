"""The pictures of a preview: the very file that goes out, made for it by the same child where it is not there yet.

What is looked at before an approval is so what everybody sees afterwards, to the byte. Nothing is fetched for it: where
the original is not here, there is none until the delivery brings it.
"""

from __future__ import annotations

import threading
from uuid import UUID

from media import blobs, renditions
from media.images import BadPicture, Recipe
from media.models import Asset, Blob
from media.reasons import OneAtATime
from media.showing import CannotShow
from poster.errors import OutsideError
from publishing.models import Delivery, Post
from publishing.posts import going_out
from publishing.posts.freezing import recipe
from publishing.posts.places import Place
from publishing.posts.shapes import in_one_shape
from publishing.posts.text_limits import limits_of

AT_ONCE = 2  # of a process, which has few threads for everybody

_places = threading.BoundedSemaphore(AT_ONCE)


def recipes(post: Post, place: Place) -> dict[UUID, Recipe]:
    """By asset: as it was frozen, or as an approval now would freeze it."""
    delivery = going_out.delivery_of(place, post)
    frozen = {UUID(item["asset"]): Recipe(**item["recipe"]) for item in delivery.media} if delivery else {}
    items = place.items(post)
    shape = in_one_shape(limits_of(place.channel.platform, place.form(post)), items)
    return {item.asset_id: frozen.get(item.asset_id) or recipe(shape, post.fit, item.crop) for item in items}


def made(post: Post, place: Place, asset: Asset) -> Blob | None:
    """The file. None where there is none and none can be made. Raises CannotShow while others are being made."""
    wanted = recipes(post, place)[asset.pk]
    known = Blob.objects.filter(owner=asset.owner_id, asset=asset, recipe=renditions.digest(wanted, asset.ai_mark))
    blob = known.filter(purpose=Blob.Purpose.RENDITION).first()
    if blob and blobs.is_there(blob):
        return blob
    if not _may_be_made(post, place, asset):
        return None
    if not _places.acquire(blocking=False):
        raise CannotShow(OneAtATime())
    try:
        return renditions.made(asset, [wanted])[0]
    except (BadPicture, OutsideError):  # whoever sends it says so
        return None
    finally:
        _places.release()


def _may_be_made(post: Post, place: Place, asset: Asset) -> bool:
    """Of what has ended nothing is laid down again; and nobody waits here for bytes from outside."""
    delivery = going_out.delivery_of(place, post)
    over = delivery.state in Delivery.State.ended() if delivery else post.state != Post.State.DRAFT
    original = Blob.objects.filter(owner=asset.owner_id, asset=asset, purpose=Blob.Purpose.ORIGINAL).first()
    return not over and original is not None and blobs.is_there(original)
