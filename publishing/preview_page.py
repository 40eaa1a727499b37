"""What a browser loads into a preview: the bytes that go out. No page of the admin, as those are kept by no browser."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from media import blobs, showing, thumbnails
from media.models import Blob
from poster.errors import Unavailable
from poster.web.cache_headers import kept_by_this_browser
from poster.web.operators import is_operator
from publishing.models import Post
from publishing.posts import preview_pictures
from publishing.posts.places import Place


@require_safe
def picture(request: HttpRequest, pk: UUID, channel: UUID, placement: str, asset: UUID) -> HttpResponseBase:
    """For its owner and the operator. Where it cannot be made: what is seen of the asset elsewhere, which says so."""
    post, place = _place(request, pk, channel, placement)
    item = next((each for each in place.items(post) if each.asset_id == asset), None)
    if item is None:
        raise Http404
    try:
        blob = preview_pictures.made(post, place, item.asset)
        return _whole(request, blob) if blob else _instead(request, asset)
    except showing.CannotShow as cannot:
        return thumbnails.not_shown(cannot.reason)
    except Unavailable:
        return _instead(request, asset)


def _place(request: HttpRequest, pk: UUID, channel: UUID, placement: str) -> tuple[Post, Place]:
    post = Post.objects.filter(pk=pk).prefetch_related("items__asset", "deliveries").first()
    if post is None or not (request.user.pk == post.owner_id or is_operator(request)):
        raise Http404
    row = post.variants.filter(channel=channel, placement=placement).select_related("channel__credential").first()
    if row is None:
        raise Http404
    return post, Place.of(row)


def _instead(request: HttpRequest, asset: UUID) -> HttpResponseBase:
    """The asset's small picture, or why there is none. Kept for a minute: the very file may be there by then."""
    answer = thumbnails.seen(request, asset)
    if not answer.get("Content-Type", "").startswith("application/json"):  # that says for itself what is shown
        told = _("This is a small copy and not the very file that is sent, which is not here at the moment.")
        answer.headers.setdefault(thumbnails.INSTEAD, quote(told))
    elif not answer.has_header("Cache-Control"):  # it is asked for again in a moment
        return answer
    return kept_by_this_browser(answer, thumbnails.A_MINUTE)


def _whole(request: HttpRequest, blob: Blob) -> HttpResponseBase:
    tag = f'"{blob.sha256}"'
    known = get_conditional_response(request, etag=tag)
    if known is not None:
        return kept_by_this_browser(known, thumbnails.AN_HOUR)
    file = blobs.storage(blob.place).open(blob.key)
    answer = FileResponse(file, content_type=blob.mime, headers={"ETag": tag})
    return kept_by_this_browser(answer, thumbnails.AN_HOUR)
