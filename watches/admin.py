"""What comes in, in the dashboard: watches, pictures, captions, prompt templates."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from poster.dashboard import display
from poster.dashboard.scoping import OwnedAdmin, OwnFilter, StageFilter, WrittenAdmin
from poster.dashboard.verbs import verb
from poster.permissions import NotPossible, in_dashboard
from watches import ai_accounts, manual_actions, wake_ups, watch_service
from watches.arrivals import ARRIVING
from watches.forms import NewWatchForm, PromptTemplateForm, WatchForm, WordsForm, captioner_label
from watches.models import Asset, Caption, PromptTemplate, Stream, Watch
from watches.silence import notes


def is_looking(watch: Watch) -> bool:
    """It is not paused."""
    return watch.state != Watch.State.PAUSED


@admin.register(Watch)
class WatchAdmin(OwnedAdmin):
    """Standing orders."""

    asks_outside = True
    lead = "Standing orders: look into this folder, describe what appears, publish it to those channels."
    empty = ("No watch yet", "A watch looks into a folder and posts what appears there. Add one to begin.")
    farewell = "Nothing new is looked for. Pictures already described, posts and their history stay."
    may_add = may_change = may_delete = True
    form = WatchForm
    list_display = ("title", "folder", "goes_to", "status", "looked", "buttons_here")
    list_filter = ("state", "stream__source")
    fetched_with = (Prefetch("stream", Stream.objects.all()), "channels")
    search_fields = ("name", "place_name")
    search_help_text = "Search watches"

    def wanting(self, person: Any) -> QuerySet[Watch]:  # noqa: ANN401 - whoever is signed in
        return Watch.objects.filter(owner_id=person.pk, state=Watch.State.BROKEN)

    def tone(self, rows: QuerySet[Any]) -> str:
        return "bad"

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: ANN401, FBT001, FBT002
        return super().get_form(request, obj, change, form=WatchForm if obj else NewWatchForm, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Watch | None = None) -> Any:  # noqa: ANN401
        look = ("folder", "status", *self._notes(obj)) if obj else ("source", "credential", "place", "anyway")
        seldom: tuple[Any, ...] = (("interval", "latest_hours"), "subfolders", "fit", "name_places")
        return [
            (None, {"fields": ("name",)}),
            ("Where it looks", {"fields": look if obj else (*look, "backlog")}),
            ("Where it goes", {"fields": ("channels", "approval")}),
            ("Who writes the words", {"fields": (("captioner", "model"), ("prompt_template", "language"))}),
            ("Seldom changed", {"fields": seldom, "classes": ("collapse",)}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Watch | None = None) -> Any:  # noqa: ANN401
        return ("folder", "status", *self._notes(obj)) if obj else ()

    def _notes(self, watch: Watch) -> tuple[str, ...]:
        return ("notes",) if notes(watch) else ()

    def save_model(self, request: HttpRequest, obj: Watch, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001
        if change:  # a new one was saved by `add_watch`
            changed = [name for name in form.changed_data if name != "channels"]
            began = ["listed_at", "began_at"] if "subfolders" in changed else []
            with transaction.atomic():
                obj.save(update_fields=[*changed, *began])
                form.save_m2m()
                if {"captioner", "model"} & set(changed):
                    wake_ups.after_changing(obj)
        if obj.untried:
            messages.warning(request, obj.untried)

    def delete_model(self, request: HttpRequest, obj: Watch) -> None:
        watch_service.remove(obj, by=in_dashboard(request))

    @verb("Look now", icon="refresh", when=is_looking, bulk=True)
    def look_now(self, request: HttpRequest, watch: Watch) -> str:
        """Look with the next round."""
        watch_service.look_now(watch, by=in_dashboard(request))
        return f"{watch.name} looks again with the next round, within seconds."

    @verb("Pause", icon="pause", when=is_looking, bulk=True)
    def pause(self, request: HttpRequest, watch: Watch) -> str:
        """Stop looking."""
        watch_service.pause(watch, by=in_dashboard(request))
        return f"{watch.name} is paused. What it has found already goes on."

    @verb("Resume", icon="play", look="primary", when=lambda watch: not is_looking(watch), bulk=True)
    def resume(self, request: HttpRequest, watch: Watch) -> str:
        """Look again."""
        watch_service.resume(watch, by=in_dashboard(request))
        return f"{watch.name} looks again."

    @admin.display(description="name", ordering="name")
    def title(self, watch: Watch) -> SafeString:
        return display.two_lines(watch.name, notes(watch))

    @admin.display(description="folder", ordering="place_name")
    def folder(self, watch: Watch) -> SafeString:
        shape = "drive" if watch.stream.source == "drive" else "folder"
        return display.tag(shape, watch.place_name or watch.place_id)

    @admin.display(description="goes to")
    def goes_to(self, watch: Watch) -> SafeString:
        return display.tags((channel.platform, channel.name) for channel in watch.channels.all())

    @admin.display(description="state", ordering="state")
    def status(self, watch: Watch) -> SafeString:
        return display.badge(watch.state, watch.get_state_display())

    @admin.display(description="what it could not see")
    def notes(self, watch: Watch) -> str:
        return notes(watch)

    @admin.display(description="last look", ordering="looked_at")
    def looked(self, watch: Watch) -> str:
        return display.moment(watch.looked_at) or "not yet"

    @admin.display(description="")
    def buttons_here(self, watch: Watch) -> SafeString:
        return display.row_button(self.buttons(watch))


class AssetStage(StageFilter):
    """What a person wants to know of a picture."""

    stages = {
        "you": ("Waits for you", [Asset.State.HELD, Asset.State.WORDLESS]),
        "way": ("Found", [Asset.State.FOUND, Asset.State.INCOMPLETE]),
        "ready": ("Ready", [Asset.State.READY]),
        "recorded": ("Was there before", [Asset.State.RECORDED]),
        "not": ("Not posted", [Asset.State.SKIPPED, Asset.State.DUPLICATE, Asset.State.GONE]),
        "aside": ("Put aside", [Asset.State.ASIDE]),
        "coming": ("On its way to a post", []),
    }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """What is ready and has its words has its post, too."""
        return queryset.filter(ARRIVING) if self.value() == "coming" else super().queryset(request, queryset)


@admin.register(Asset)
class AssetAdmin(WrittenAdmin):
    """Files that were seen. The machine writes them; people decide about those that wait."""

    one, many = "picture", "pictures"
    lead = "Every file that was seen, and what became of it."
    empty = ("No picture yet", "Pictures appear here as soon as a watch finds them in its folder.")
    list_display = ("thumb", "title", "came_from", "status", "seen", "buttons_here")
    list_display_links = ("title",)
    list_filter = (AssetStage, ("watch", OwnFilter))
    fetched_with = ("watch",)
    search_fields = ("name",)
    search_help_text = "Search file names"
    change_form_template = "admin/watches/asset/change_form.html"

    def wanting(self, person: Any) -> QuerySet[Asset]:  # noqa: ANN401 - whoever is signed in
        return Asset.objects.filter(owner_id=person.pk, state__in=[Asset.State.HELD, Asset.State.WORDLESS])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asset = self.get_object(request, object_id)
        context: dict[str, Any] = {"why": ai_accounts.why(asset) if asset else ""}
        if asset and asset.state == Asset.State.WORDLESS:
            context["words"] = WordsForm()
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @verb(
        "Post it",
        icon="deliveries",
        look="primary",
        when=lambda asset: asset.state in (Asset.State.RECORDED, Asset.State.HELD),
        bulk=True,
    )
    def post_it(self, request: HttpRequest, asset: Asset) -> str:
        """A picture that was only recorded goes on its way."""
        manual_actions.post_it(asset, by=in_dashboard(request))
        return f"{asset.name} is on its way: it is fetched and described now."

    @verb("Try again", icon="refresh", when=lambda asset: asset.state == Asset.State.SKIPPED, bulk=True)
    def try_again(self, request: HttpRequest, asset: Asset) -> str:
        """It may have been the machine's fault, or a better reader is there by now."""
        manual_actions.try_again(asset, by=in_dashboard(request))
        return f"{asset.name} is fetched and looked at once more."

    @verb("Put aside", icon="minus", when=lambda asset: asset.state == Asset.State.SKIPPED, bulk=True)
    def put_aside(self, request: HttpRequest, asset: Asset) -> str:
        """It is seen, and is not counted as wrong any more."""
        manual_actions.put_aside(asset, by=in_dashboard(request))
        return f"{asset.name} is put aside. You find it under Pictures, and can take it back there."

    @verb("Take back", icon="refresh", when=lambda asset: asset.state == Asset.State.ASIDE, bulk=True)
    def take_back(self, request: HttpRequest, asset: Asset) -> str:
        """It counts again."""
        manual_actions.take_back(asset, by=in_dashboard(request))
        return f"{asset.name} is back among what could not be posted."

    @verb("Ask again", icon="spark", when=lambda asset: asset.state == Asset.State.WORDLESS, bulk=True)
    def ask_again(self, request: HttpRequest, asset: Asset) -> str:
        """The captioner gets another chance."""
        manual_actions.ask_again(asset, by=in_dashboard(request))
        return f"The captioner is asked about {asset.name} again."

    @verb("Use these words", button=False, when=lambda asset: asset.state == Asset.State.WORDLESS)
    def write_words(self, request: HttpRequest, asset: Asset) -> str:
        """A person writes the caption."""
        form = WordsForm(request.POST)
        if not form.is_valid():
            raise NotPossible("Write a caption first, of at most 5,000 characters.")
        manual_actions.write_words(asset, by=in_dashboard(request), **form.cleaned_data)
        return f"{asset.name} has your words now."

    @admin.display(description="")
    def thumb(self, asset: Asset) -> SafeString:
        return display.thumb(asset.pk)

    @admin.display(description="file", ordering="name")
    def title(self, asset: Asset) -> SafeString:
        return display.two_lines(asset.name, asset.reason)

    @admin.display(description="came from")
    def came_from(self, asset: Asset) -> str:
        return asset.watch.name if asset.watch else asset.watch_name

    @admin.display(description="state", ordering="state")
    def status(self, asset: Asset) -> SafeString:
        return display.badge(asset.state, asset.get_state_display())

    @admin.display(description="seen", ordering="created_at")
    def seen(self, asset: Asset) -> str:
        return display.moment(asset.created_at)

    @admin.display(description="")
    def buttons_here(self, asset: Asset) -> SafeString:
        return display.row_button(self.buttons(asset))


