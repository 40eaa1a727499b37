"""Review: what waits for somebody, one post at a time. What is pressed there are the verbs of the post."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import User
from poster.dashboard import display
from poster.dashboard.verbs import page_of
from poster.web import unsaved_input
from publishing.admin import places, writing
from publishing.admin.places import key_of
from publishing.models import Post
from publishing.posts import authorship, going_out, review_queue, writing_again
from publishing.posts.places import Place
from publishing.posts.previewing import Preview, counters, of_each_place
from watches.models import SourceCursor, Watch

PAST = "past"  # what was just decided, the latest first: in the address, as nothing else keeps it


@dataclass(frozen=True, slots=True)
class Tab:
    """How a post looks in one place, and when it goes there."""

    place: Place
    preview: Preview
    when: str


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """On to the next one: behind what was just decided, else the first. What still waits is shown again."""
    person, past = cast(User, request.user), _past(request)
    seen = Post.objects.filter(owner=person, pk__in=past[:1]).first()
    still = seen is not None and review_queue.waiting(person).filter(pk=seen.pk).exists()
    following = seen if still else review_queue.after(person, seen)
    if following:
        return redirect(_address(following, past))
    return TemplateResponse(request, "admin/review/empty.html", {**_frame(request, past), **_coming(person)})


@require_safe
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them. Whoever comes to what was decided meanwhile is told so, and led on."""
    post, past = page_of(Post).seen_by(request, str(pk)), _past(request)
    if post.state != Post.State.DRAFT or post.is_described:
        messages.info(request, _meanwhile(post))
        return redirect(_on(post, past[1:] if past[:1] == [post.pk] else past))
    told = {**_frame(request, past), **_shown(request, post), "next_url": _on(post, past)}
    return TemplateResponse(request, "admin/review/page.html", told)


@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whether its words are still being written, for the page that waits for them."""
    post = page_of(Post).seen_by(request, str(pk))
    return JsonResponse({"writing": post.is_described})


def _meanwhile(post: Post) -> str:
    if post.is_described:
        return _("Its words are being written. It comes back here with them.")
    told, is_discarded = {"who": post.decided_by}, post.state == Post.State.DISCARDED
    if post.decided_by is None:
        if is_discarded:
            return _("It was discarded meanwhile, by its source. Here is the next one.")
        return _("It was approved meanwhile, by its source. Here is the next one.")
    if is_discarded:
        return _("It was discarded meanwhile, by %(who)s. Here is the next one.") % told
    return _("It was approved meanwhile, by %(who)s. Here is the next one.") % told


def _shown(request: HttpRequest, post: Post) -> dict[str, Any]:
    """What the page shows of it: also what was typed there and not taken."""
    person, kept = cast(User, request.user), unsaved_input.of(request) or QueryDict()
    whole = review_queue.around(person, post)
    tabs = [Tab(place, preview, going_out.foretold(place, post)) for place, preview in of_each_place(post)]
    beside = [_address(each, []) if each else "" for each in (whole.earlier, whole.later)]
    return {
        "post": post,
        "around": whole,
        "earlier": beside[0],
        "later": beside[1],
        "items": list(post.items.all()),
        "tabs": tabs,
        "moment": _together({tab.when for tab in tabs}),
        "author": authorship.of(post),
        "counters": counters(post),
        "words": kept.get("text", post.text),
        "alt_texts": [(item, writing.alt_text_of(item, kept)) for item in post.items.all()],
        "typed": "text" in kept,
        "hint": kept.get("hint", ""),
        "may_be_written_again": writing_again.may_be_written_again(post),
        "takes_hints": writing_again.takes_hints(post),
        "composer": _time(post, kept),
        "times": writing.TIMES,
        "was": post.due_at.isoformat() if post.due_at else "",
    }


def _time(post: Post, kept: QueryDict) -> dict[str, str]:
    """What stands in the fields of its time."""
    by_now = writing.AT if post.due_at else post.queue or writing.NOW
    return {"when": kept.get("when", by_now), "due": kept.get("due", places.shown(post.due_at))}


def _together(said: set[str]) -> str:
    return next(iter(said)) if len(said) == 1 else _("each at its own time") if said else ""


def _frame(request: HttpRequest, past: list[UUID]) -> dict[str, Any]:
    """What stands around it: what was just decided, and may be taken back."""
    person = cast(User, request.user)
    told = bool(len(messages.get_messages(request)))  # the last of them has its way back in what is said
    decided = review_queue.just_decided(person, past[1:] if told else past)
    back = f"{reverse('admin:review')}?{urlencode({PAST: _joined(past[:1])})}" if past else ""
    return {
        **admin.site.each_context(request),
        "title": _("Review"),
        "decided": [(each, f"{reverse('admin:review')}?{PAST}={each.post.pk}") for each in decided],
        "undo_back": back,
    }


def _coming(person: User) -> dict[str, Any]:
    """Why nothing waits, and when something may: the next look at a source, words that are being written."""
    looking = SourceCursor.objects.filter(owner=person, watches__state=Watch.State.ACTIVE)
    return {
        "next_look": looking.aggregate(at=Min("next_at"))["at"],
        "being_written": Post.objects.wordless().filter(owner=person).order_by()[: review_queue.MANY].count(),
    }


def _past(request: HttpRequest) -> list[UUID]:
    keys = (key_of(each) for each in request.GET.get(PAST, "").split(",")[: review_queue.REMEMBERED])
    return list(dict.fromkeys(key for key in keys if key))


def _joined(keys: list[UUID]) -> str:
    return ",".join(map(str, keys[: review_queue.REMEMBERED]))


def _address(post: Post, past: list[UUID]) -> str:
    query = f"?{PAST}={_joined(past)}" if past else ""
    return reverse("admin:review_post", args=[post.pk]) + query


def _on(post: Post, past: list[UUID]) -> str:
    """Where a form goes back to when something was done to it."""
    return f"{reverse('admin:review')}?{PAST}={_joined([post.pk, *(key for key in past if key != post.pk)])}"


def said_of_many(posts: list[Post]) -> str:
    """What is said when several were approved together: how many, and when the first of them goes."""
    times: list[dt.datetime] = [each.due_at for post in posts for each in post.deliveries.all()]
    first = _("The first goes out %s.") % display.day_and_hour(min(times)) if times else ""
    count = ngettext("Approved: %d post.", "Approved: %d posts.", len(posts)) % len(posts)
    return " ".join(filter(None, [count, first, _("Until each is due, you can undo it.")]))
