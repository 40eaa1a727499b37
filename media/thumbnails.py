"""Pictures of the dashboard: the thumbnail while it is here, a blurred impression of twelve colours afterwards."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from media import blobs
from media.images import impression_png
from media.models import Asset, Blob
from poster.errors import Unavailable

UNSEEN = "d8d4cc" * 12  # before we have looked at it


@require_safe
def thumbnail(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """For its owner and the operator; everybody else is told that there is no such picture."""
    asset = Asset.objects.only("owner_id", "impression").filter(pk=pk).first()
    if asset is None or not (request.user.pk == asset.owner_id or getattr(request.user, "is_superuser", False)):
        raise Http404
    return small(asset)


def small(asset: Asset) -> HttpResponseBase:
    """Its thumbnail, or what is left of it. Whoever calls has asked whether it may be seen."""
    blob = Blob.objects.filter(owner=asset.owner_id, asset=asset, purpose=Blob.Purpose.THUMBNAIL).first()
    try:
        if blob:
            return FileResponse(blobs.storage(blob.place).open(blob.key), content_type=blob.mime)
    except Unavailable:
        pass
    return HttpResponse(impression_png(asset.impression or UNSEEN), content_type="image/png")
