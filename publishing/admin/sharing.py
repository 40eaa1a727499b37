"""What a phone's share sheet brings: pictures for the library, and a new post with them chosen and the words typed.

The browser sends it by itself, so it has no token of a form of ours. Why that is safe: docs/decisions.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, TooManyFilesSent
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from media.reasons import SharedTogether, SharedTooMany, SharedTooMuch
from media.sharing import MOST_TOGETHER, Shared
from media.uploads import MB, MOST_AT_ONCE
from poster.permissions import in_dashboard
from poster.reasons import Reason
from poster.web import unsaved_input
from publishing.admin.writing import Typed

LEFT_OUT, TOO_MUCH, BUSY = "Body-Left-Out", "too much", "busy"  # our server says so in place of what it did not take
OURSELVES = {"none", "same-origin"}  # Sec-Fetch-Site: nobody's page, or one of ours
CHOSEN = 20  # no platform takes more in one post; the others are in the library
WORDS = 60_000  # characters; no platform takes more
SAID = 5  # reasons one by one
SHARED = "shared"  # in what is laid by for the page: it says where it came from


def target() -> dict[str, Any]:
    """What the app manifest tells the phone (`poster.web.app_manifest`)."""
    return {
        "action": reverse("admin:share"),
        "method": "POST",
        "enctype": "multipart/form-data",
        "params": {"title": "title", "text": "text", "files": [{"name": "pictures", "accept": ["image/*"]}]},
    }


@csrf_exempt  # no page of ours has made this form; `_is_forged` asks who did
def share(request: HttpRequest) -> HttpResponseBase:
    """By POST, from their phone. By GET comes who had to sign in or to agree first: of theirs nothing was kept."""
    if request.method in ("GET", "HEAD"):
        messages.info(request, gettext("What you shared was not kept, as you were not signed in. Share it once more."))
        return _new_post()
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "POST"])
    if _is_forged(request):
        raise PermissionDenied
    shared = Shared(cast(User, request.user), in_dashboard(request))
    words = _read(request, shared)
    if shared.taken or words:
        _fill(request, shared.taken, words)
    _say(request, shared)
    return _new_post()


def _new_post() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:publishing_post_add"))


def _is_forged(request: HttpRequest) -> bool:
    """Whether a page of somebody else's has sent it. A share sheet is no page: its origin is none, or `null`.

    Each browser that has a share sheet for web apps says where a request comes from.
    """
    origin, site = request.headers.get("Origin", ""), request.headers.get("Sec-Fetch-Site", "")
    return site not in OURSELVES or origin not in ("", "null", f"{request.scheme}://{request.get_host()}")


def _read(request: HttpRequest, shared: Shared) -> str:
    """The words that came along; pictures are taken in while they are read."""
    if problem := _left_out(request):
        shared.refused.append(problem)
        return ""
    if not hasattr(request, "_files"):  # not one that waited for a gate, which has no files
        request.upload_handlers = [shared]
    try:
        sent = request.POST
    except TooManyFilesSent:
        shared.refused.append(SharedTooMany(most=MOST_AT_ONCE))
        sent = request.POST  # empty: it was not read to its end
    finally:
        shared.close()
    title, text = (sent.get(name, "").replace("\r\n", "\n").strip() for name in ("title", "text"))
    return (text if title in text else f"{title}\n\n{text}".strip())[:WORDS]


def _left_out(request: HttpRequest) -> Reason | None:
    """Why nothing of it was read."""
    told, size = request.headers.get(LEFT_OUT, ""), request.META.get("CONTENT_LENGTH") or "0"
    if told == BUSY:
        return SharedTogether()
    too_much = told == TOO_MUCH or (size.isascii() and size.isdigit() and int(size) > MOST_TOGETHER)
    return SharedTooMuch(most=MOST_TOGETHER // MB) if too_much else None


def _fill(request: HttpRequest, pictures: Sequence[UUID], words: str) -> None:
    """Behind what they had begun there: nothing of that is lost."""
    page = reverse("admin:publishing_post_add")
    form = (unsaved_input.begun(request, page) or QueryDict()).copy()
    typed = Typed.of(form)
    order = list(dict.fromkeys([*typed.pictures, *pictures]))[: max(CHOSEN, len(typed.pictures))]
    for place, key in enumerate(order, 1):
        form[f"place_{key}"] = str(place)
    form["text"] = "\n\n".join(each for each in (typed.text.strip(), words) if each)
    form[SHARED] = "yes"
    unsaved_input.lay_by(request, page, form)


def _say(request: HttpRequest, shared: Shared) -> None:
    number = len(set(shared.taken))
    if number > CHOSEN:
        told = gettext("%(number)d pictures are in your library; the first %(most)d are chosen here.")
        messages.success(request, told % {"number": number, "most": CHOSEN})
    elif number:
        told = ngettext(
            "%(number)d picture is in your library and chosen here.",
            "%(number)d pictures are in your library and chosen here.",
            number,
        )
        messages.success(request, told % {"number": number})
    for reason in shared.refused[:SAID]:
        messages.error(request, str(reason))
    if more := len(shared.refused[SAID:]):
        told = ngettext("%(number)d more file was not taken.", "%(number)d more files were not taken.", more)
        messages.error(request, told % {"number": more})
