"""Pictures of the dashboard: at once what is here, and then the picture itself, from where it lies.

`thumbnail` is for a page that is being made: the thumbnail while it is here, a blurred impression of twelve colours
afterwards, and nobody is asked. `seen` is what the browser loads when somebody looks at that place of the page: the
picture, passed through (`media.showing`) and kept by that browser alone; or, as JSON, why it cannot be shown. Where its
owner wants a small copy to be kept of what is through, that is what stands there when nobody else has the picture.
`large` is for whoever works on it.
"""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from media import blobs, showing
from media.images import impression_png
from media.models import Asset, Blob
from media.reasons import NeverAgain, NothingToShow, NotShown, OneAtATime, SmallCopy
from poster.errors import Unavailable
from poster.manifests import asked
from poster.web.cache_headers import kept_by_this_browser
from poster.web.operators import is_operator

CUT = "Shown-As-Sent"  # it is cropped already where a post crops it: pictures.js does not cut it once more
UNSEEN = "d8d4cc" * 12  # before we have looked at it
INSTEAD = "Shown-Instead"  # in percent signs: a sentence, where it is not the very file; pictures.js shows it
THROUGH = "media.is_through"  # (asset) -> whether its thumbnail is what its owner wants kept, and no post needs it
A_DAY, AN_HOUR, A_MINUTE = 24 * 3600, 3600, 60  # seconds that a browser keeps what it was told


@require_safe
def thumbnail(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """For its owner and the operator; everybody else is told that there is no such picture."""
    return small(_asset(request, pk))


@require_safe
def seen(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The same, when its thumbnail is not here any more. 204: it is, so what stands there is the picture.

    A small copy that is kept comes last: what others show of the picture may say more, and they have it first.
    """
    asset = _asset(request, pk)
    is_copy = bool(here := _kept(asset)) and any(is_through(asset) for is_through in asked(THROUGH))
    if here and not is_copy:
        return HttpResponse(status=204)
    tag = f'"{asset.sha256}"'  # of the asset, whose bytes never change: whoever has seen it needs not ask again
    known = get_conditional_response(request, etag=tag)
    if known is not None:
        return kept_by_this_browser(known, A_DAY)
    try:
        picture, as_sent = showing.small(asset)
    except showing.CannotShow as cannot:
        return _small_copy(cannot.reason) if is_copy else not_shown(cannot.reason)
    if as_sent:  # another picture than the file's: not kept under its mark, nor for long
        headers = {CUT: "yes"}
        return kept_by_this_browser(HttpResponse(picture, content_type="image/jpeg", headers=headers), AN_HOUR)
    return kept_by_this_browser(HttpResponse(picture, content_type="image/jpeg", headers={"ETag": tag}), A_DAY)


@require_safe
def large(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """More of it, for whoever crops it: of the very file, and never of what a channel shows of it."""
    asset = _asset(request, pk)
    tag = f'"{asset.sha256}-large"'
    known = get_conditional_response(request, etag=tag)
    if known is not None:
        return kept_by_this_browser(known, A_DAY)
    try:
        picture = _of_the_file(asset)
    except showing.CannotShow as cannot:
        return not_shown(cannot.reason)
    return kept_by_this_browser(HttpResponse(picture, content_type="image/jpeg", headers={"ETag": tag}), A_DAY)


def _of_the_file(asset: Asset) -> bytes:
    try:
        held = showing.large(asset)
    except Unavailable:
        held = b""
    if held:
        return held
    picture, as_sent = showing.small(asset)
    if as_sent:
        raise showing.CannotShow(NothingToShow())
    return picture


def _asset(request: HttpRequest, pk: UUID) -> Asset:
    asset = Asset.objects.filter(pk=pk).first()
    if asset is None or not (request.user.pk == asset.owner_id or is_operator(request)):
        raise Http404
    return asset


def _kept(asset: Asset) -> Blob | None:
    return Blob.objects.filter(owner=asset.owner_id, asset=asset, purpose=Blob.Purpose.THUMBNAIL).first()


def small(asset: Asset) -> HttpResponseBase:
    """Its thumbnail, or what is left of it. Whoever calls has asked whether it may be seen."""
    blob = _kept(asset)
    try:
        if blob:
            return FileResponse(blobs.storage(blob.place).open(blob.key), content_type=blob.mime)
    except Unavailable:
        pass
    return HttpResponse(impression_png(asset.impression or UNSEEN), content_type="image/png")


def _small_copy(why: NotShown) -> HttpResponseBase:
    """What stands there is the small copy, which is said, and why there is no other."""
    if isinstance(why, OneAtATime):
        return not_shown(why)
    answer = HttpResponse(status=204, headers={INSTEAD: quote(f"{SmallCopy()} {why}")})
    return kept_by_this_browser(answer, _so_long(why))


def not_shown(reason: NotShown) -> HttpResponseBase:
    """Why, by its code and in words. `again`: seconds after which it is worth another try, while the page is open."""
    if isinstance(reason, OneAtATime):
        return JsonResponse({"code": reason.code, "words": str(reason), "again": 1})
    told = JsonResponse({"code": reason.code, "words": str(reason), "again": None})
    return kept_by_this_browser(told, _so_long(reason))


def _so_long(reason: NotShown) -> int:
    return AN_HOUR if isinstance(reason, NeverAgain) else A_MINUTE
