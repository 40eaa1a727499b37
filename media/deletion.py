"""Taking assets out for good: with their person their bytes first, at a person's wish their rows first."""

from __future__ import annotations

from django.db import transaction
from django.db.models import RestrictedError

from media import blobs
from media.models import Asset, Blob
from media.reasons import InPosts, NotUploaded
from poster.permissions import Caller, NotPossible, Scope, require_owner
from poster.row_removal import Rows, remove_rows


def remove_assets(batch: Rows) -> None:
    for asset in batch:
        blobs.forget(asset.pk)
    remove_rows(batch)


def delete(asset: Asset, *, by: Caller) -> None:
    """Its owner does not want it in their library any more. Raises NotPossible while a post has it.

    The row goes first: a post that took it in this moment keeps it, and its bytes.
    """
    require_owner(asset, by, Scope.DRAFT)
    if not asset.is_uploaded:
        raise NotPossible(NotUploaded())
    held = Blob.objects.filter(asset=asset)
    files = list(held.values_list("place", "key"))
    try:
        with transaction.atomic():
            held.delete()
            Asset.objects.filter(pk=asset.pk).delete()
    except RestrictedError as error:
        raise NotPossible(InPosts(many=len(error.restricted_objects))) from error
    blobs.delete(files)