@admin.register(Caption)
class CaptionAdmin(WrittenAdmin):
    """Words that were written, with where they came from."""

    owner = "asset__owner"
    lead = "The words that were written for your pictures, by whom, and what they cost."
    empty = ("No caption yet", "As soon as a picture is fetched, its captioner looks at it and writes.")
    list_display = ("thumb", "words", "writer", "cost", "written")
    list_display_links = ("words",)
    list_filter = ("captioner",)
    fetched_with = ("asset__caption_calls",)
    search_fields = ("text",)
    search_help_text = "Search words"
    change_form_template = "admin/watches/caption/change_form.html"

    @admin.display(description="")
    def thumb(self, caption: Caption) -> SafeString:
        return display.thumb(caption.asset_id)

    @admin.display(description="caption")
    def words(self, caption: Caption) -> SafeString:
        return display.two_lines(caption.text)

    @admin.display(description="written by", ordering="captioner")
    def writer(self, caption: Caption) -> str:
        label = captioner_label(caption.captioner)
        return f"{label}, {caption.model}" if caption.model else label

    @admin.display(description="cost")
    def cost(self, caption: Caption) -> str:
        """Of all that was asked about this picture, in US dollars; nothing to read where no price is known."""
        known = [call.cost for call in caption.asset.caption_calls.all() if call.cost is not None]
        if not known:
            return ""
        return f"${sum(known):.4f}" if sum(known) else "free"

    @admin.display(description="when", ordering="created_at")
    def written(self, caption: Caption) -> str:
        return display.moment(caption.created_at)


@admin.register(PromptTemplate)
class PromptTemplateAdmin(OwnedAdmin):
    """What captioners are asked."""

    lead = "What the captioner is asked, in your words. A watch without one uses our usual question."
    empty = ("No prompt template yet", "Write down how your captions should sound, once, and use it in many watches.")
    farewell = "Watches that use it have to be given another one first."
    may_add = may_change = may_delete = True
    form = PromptTemplateForm
    fields = ("name", "text")
    list_display = ("name", "beginning")
    search_fields = ("name", "text")
    search_help_text = "Search templates"

    @admin.display(description="beginning")
    def beginning(self, template: PromptTemplate) -> SafeString:
        return display.two_lines(template.text)
