"""The calendar in the dashboard: a month, a week or a list of one's own posts, and the page that moves one."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from poster import clock
from poster.dashboard import display
from poster.dashboard.long_lists import Cursor
from poster.dashboard.scoping import OFFERED
from poster.dashboard.verbs import page_of
from poster.dashboard.way_back import say
from poster.permissions import NotPossible, in_dashboard
from poster.web import unsaved_input
from poster.web.post_only import asked_back, ours
from publishing.admin.places import key_of
from publishing.calendar import cells, gaps, grid, heads, moving, showing
from publishing.calendar.grid import Span, View
from publishing.calendar.showing import Entry, Wanted
from publishing.models import Post, Tag
from publishing.reasons.times import NoTimeGiven, TimeChanged

VIEWS = (
    (View.MONTH, pgettext_lazy("calendar", "Month")),
    (View.WEEK, pgettext_lazy("calendar", "Week")),
    (View.LIST, pgettext_lazy("calendar", "List")),
)


def calendar(request: HttpRequest) -> HttpResponse:
    """`?view=month|week|list&on=YYYY-MM-DD&channel=&tag=`. One's own, whoever asks; what is none is passed over."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    wanted = _wanted(request)
    told = _laid_out(request, wanted) | _frame(wanted)
    context = {**admin.site.each_context(request), "title": _("Calendar"), **told}
    return TemplateResponse(request, "admin/calendar/page.html", context)


def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One post, as it stands in the calendar at one time, to another: by GET the form for it."""
    post = page_of(Post).seen_by(request, str(pk))
    was = _moment(request, "was")
    if request.method != "POST":
        return _form(request, post, was or moving.movable_at(post))
    try:
        _moved(request, post, was)
    except NotPossible as error:
        messages.error(request, str(error))
        unsaved_input.refused(request)
    return redirect(asked_back(request) or reverse("admin:calendar"))


def _moved(request: HttpRequest, post: Post, was: dt.datetime | None) -> None:
    """As it was asked, with the way back."""
    if was is None:
        raise NotPossible(TimeChanged())
    done = moving.move(post, to=_asked(request, was), was=was, by=in_dashboard(request))
    said = {"channels": ", ".join(done.channels), "when": display.said(done.at)}
    sentence = (_("It goes to %(channels)s %(when)s.") if done.channels else _("Planned for %(when)s.")) % said
    page_of(Post).log_change(request, post, sentence)
    back = urlencode({"was": done.at.isoformat(), "to": was.isoformat()})
    say(request, sentence, f"{reverse('admin:calendar_move', args=[post.pk])}?{back}")


def _asked(request: HttpRequest, was: dt.datetime) -> dt.datetime:
    """Where to: a moment in the address (*Undo*), or a day and a time as they were typed. Raises NotPossible."""
    if back := _moment(request, "to"):
        return back
    zone = timezone.get_current_timezone()
    try:
        day = dt.date.fromisoformat(request.POST.get("day", ""))
        typed = request.POST.get("time", "")
        wall = dt.time.fromisoformat(typed) if typed else None
        same = wall is None or f"{wall:%H:%M}" == f"{was.astimezone(zone):%H:%M}"  # it keeps its seconds, too
        return grid.moved(was, grid.inside(day), zone, None if same else wall)
    except (ValueError, OverflowError):
        raise NotPossible(NoTimeGiven()) from None


def _form(request: HttpRequest, post: Post, was: dt.datetime | None) -> HttpResponse:
    back = ours(request, request.GET.get("back", "")) or reverse("admin:calendar")
    if was is None:
        messages.error(request, str(TimeChanged()))
        return redirect(back)
    local = timezone.localtime(was)
    typed = unsaved_input.of(request) or QueryDict()
    told = {
        "title": _("Move to …"),
        "post": post,
        "was": was,
        "day": typed.get("day", f"{local:%Y-%m-%d}"),
        "time": typed.get("time", f"{local:%H:%M}"),
        "back": back,
        "zone": timezone.get_current_timezone(),
    }
    return TemplateResponse(request, "admin/calendar/move.html", {**admin.site.each_context(request), **told})


def _wanted(request: HttpRequest) -> Wanted:
    """What the address asks for, as far as it is theirs."""
    person, asked = cast(User, request.user), request.GET
    zone = timezone.get_current_timezone()
    try:
        on = grid.inside(dt.date.fromisoformat(asked.get("on", "")))
    except ValueError:
        on = grid.day_of(clock.now(), zone)
    view = View(asked["view"]) if asked.get("view") in set(View) else View.MONTH
    channels, tag = showing.channels_of(person), key_of(asked.get("tag", ""))
    chosen = key_of(asked.get("channel", ""))
    mine = Tag.objects.filter(owner=person, pk=tag).exists() if tag else False
    channel = chosen if chosen in channels else None
    return Wanted(person, Span(view, on, zone), channels, channel, tag if mine else None)


def _laid_out(request: HttpRequest, wanted: Wanted) -> dict[str, Any]:
    """The cells of the view that is wanted, with words and pictures of what they show."""
    span, today = wanted.span, grid.day_of(clock.now(), wanted.span.zone)
    after = Cursor.read(request.GET.get("after", ""), Post._meta.pk)
    found = _found(wanted, after)
    by_day = grid.by_day(found.entries, span.zone)
    open_ = grid.by_day(gaps.free(wanted, found.entries), span.zone)
    told: dict[str, Any] = {"today": today}
    match span.view:
        case View.MONTH:
            told["weeks"] = cells.month(span, by_day, open_, today, found.totals)
            shown = [entry for week in told["weeks"] for cell in week for entry in cell.entries]
        case View.WEEK:
            told["days"] = cells.week(span, by_day, open_, today)
            shown = [entry for cell in told["days"] for entry in cell.entries]
        case View.LIST:
            page = cells.listed(span, by_day, open_, today, after=after, totals=found.totals)
            told["listed"] = page
            shown = [item for _, items in page.days for item in items if isinstance(item, Entry)]
    showing.fill(shown)
    return told


def _found(wanted: Wanted, after: Cursor | None) -> heads.Heads:
    """As much as the view can show; a week shows hours, and is read whole."""
    match wanted.span.view:
        case View.MONTH:
            return heads.of_days(wanted, cells.FEW)
        case View.LIST:
            return heads.behind(wanted, after, cells.PAGE + 1)
    return heads.Heads(showing.entries(wanted), {})


def _frame(wanted: Wanted) -> dict[str, Any]:
    """What stands around it: where one is, where one can go, by what it can be narrowed."""
    span = wanted.span
    tags = Tag.objects.filter(owner=wanted.owner, tagged__isnull=False).distinct().order_by("name")
    return {
        "wanted": wanted,
        "span": span,
        "view": span.view.value,
        "views": [(view.value, label) for view, label in VIEWS],
        "earlier": span.beside(-1),
        "later": span.beside(1),
        "zone": span.zone,
        "channels": list(wanted.channels.values())[:OFFERED],
        "tags": list(tags[:OFFERED]),
    }


def _moment(request: HttpRequest, name: str) -> dt.datetime | None:
    """An aware moment, of the form or of the address; None where there is none."""
    text = request.POST.get(name) or request.GET.get(name, "")
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else None
