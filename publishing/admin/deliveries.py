"""Deliveries in the dashboard: where each post is by now, and what only a person can tell."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outbox import manual_actions
from poster.dashboard import display, downloads
from poster.dashboard.long_lists import EVERYTHING, LongList
from poster.dashboard.scoping import OwnFilter, StageFilter, WrittenAdmin
from poster.dashboard.verbs import verb
from poster.http import endpoints
from poster.ledger.security_log import Kind, record
from poster.permissions import NotPossible, in_dashboard
from poster.reasons.events import ListTaken
from poster.web.operators import is_operator
from poster.web.post_only import post_only
from publishing.admin import history, moves
from publishing.models import Delivery
from publishing.platforms import PLATFORMS, Visible
from publishing.posts import due_times, options
from publishing.reasons.acts import NoWebAddress
from publishing.reasons.times import TimeChanged

State = Delivery.State
Written = Callable[[str, tuple[str, ...], downloads.Rows], HttpResponseBase]


class DeliveryStage(StageFilter):
    """What a person wants to know of a delivery."""

    stages = {
        "way": (_("On its way"), list(State.moving())),
        "you": (_("Needs you"), list(State.paused())),
        "published": (_("Published"), [State.PUBLISHED]),
        "wrong": (_("Went wrong"), list(State.revivable())),
        "cancelled": (_("Cancelled"), [State.CANCELLED]),
    }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Most of all are published: they are found by leaving out the few others, newest first as they lie."""
        if self.value() != "published":
            return super().queryset(request, queryset)
        others = set(State) - {State.PUBLISHED}
        return EVERYTHING.older(queryset.exclude(state__in=others), DeliveryAdmin.tie)


