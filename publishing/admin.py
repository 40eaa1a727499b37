"""What goes out, in the dashboard: posts and their deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from poster import remote, typed
from poster.asking import NotPossible
from poster.auditing import Kind, record
from poster.dashboard import showing, spreadsheets
from poster.dashboard.owning import OwnFilter, StageFilter, WrittenAdmin
from poster.dashboard.verbs import verb
from poster.posted import post_only
from publishing.delivery import deciding
from publishing.keeping import removing
from publishing.models import Delivery, Post, PostAsset
from publishing.platforms import PLATFORMS, Visible
from publishing.posts import approving, undoing
from publishing.posts.previewing import counters, previews

State = Delivery.State


class DeliveryStage(StageFilter):
    """What a person wants to know of a delivery."""

    stages = {
        "way": ("On its way", [State.QUEUED, State.PREPARED, State.PUBLISHING, State.CHECKING]),
        "you": ("Needs you", [State.NEEDS_YOU, State.BLOCKED]),
        "published": ("Published", [State.PUBLISHED]),
        "wrong": ("Went wrong", [State.FAILED, State.MISSED]),
        "cancelled": ("Cancelled", [State.CANCELLED]),
    }


def _page_of(post: Post, kept: QueryDict | None) -> dict[str, Any]:
    """What the page of a post shows besides the row: also what was typed there and not taken."""
    words, is_open = kept.get("text", post.text) if kept else post.text, approving.may_be_approved(post)
    alt_texts = [
        (item, kept.get(f"alt_text_{item.pk}", item.alt_text) if kept else item.alt_text) for item in post.items.all()
    ]
    if is_open:  # what came too late for it is shown, and is not how it will look
        post.text = words
    return {
        "previews": previews(post),
        "counters": counters(post),
        "words": words,
        "alt_texts": alt_texts,
        "typed": kept is not None,
        "open": is_open,
    }


def is_draft(post: Post) -> bool:
    """It waits for a person."""
    return post.state == Post.State.DRAFT


@admin.register(Post)
class PostAdmin(WrittenAdmin):
    """Words and pictures that somebody may approve."""

    lead = "What was written for your pictures. Nothing goes out before it is approved, by you or by its watch."
    empty = ("No post yet", "A post appears here as soon as a picture has its words.")
    list_display = ("thumb", "words", "goes_to", "status", "made", "buttons_here")
    list_display_links = ("words",)
    list_filter = ("state", ("watch", OwnFilter), ("channels", OwnFilter))
    search_fields = ("text",)
    search_help_text = "Search words"
    fetched_with = (Prefetch("items", PostAsset.objects.select_related("asset")), "channels", "deliveries")
    change_form_template = "admin/publishing/post/change_form.html"
    may_delete = True
    farewell = (
        "Its record goes, with its deliveries and their ledger. What was posted stays where it is; the picture's "
        "name stays here, so that it is not taken for a new one."
    )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Not while it is on its way."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (not isinstance(obj, Post) or removing.may_be_removed(obj))

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        removing.remove_post(obj, by=request.user)  # type: ignore[arg-type]

    def wanting(self, person: Any) -> QuerySet[Post]:  # noqa: ANN401 - whoever is signed in
        return Post.objects.waiting().filter(owner_id=person.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        post = self.get_object(request, object_id)
        context = _page_of(post, typed.of(request)) if post else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @verb(
        "Approve",
        icon="check",
        look="primary",
        when=approving.may_be_approved,
        bulk=True,
        undo="undo",
        undo_until=undoing.until,
        many="Approved: {count} posts. Until they are due you can undo it.",
    )
    def approve(self, request: HttpRequest, post: Post) -> str:
        """It goes out; words that were changed on the same page are kept first."""
        if "text" in request.POST:
            self._reword(request, post)
        deliveries = approving.approve(post, by=request.user, undoable=True)  # type: ignore[arg-type]
        names = ", ".join(delivery.channel_name for delivery in deliveries)
        when = showing.said(deliveries[0].due_at)
        return f"Approved. It goes to {names} {when}; until then you can undo it."

    @verb("Keep these words", button=False, when=approving.may_be_approved)
    def reword(self, request: HttpRequest, post: Post) -> str:
        """Other words, as typed into the form of the page."""
        self._reword(request, post)
        return "The new words are kept. It still waits for your yes."

    @verb(
        "Discard",
        icon="trash",
        look="danger",
        when=is_draft,
        bulk=True,
        undo="undo",
        many="Discarded: {count} posts. They are not posted.",
        ask="It is not posted. It stays in the list of discarded posts.",
    )
    def discard(self, request: HttpRequest, post: Post) -> str:
        """A person says no."""
        approving.discard(post, by=request.user)  # type: ignore[arg-type]
        return "Discarded. It is not posted."

    @verb(
        "Undo",
        icon="refresh",
        when=undoing.may_be_undone,
        bulk=True,
        many="Undone for {count} posts. What was not asked for yet is sent nowhere.",
    )
    def undo(self, request: HttpRequest, post: Post) -> str:
        """A yes or a no is taken back."""
        return undoing.told(undoing.undo(post, by=request.user))  # type: ignore[arg-type]

    @verb("Post at once", icon="deliveries", when=undoing.may_go_at_once)
    def post_at_once(self, request: HttpRequest, post: Post) -> str:
        """Without the minute in which it could be undone."""
        hurried = undoing.post_at_once(post, by=request.user)  # type: ignore[arg-type]
        return f"It goes to {', '.join(each.channel_name for each in hurried)} at once."

    def _reword(self, request: HttpRequest, post: Post) -> None:
        text = request.POST.get("text", "").replace("\r\n", "\n")
        if not text.strip():
            raise NotPossible("A post needs words. Write some, or discard it.")
        alt_texts = {item.pk: request.POST.get(f"alt_text_{item.pk}", item.alt_text) for item in post.items.all()}
        approving.reword(post, text=text, alt_texts=alt_texts, by=request.user)  # type: ignore[arg-type]

    @admin.display(description="")
    def thumb(self, post: Post) -> SafeString | str:
        items = list(post.items.all())
        return showing.thumb(items[0].asset_id) if items else ""

    @admin.display(description="post")
    def words(self, post: Post) -> SafeString:
        return showing.two_lines(post.text or "(no words)", post.waits_because)

    @admin.display(description="goes to")
    def goes_to(self, post: Post) -> SafeString:
        return showing.tags((channel.platform, channel.name) for channel in post.channels.all())

    @admin.display(description="state", ordering="state")
    def status(self, post: Post) -> SafeString:
        deliveries = list(post.deliveries.all())
        if post.state != Post.State.APPROVED or not deliveries:
            return showing.badge(post.state, post.get_state_display())
        shown = [(delivery.state, delivery.get_state_display()) for delivery in deliveries]
        return showing.tally(shown)

    @admin.display(description="written", ordering="created_at")
    def made(self, post: Post) -> str:
        return showing.moment(post.created_at)

    @admin.display(description="")
    def buttons_here(self, post: Post) -> SafeString:
        return showing.row_button(self.buttons(post))


@admin.register(Delivery)
class DeliveryAdmin(WrittenAdmin):
    """One post on its way to one channel, with its ledger."""

    lead = "Each post on its way to each channel: the last thing that is known to be true, and how we know it."
    empty = ("Nothing has gone out yet", "As soon as a post is approved, its way to each channel is shown here.")
    list_display = ("thumb", "words", "where", "status", "time", "link")
    list_display_links = ("words",)
    list_filter = (DeliveryStage, "platform", ("channel", OwnFilter))
    fetched_with = ("post__items", "channel")
    search_fields = ("text", "channel_name")
    search_help_text = "Search words"
    change_form_template = "admin/publishing/delivery/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """With the list as a file; it is written down who took it, so it is a POST."""
        view = self.admin_site.admin_view(post_only("admin:publishing_delivery_changelist")(self.csv))
        return [path("csv/", view, name="publishing_delivery_csv"), *super().get_urls()]

    def csv(self, request: HttpRequest) -> StreamingHttpResponse:
        """One's own deliveries, whoever asks, for a spreadsheet."""
        record(Kind.EXPORT, "The list of deliveries was downloaded as CSV.", person=request.user.pk, request=request)
        return spreadsheets.download("deliveries", CSV_HEAD, _csv_rows(request.user.pk))

    def wanting(self, person: Any) -> QuerySet[Delivery]:  # noqa: ANN401 - whoever is signed in
        return Delivery.objects.filter(owner_id=person.pk, state__in=[State.NEEDS_YOU, State.BLOCKED])

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
        "It is there",
        icon="check",
        look="primary",
        when=lambda row: row.state in deciding.UNSURE and deciding.may_be_there(row),
    )
    def it_is_there(self, request: HttpRequest, delivery: Delivery) -> str:
        """A person has looked."""
        permalink = request.POST.get("permalink", "").strip()
        if permalink and not permalink.startswith(("https://", "http://")):
            raise NotPossible("The link does not look like a web address. Leave it empty if you have none.")
        deciding.say_it_is_there(delivery, by=request.user, permalink=permalink)  # type: ignore[arg-type]
        return f"Noted: it is there on {delivery.channel_name}."

    @verb(
        "It is not there: post it",
        icon="deliveries",
        when=lambda row: row.state in deciding.UNSURE,
        ask="Please look at the page itself first. If it is there after all, your followers see it twice.",
    )
    def it_is_not_there(self, request: HttpRequest, delivery: Delivery) -> str:
        """A person has looked; it goes out again."""
        deciding.say_it_is_not(delivery, by=request.user)  # type: ignore[arg-type]
        return f"It goes out to {delivery.channel_name} again."

    @verb("Check again now", icon="refresh", when=lambda row: row.state in deciding.UNSURE and row.handle != "")
    def ask_again(self, request: HttpRequest, delivery: Delivery) -> str:
        """Ask the platform."""
        deciding.ask_again(delivery, by=request.user)  # type: ignore[arg-type]
        return f"{delivery.channel_name} is asked again now."

    @verb(
        "Post it now",
        icon="deliveries",
        look="primary",
        when=deciding.may_be_posted,
        bulk=True,
    )
    def post_now(self, request: HttpRequest, delivery: Delivery) -> str:
        """What was missed, or certainly failed, goes out after all."""
        deciding.post_now(delivery, by=request.user)  # type: ignore[arg-type]
        return f"It goes out to {delivery.channel_name} now."

    @verb(
        "Forget it",
        icon="minus",
        when=lambda row: row.state not in (State.PUBLISHED, State.CANCELLED, State.PUBLISHING),
        bulk=True,
        ask="Nothing more is done about it. What may be there already stays there.",
    )
    def forget(self, request: HttpRequest, delivery: Delivery) -> str:
        """Nothing more is done."""
        deciding.forget(delivery, by=request.user)  # type: ignore[arg-type]
        return f"Left as it is on {delivery.channel_name}: nothing more is done."

    @admin.display(description="")
    def thumb(self, delivery: Delivery) -> SafeString | str:
        items = list(delivery.post.items.all())
        return showing.thumb(items[0].asset_id) if items else ""

    @admin.display(description="post")
    def words(self, delivery: Delivery) -> SafeString:
        return showing.two_lines(delivery.text or "(no words)", delivery.error)

    @admin.display(description="channel", ordering="channel_name")
    def where(self, delivery: Delivery) -> SafeString:
        return showing.tag(delivery.platform, delivery.channel_name)

    @admin.display(description="state", ordering="state")
    def status(self, delivery: Delivery) -> SafeString:
        return showing.badge(delivery.state, delivery.get_state_display())

    @admin.display(description="when", ordering="created_at")
    def time(self, delivery: Delivery) -> str:
        return showing.moment(delivery.published_at or delivery.due_at)

    @admin.display(description="")
    def link(self, delivery: Delivery) -> SafeString | str:
        if delivery.permalink:
            return showing.outside_link(delivery.permalink, "See it")
        page = page_of(delivery) if delivery.state in deciding.UNSURE else ""
        return showing.outside_link(page, "Look there") if page else ""


