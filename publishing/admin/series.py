"""Repeated posts in the dashboard, and the form that begins a series."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.local_time import zone_of
from poster.dashboard import display
from poster.dashboard.scoping import OwnedAdmin
from poster.dashboard.verbs import verb
from poster.permissions import NotPossible, in_dashboard
from publishing.models import Post, Series
from publishing.posts import repeating
from publishing.reasons.times import NoFirstTime

State = Series.State


def asked(request: HttpRequest, post: Post) -> dict[str, Any]:
    """When it is repeated, as it was typed, in the owner's time zone. Raises NotPossible for what cannot be read."""
    sent = request.POST
    try:
        first_on, wall = dt.date.fromisoformat(sent.get("first_on", "")), dt.time.fromisoformat(sent.get("wall", ""))
        until = dt.date.fromisoformat(sent["until"]) if sent.get("until") else None
        every = int(sent.get("every") or 1)
    except ValueError:
        raise NotPossible(NoFirstTime()) from None
    zone = str(zone_of(post.owner))
    return {"first_on": first_on, "wall": wall.replace(tzinfo=None), "until": until, "every": every, "zone": zone}


@admin.register(Series)
class SeriesAdmin(OwnedAdmin):
    """Posts that are repeated, as standing orders of their owner."""

    one, many = _("repeated post"), _("repeated posts")
    lead = _(
        "Each repetition is a post of its own, made a day before it goes out: there it can still be moved or undone."
    )
    empty = (_("Nothing is repeated yet"), _("Open a post and choose to repeat it."))
    list_display = ("pattern", "rhythm", "coming", "status", "buttons_here")
    list_display_links = ("rhythm",)
    list_filter = ("state",)
    fetched_with = ("post",)

    def wanting(self, person: Any) -> QuerySet[Series]:  # noqa: ANN401 - whoever is signed in
        """What was paused by itself."""
        return Series.objects.filter(owner_id=person.pk, state=State.PAUSED).exclude(hold_code="")

    def get_fieldsets(self, request: HttpRequest, obj: Series | None = None) -> Any:  # noqa: ANN401
        return [(None, {"fields": ("pattern", "rhythm", "until", "coming", "status", "approver")})]

    @verb(_("Pause"), icon="pause", when=lambda series: series.state == State.REPEATING, bulk=True)
    def pause(self, request: HttpRequest, series: Series) -> str:
        """Nothing more until it goes on."""
        repeating.pause(series, by=in_dashboard(request))
        return gettext("Paused: nothing more is made of it until you let it go on.")

    @verb(_("Go on"), icon="play", look="primary", when=lambda series: series.state == State.PAUSED, bulk=True)
    def go_on(self, request: HttpRequest, series: Series) -> str:
        """With the post as it is now."""
        repeating.go_on(series, by=in_dashboard(request))
        return gettext("It goes on %(when)s, with the post as it is now.") % {"when": display.said(series.next_at)}

    @verb(
        _("End it"),
        icon="minus",
        look="danger",
        when=lambda series: series.state != State.ENDED,
        ask=_("Nothing more of it is made. What was made already stays."),
    )
    def end(self, request: HttpRequest, series: Series) -> str:
        """For good."""
        repeating.end(series, by=in_dashboard(request))
        return gettext("Ended: it is not repeated any more.")

    @admin.display(description=_("post"))
    def pattern(self, series: Series) -> SafeString:
        where = reverse("admin:publishing_post_change", args=[series.post_id])
        link = format_html('<a href="{}">{}</a>', where, str(series.post))
        return display.with_reason(link, str(series.hold or ""))

    @admin.display(description=_("when"), ordering="first_on")
    def rhythm(self, series: Series) -> str:
        said = ngettext("%(day)s %(time)s, every week", "%(day)s %(time)s, every %(weeks)d weeks", series.every)
        day, time = date_format(series.first_on, "l"), time_format(series.wall, "H:i")
        return said % {"day": day, "time": time, "weeks": series.every}

    @admin.display(description=_("next"), ordering="next_at")
    def coming(self, series: Series) -> SafeString | str:
        return display.moment(series.next_at) if series.state == State.REPEATING else ""

    @admin.display(description=_("state"), ordering="state")
    def status(self, series: Series) -> SafeString:
        return display.badge(series.state, series.get_state_display())

    @admin.display(description=_("approved by"))
    def approver(self, series: Series) -> str:
        return str(series.approved_by or gettext("somebody who has left"))

    @admin.display(description="")
    def buttons_here(self, series: Series) -> SafeString:
        return display.row_button(self.buttons(series))