@admin.register(Delivery)
class DeliveryAdmin(LongList, WrittenAdmin):
    """One post on its way to one channel, with its ledger."""

    lead = _("Each post on its way to each channel: the last thing that is known to be true, and how we know it.")
    empty = (_("Nothing has gone out yet"), _("As soon as a post is approved, its way to each channel is shown here."))
    list_display = ("thumb", "words", "where", "status", "time", "link")
    list_display_links = ("words",)
    list_filter = (DeliveryStage, "platform", ("channel", OwnFilter), ("post__watch", OwnFilter))
    fetched_with = ("post__items", "channel")
    tie = "dedupe"  # `id` would be read as the key of the other table, by which nothing is in order
    search_fields = ("text",)
    search_help_text = _("Search words")
    change_form_template = "admin/publishing/delivery/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """With the list as a file; it is written down who took it, so it is a POST."""
        taken = {"csv": downloads.as_csv, "json": downloads.as_json}
        ways = {name: partial(self.download, written=written) for name, written in taken.items()}
        led = post_only("admin:publishing_delivery_changelist")
        views = {name: self.admin_site.admin_view(led(way)) for name, way in ways.items()}
        files = [path(f"{name}/", view, name=f"publishing_delivery_{name}") for name, view in views.items()]
        return [*files, *super().get_urls()]

    def download(self, request: HttpRequest, written: Written) -> HttpResponseBase:
        """What the list finds for this person under the search and the filters of the address."""
        try:
            found = self.everything_found(request, "owner")
        except IncorrectLookupParameters:
            return redirect(f"{reverse('admin:publishing_delivery_changelist')}?{ERROR_FLAG}=1")
        record(Kind.EXPORT, ListTaken(kind=history.NAME), person=request.user.pk, request=request)
        of_several = "whose" in self.get_list_display(request)
        head = (*history.HEAD, history.WHOSE) if of_several else history.HEAD
        return written(history.NAME, head, history.rows(found, of_several=of_several))

    def scanned_for(self, request: HttpRequest) -> tuple[str, ...]:
        """Of one person an index has the newest of each platform; of a source, which its post names, none has."""
        return ("platform", "post") if is_operator(request) else ("post",)

    def wanting(self, person: Any) -> QuerySet[Delivery]:  # noqa: ANN401 - whoever is signed in
        return Delivery.objects.filter(owner_id=person.pk, state__in=State.paused())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        delivery = self.get_object(request, object_id)
        context = _told(delivery) if delivery else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With what people did to its post: it was approved there."""
        delivery = self.get_object(request, unquote(object_id))
        told = {"action_list": _done_by_people(delivery)} if delivery else {}
        return super().history_view(request, object_id, {**(extra_context or {}), **told})

    @verb(
        _("It is there"),
        icon="check",
        look="primary",
        when=lambda row: row.state in Delivery.State.in_doubt() and manual_actions.may_be_there(row),
    )
    def it_is_there(self, request: HttpRequest, delivery: Delivery) -> str:
        """A person has looked."""
        permalink = request.POST.get("permalink", "").strip()
        if permalink and not permalink.startswith(("https://", "http://")):
            raise NotPossible(NoWebAddress())
        manual_actions.say_it_is_there(delivery, by=in_dashboard(request), permalink=permalink)
        return gettext("Noted: it is there on %(channel)s.") % {"channel": delivery.channel_name}

    @verb(
        _("It is not there: post it"),
        icon="deliveries",
        when=lambda row: row.state in Delivery.State.in_doubt(),
        ask=_("Please look at the page itself first. If it is there after all, your followers see it twice."),
    )
    def it_is_not_there(self, request: HttpRequest, delivery: Delivery) -> str:
        """A person has looked; it goes out again."""
        manual_actions.say_it_is_not(delivery, by=in_dashboard(request))
        return gettext("It goes out to %(channel)s again.") % {"channel": delivery.channel_name}

    @verb(_("Move it"), button=False, when=due_times.may_be_moved)
    def move(self, request: HttpRequest, delivery: Delivery) -> str:
        """Another time, for this channel alone."""
        to, was = moves.asked(request)
        if was is None:
            raise NotPossible(TimeChanged())
        due_times.move(delivery, to=to, was=was, by=in_dashboard(request))
        told = {"channels": delivery.channel_name, "when": display.said(delivery.due_at)}
        return gettext("It goes to %(channels)s %(when)s.") % told

    @verb(
        _("Check again now"), icon="refresh", when=lambda row: row.state in Delivery.State.in_doubt() and row.refs != ""
    )
    def ask_again(self, request: HttpRequest, delivery: Delivery) -> str:
        """Ask the platform."""
        manual_actions.ask_again(delivery, by=in_dashboard(request))
        return gettext("%(channel)s is asked again now.") % {"channel": delivery.channel_name}

    @verb(
        _("Post it now"),
        icon="deliveries",
        look="primary",
        when=manual_actions.may_be_posted,
        bulk=True,
    )
    def post_now(self, request: HttpRequest, delivery: Delivery) -> str:
        """What was missed, or certainly failed, goes out after all."""
        manual_actions.post_now(delivery, by=in_dashboard(request))
        return gettext("It goes out to %(channel)s now.") % {"channel": delivery.channel_name}

    @verb(
        _("Forget it"),
        icon="minus",
        when=lambda row: row.state in State.forgettable(),
        bulk=True,
        ask=_("We'll stop trying. Anything already published stays published."),
    )
    def forget(self, request: HttpRequest, delivery: Delivery) -> str:
        """Nothing more is done."""
        manual_actions.forget(delivery, by=in_dashboard(request))
        return gettext("Left as it is on %(channel)s: nothing more is done.") % {"channel": delivery.channel_name}

    @admin.display(description="")
    def thumb(self, delivery: Delivery) -> SafeString | str:
        items = delivery.shown
        return display.thumb(items[0].asset_id) if items else ""

    @admin.display(description=_("post"))
    def words(self, delivery: Delivery) -> SafeString:
        return display.two_lines(delivery.text or gettext("(no words)"), delivery.error)

    @admin.display(description=_("channel"), ordering="channel_name")
    def where(self, delivery: Delivery) -> SafeString:
        return display.tag(delivery.platform, delivery.channel_name)

    @admin.display(description=_("state"), ordering="state")
    def status(self, delivery: Delivery) -> SafeString:
        return display.badge(delivery.state, delivery.get_state_display())

    @admin.display(description=_("when"), ordering="created_at")
    def time(self, delivery: Delivery) -> str:
        return display.moment(delivery.published_at or delivery.due_at)

    @admin.display(description="")
    def link(self, delivery: Delivery) -> SafeString | str:
        if delivery.permalink:
            return display.outside_link(delivery.permalink, gettext("See it"))
        page = page_of(delivery) if delivery.state in Delivery.State.in_doubt() else ""
        return display.outside_link(page, gettext("Look there")) if page else ""


def _told(delivery: Delivery) -> dict[str, Any]:
    """What the page of a delivery shows besides the row."""
    steps = list(delivery.entries.all()[:500])
    told = {"steps": steps, "page": page_of(delivery), "may_be_there": manual_actions.may_be_there(delivery)}
    told["chosen"] = options.said(delivery.platform, delivery.options)
    return told | (moves.shown(delivery.due_at) if due_times.may_be_moved(delivery) else {})


def _done_by_people(delivery: Delivery) -> list[LogEntry]:
    """What people decided about it and about its post, the latest first."""
    rows = LogEntry.objects.none()
    for row in (delivery, delivery.post):
        kind = ContentType.objects.get_for_model(row)
        rows |= LogEntry.objects.filter(content_type=kind, object_id=row.pk)
    return list(rows.select_related("user").order_by("-action_time")[:100])


def page_of(delivery: Delivery) -> str:
    """Where a person can look for themselves whether it is there; "" when nobody knows."""
    channel, platform = delivery.channel, PLATFORMS[delivery.platform]()
    if channel is None or not isinstance(platform, Visible):
        return ""
    page = platform.page(channel.remote_id, quote(channel.handle, safe=""))
    return page and endpoints.address(page)