def _told(delivery: Delivery) -> dict[str, Any]:
    """What the page of a delivery shows besides the row."""
    steps = list(delivery.steps.all()[:500])
    return {"steps": steps, "page": page_of(delivery), "may_be_there": deciding.may_be_there(delivery)}


def _done_by_people(delivery: Delivery) -> list[LogEntry]:
    """What people decided about it and about its post, the latest first."""
    rows = LogEntry.objects.none()
    for row in (delivery, delivery.post):
        kind = ContentType.objects.get_for_model(row)
        rows |= LogEntry.objects.filter(content_type=kind, object_id=row.pk)
    return list(rows.select_related("user").order_by("-action_time")[:100])


def page_of(delivery: Delivery) -> str:
    """Where a person can look for himself whether it is there; "" when nobody knows."""
    channel, platform = delivery.channel, PLATFORMS[delivery.platform]()
    if channel is None or not isinstance(platform, Visible):
        return ""
    page = platform.page(channel.remote_id, quote(channel.handle, safe=""))
    return page and remote.address(page)


CSV_HEAD = ("due", "published", "state", "platform", "channel", "words", "link", "problem", "id")


def _csv_rows(owner_id: Any) -> Iterator[tuple[object, ...]]:  # noqa: ANN401
    rows = Delivery.objects.filter(owner_id=owner_id).order_by("-created_at")
    for row in rows.iterator(chunk_size=500):
        yield (
            f"{localtime(row.due_at):%Y-%m-%d %H:%M:%S}",
            f"{localtime(row.published_at):%Y-%m-%d %H:%M:%S}" if row.published_at else "",
            row.get_state_display(),
            row.platform,
            row.channel_name,
            row.text,
            row.permalink,
            row.error,
            row.pk,
        )
