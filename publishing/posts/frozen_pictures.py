"""The bytes of a delivery's pictures: of each the asset, made to the recipe that was frozen with it.

They are not the delivery's own: all channels of a post, and all deliveries, that show an asset made to the same recipe
show the same file (`media.renditions`).
"""

from __future__ import annotations

from media.images import Recipe
from media.models import Blob
from media.renditions import digest
from publishing.models import Delivery


def renditions_of(delivery: Delivery) -> list[Blob | None]:
    """In the order of its pictures; None where there is no row. Whether the file is there, nobody has looked."""
    wanted = [item["asset"] for item in delivery.media]
    purpose = Blob.Purpose.RENDITION
    rows = Blob.objects.filter(owner=delivery.owner_id, asset__in=wanted, purpose=purpose).select_related("asset")
    known = {(str(blob.asset_id), blob.recipe): blob for blob in rows}
    marks = {str(blob.asset_id): blob.asset.ai_mark for blob in known.values()}
    items = ((item["asset"], Recipe(**item["recipe"])) for item in delivery.media)
    return [known.get((asset, digest(recipe, marks.get(asset, "")))) for asset, recipe in items]
