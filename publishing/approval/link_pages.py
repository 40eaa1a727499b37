"""The page behind a link: that one post, and a yes, a no, and the way back. It needs no session and makes none."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.local_time import read_by
from media.thumbnails import small
from poster.dashboard import display
from poster.permissions import NotPossible
from poster.web.mailed_links import HEADERS, OVER
from publishing.approval import links
from publishing.models import ApprovalLink, Post
from publishing.posts import approval_undo, approving
from publishing.posts.places import Place


@csrf_exempt  # whoever holds the link may say yes; there is no session that somebody else could use
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponseBase:
    """A GET shows the post, and changes nothing."""
    if held_off := ratelimit.consume_or_429(request, action="approval_link"):
        return held_off  # type: ignore[no-any-return]
    try:
        row = links.opened(token)
    except NotPossible as error:
        return _answer(request, {"problem": str(error)}, OVER)
    with read_by(row.owner):
        said, problem = "", ""
        if request.method == "POST":
            try:
                said = _done(row, request)
            except NotPossible as error:
                problem = str(error)
            row = links.opened(token)
        return _answer(request, {**_facts(row), "token": token, "said": said, "problem": problem}).render()


@login_not_required
@require_safe
def picture(request: HttpRequest, token: str, number: int) -> HttpResponseBase:
    """One of its pictures, small."""
    try:
        row = links.opened(token)
    except NotPossible:
        raise Http404 from None
    items = list(row.post.items.select_related("asset")[number : number + 1])
    if not items:
        raise Http404
    return small(items[0].asset)


def _done(row: ApprovalLink, request: HttpRequest) -> str:
    wish = request.POST.get("wish", "")
    if wish == "approve":
        shown = request.POST.get("revision", "")
        made = links.approve(row, revision=int(shown) if shown.isascii() and shown.isdigit() else -1)
        names = ", ".join(delivery.channel_name for delivery in made)
        told = {"channels": names, "when": display.said(min(each.due_at for each in made))}
        return _("Approved. It goes to %(channels)s %(when)s.") % told
    if wish == "discard":
        links.discard(row)
        return _("Discarded. It is not posted.")
    if wish == "undo":
        return approval_undo.told(links.undo(row))
    return ""


def _facts(row: ApprovalLink) -> dict[str, Any]:
    post = Post.objects.get(pk=row.post_id)
    return {
        "post": post,
        "items": list(post.items.all()),
        "places": [Place.of(each) for each in post.variants.select_related("channel")],
        "changed": post.revision != row.revision and post.state == Post.State.DRAFT,
        "open": row.used_at is None and approving.may_be_approved(post),
        "undoable": row.used_at is not None and approval_undo.may_be_undone(post),
    }


def _answer(request: HttpRequest, facts: dict[str, Any], status: int = 200) -> TemplateResponse:
    return TemplateResponse(request, "publishing/approve.html", facts, status=status, headers=HEADERS)
