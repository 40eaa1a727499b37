"""Where a browser sends pictures to, piece by piece (`media.uploads`): JSON back, also of what was refused."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from accounts.models import User
from media import uploads
from media.reasons import UploadOver
from media.uploads import PIECE, Come
from poster.errors import OutsideError
from poster.permissions import NotPossible, in_dashboard
from poster.reasons import Reason
from poster.web.post_only import post_only

GONE, REFUSED, BUSY = 404, 422, 503
LIBRARY = "admin:media_asset_changelist"  # for whoever comes here by an address


@post_only(LIBRARY)
def begin(request: HttpRequest) -> JsonResponse:
    """`name`, `size`, `mark` -> {upload, at, piece}: where to go on, and how many bytes to send at once."""
    person, size = cast(User, request.user), request.POST.get("size", "")
    wanted = {"name": request.POST.get("name", "")[:1000], "mark": request.POST.get("mark", "")[:64]}
    number = int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0
    try:
        upload = uploads.begin(person, **wanted, size=number, by=in_dashboard(request))
    except NotPossible as error:
        return _refused(error.reason)
    return JsonResponse({"upload": str(upload.pk), "at": upload.received, "piece": PIECE})


@post_only(LIBRARY)
def piece(request: HttpRequest, pk: UUID, at: int) -> JsonResponse:
    """The bytes from `at` on, as the body -> {at}: where to go on; or {asset, ...} when all of it has come."""
    try:
        upload = uploads.of(cast(User, request.user), pk)
        come = uploads.put(upload, request.read(PIECE), at=at, by=in_dashboard(request))
    except NotPossible as error:
        return _refused(error.reason)
    except OutsideError as error:
        return _refused(error.reason, BUSY)
    return JsonResponse(_told(come) if come else {"at": upload.received})


@post_only(LIBRARY)
def cancel(request: HttpRequest, pk: UUID) -> JsonResponse:
    """They have taken it out of the list. What is over already is as they want it."""
    try:
        uploads.cancel(uploads.of(cast(User, request.user), pk), by=in_dashboard(request))
    except NotPossible as error:
        return _refused(error.reason)
    return JsonResponse({})


def _told(come: Come) -> dict[str, Any]:
    asset = come.asset
    return {
        "asset": str(asset.pk),
        "name": asset.name,
        "thumbnail": reverse("thumbnail", args=[asset.pk]),
        "large": reverse("large", args=[asset.pk]),
        "width": asset.width,
        "height": asset.height,
        "again": come.again,
    }


def _refused(reason: Reason, status: int = REFUSED) -> JsonResponse:
    """Somebody else's upload is told like one that is over."""
    status = GONE if isinstance(reason, UploadOver) else status
    return JsonResponse({"code": reason.code, "error": str(reason)}, status=status)
