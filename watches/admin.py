"""What comes in, in the dashboard: watches, found files, prompt templates."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from media.pictures_in_posts import PicturesInPosts
from poster.dashboard import display
from poster.dashboard.long_lists import LongList
from poster.dashboard.scoping import OwnedAdmin, OwnFilter, StageFilter, WrittenAdmin
from poster.dashboard.verbs import verb
from poster.permissions import in_dashboard
from poster.web import unsaved_input
from watches import manual_actions, new_source, outcomes, watch_service
from watches.arrivals import arriving
from watches.forms import NewWatchForm, PromptTemplateForm, WatchForm, sketched
from watches.models import FoundFile, PromptTemplate, SourceCursor, Watch
from watches.silence import notes


def is_looking(watch: Watch) -> bool:
    """It is not paused."""
    return watch.state != Watch.State.PAUSED


@admin.register(Watch)
class WatchAdmin(OwnedAdmin):
    """Standing orders."""

    asks_outside = True
    one, many = _("source"), _("sources")
    add_label = _("Add a source")
    lead = _("Standing orders: look into this folder, describe what appears, publish it to those channels.")
    empty = (_("No source yet"), _("A source looks into a folder and posts what appears there. Add one to begin."))
    farewell = _("Nothing new is looked for. Pictures already described, posts and their history stay.")
    may_add = may_change = may_delete = True
    form = WatchForm
    add_form_template = "admin/watches/watch/new.html"
    change_form_template = "admin/watches/watch/change_form.html"
    list_display = ("title", "folder", "goes_to", "status", "looked", "buttons_here")
    list_filter = ("state", "stream__source")
    fetched_with = (Prefetch("stream", SourceCursor.objects.all()), "channels")
    search_fields = ("name", "place_name")
    search_help_text = _("Search sources")

    def wanting(self, person: Any) -> QuerySet[Watch]:  # noqa: ANN401 - whoever is signed in
        return Watch.objects.filter(owner_id=person.pk, state=Watch.State.BROKEN)

    def tone(self, rows: QuerySet[Any]) -> str:
        return "bad"

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: ANN401, FBT001, FBT002
        return super().get_form(request, obj, change, form=WatchForm if obj else NewWatchForm, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Watch | None = None) -> Any:  # noqa: ANN401
        look = ("folder", "status", *self._notes(obj)) if obj else ("source", "credential")
        labels = ("always_ai", "always_adult")
        pace = ("most_per_day", ("quiet_from", "quiet_until"))
        seldom: tuple[Any, ...] = (("interval", "latest_hours"), *pace, "subfolders", "fit", "name_places", *labels)
        words: tuple[Any, ...] = (("captioner", "model"), ("prompt_template", "language"))
        goes = (_("Where it goes"), {"fields": ("channels", "approval", "in_queue")})
        rare = (_("Seldom changed"), {"fields": seldom, "classes": ("collapse",)})
        if obj:
            looks = (_("Where it looks"), {"fields": look})
            return [(None, {"fields": ("name",)}), looks, goes, (_("Who writes the words"), {"fields": words}), rare]
        return [
            (_("Where it looks"), {"fields": look}),
            (_("Which folder"), {"fields": ("place", "anyway", "name", "backlog"), "classes": ("walked",)}),
            goes,
            (_("Who writes the words"), {"fields": (*words, "prompt"), "classes": ("tried",)}),
            rare,
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new source. Buttons that show a folder or try the words send the form, and nothing is saved."""
        if request.method == "POST" and new_source.step_of(request.POST):
            return self._stepped(request)
        return super().add_view(request, form_url, extra_context)

    def _stepped(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        unsaved_input.refused(request, unsaved_input.WEEK)  # what is typed is not saved yet, and is kept
        data, page = new_source.taken(request)
        fieldsets = self.get_fieldsets(request)
        form = self.get_form(request, None, change=False, fields=flatten_fieldsets(fieldsets))(data)
        sketched(form)
        drawn = AdminForm(form, list(fieldsets), {}, (), model_admin=self)
        told = {
            **self.admin_site.each_context(request),
            "title": _("New source"),
            "adminform": drawn,
            "page": page,
            "media": self.media + drawn.media,
            "inline_admin_formsets": [],
            "is_popup": False,
        }
        shown: HttpResponse = self.render_change_form(request, told, add=True, change=False, form_url="", obj=None)
        return shown

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """A new one has a page of its own, with what was opened and tried."""
        if kwargs.get("add"):
            sent = request.POST or unsaved_input.of(request) or request.POST
            context.setdefault("page", new_source.begun(cast(User, request.user), sent))
        return super().render_change_form(request, context, *args, **kwargs)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With what it found, and what became of that."""
        watch = self.get_object(request, object_id)
        told = {"outcomes": outcomes.of(watch), "newest": outcomes.newest(watch)} if watch else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **told})

    def response_add(self, request: HttpRequest, obj: Watch, post_url_continue: str | None = None) -> HttpResponse:
        """To its own page: what it found, and what becomes of that."""
        super().response_add(request, obj, post_url_continue)
        return redirect("admin:watches_watch_change", obj.pk)

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
                    watch_service.captioner_changed(obj)
        if obj.untried:
            messages.warning(request, obj.untried)

    def delete_model(self, request: HttpRequest, obj: Watch) -> None:
        watch_service.remove(obj, by=in_dashboard(request))

    @verb(_("Look now"), icon="refresh", when=is_looking, bulk=True)
    def look_now(self, request: HttpRequest, watch: Watch) -> str:
        """Look with the next round."""
        watch_service.look_now(watch, by=in_dashboard(request))
        return gettext("%(source)s looks again with the next round, within seconds.") % {"source": watch.name}

    @verb(_("Pause"), icon="pause", when=is_looking, bulk=True)
    def pause(self, request: HttpRequest, watch: Watch) -> str:
        """Stop looking."""
        watch_service.pause(watch, by=in_dashboard(request))
        return gettext("%(source)s is paused. What it has found already goes on.") % {"source": watch.name}

    @verb(_("Resume"), icon="play", look="primary", when=lambda watch: not is_looking(watch), bulk=True)
    def resume(self, request: HttpRequest, watch: Watch) -> str:
        """Look again."""
        watch_service.resume(watch, by=in_dashboard(request))
        return gettext("%(source)s looks again.") % {"source": watch.name}

    @admin.display(description=_("name"), ordering="name")
    def title(self, watch: Watch) -> SafeString:
        return display.two_lines(watch.name, notes(watch))

    @admin.display(description=_("folder"), ordering="place_name")
    def folder(self, watch: Watch) -> SafeString:
        return display.tag(watch.stream.source, watch.place_name or watch.place_id)

    @admin.display(description=_("goes to"))
    def goes_to(self, watch: Watch) -> SafeString:
        return display.tags((channel.platform, channel.name) for channel in watch.channels.all())

    @admin.display(description=_("state"), ordering="state")
    def status(self, watch: Watch) -> SafeString:
        return display.badge(watch.state, watch.get_state_display())

    @admin.display(description=_("what it could not see"))
    def notes(self, watch: Watch) -> str:
        return notes(watch)

    @admin.display(description=_("last look"), ordering="looked_at")
    def looked(self, watch: Watch) -> str:
        return display.moment(watch.looked_at) or gettext("not yet")

    @admin.display(description="")
    def buttons_here(self, watch: Watch) -> SafeString:
        return display.row_button(self.buttons(watch))


MOST_COMING = 300  # of a kind, that are listed as on their way to a post


class FileStage(StageFilter):
    """What a person wants to know of a picture."""

    stages = {
        "you": (_("Waits for you"), [FoundFile.State.HELD]),
        "way": (_("Found"), FoundFile.State.coming()),
        "ready": (_("Ready"), [FoundFile.State.TAKEN]),
        "recorded": (_("Was there before"), [FoundFile.State.RECORDED]),
        "not": (_("Not posted"), FoundFile.State.not_posted()),
        "aside": (_("Put aside"), [FoundFile.State.ASIDE]),
        "coming": (_("On its way to a post"), []),
    }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """What is ready and has its words has its post, too."""
        if self.value() != "coming":
            return super().queryset(request, queryset)
        keys = [rows.values_list("pk", flat=True)[:MOST_COMING] for rows in arriving(queryset.order_by())]
        return queryset.filter(pk__in=[key for some in keys for key in some])


@admin.register(FoundFile)
class FoundFileAdmin(PicturesInPosts, LongList, WrittenAdmin):
    """Files that were seen. The machine writes them; people decide about those that wait."""

    asset = "asset"

    one, many = _("picture"), _("found pictures")
    lead = _("Every file that was seen, and what became of it.")
    empty = (_("No picture yet"), _("Pictures appear here as soon as a source finds them in its folder."))
    list_display = ("thumb", "title", "came_from", "status", "seen", "buttons_here")
    list_display_links = ("title",)
    list_filter = (FileStage, ("watch", OwnFilter))
    fetched_with = ("watch", "asset")
    scanned = ("watch",)
    search_fields = ("name",)
    search_help_text = _("Search file names")
    change_form_template = "admin/watches/foundfile/change_form.html"

    def wanting(self, person: Any) -> QuerySet[FoundFile]:  # noqa: ANN401 - whoever is signed in
        return FoundFile.objects.filter(owner_id=person.pk, state=FoundFile.State.HELD)

    @verb(
        _("Post it"),
        icon="deliveries",
        look="primary",
        when=lambda file: file.state in FoundFile.State.offered(),
        bulk=True,
    )
    def post_it(self, request: HttpRequest, file: FoundFile) -> str:
        """A picture that was only recorded goes on its way."""
        manual_actions.post_it(file, by=in_dashboard(request))
        return gettext("%(file)s is on its way: it is fetched and described now.") % {"file": file.name}

    @verb(_("Try again"), icon="refresh", when=lambda file: file.state == FoundFile.State.SKIPPED, bulk=True)
    def try_again(self, request: HttpRequest, file: FoundFile) -> str:
        """It may have been the machine's fault, or a better reader is there by now."""
        manual_actions.try_again(file, by=in_dashboard(request))
        return gettext("%(file)s is fetched and looked at once more.") % {"file": file.name}

    @verb(_("Put aside"), icon="minus", when=lambda file: file.state == FoundFile.State.SKIPPED, bulk=True)
    def put_aside(self, request: HttpRequest, file: FoundFile) -> str:
        """It is seen, and is not counted as wrong any more."""
        manual_actions.put_aside(file, by=in_dashboard(request))
        said = gettext("%(file)s is put aside. You find it under Found pictures, and can take it back there.")
        return said % {"file": file.name}

    @verb(_("Take back"), icon="refresh", when=lambda file: file.state == FoundFile.State.ASIDE, bulk=True)
    def take_back(self, request: HttpRequest, file: FoundFile) -> str:
        """It counts again."""
        manual_actions.take_back(file, by=in_dashboard(request))
        return gettext("%(file)s is back among what could not be posted.") % {"file": file.name}

    @admin.display(description="")
    def thumb(self, file: FoundFile) -> SafeString:
        return display.thumb(file.asset_id)

    @admin.display(description=_("file"), ordering="name")
    def title(self, file: FoundFile) -> SafeString:
        return display.two_lines(file.name, file.sentence)

    @admin.display(description=_("came from"))
    def came_from(self, file: FoundFile) -> str:
        return file.watch.name if file.watch else file.watch_name

    @admin.display(description=_("state"), ordering="state")
    def status(self, file: FoundFile) -> SafeString:
        return display.badge(file.state, file.get_state_display())

    @admin.display(description=_("seen"), ordering="created_at")
    def seen(self, file: FoundFile) -> str:
        return display.moment(file.created_at)

    @admin.display(description="")
    def buttons_here(self, file: FoundFile) -> SafeString:
        return display.row_button(self.buttons(file))


@admin.register(PromptTemplate)
class PromptTemplateAdmin(OwnedAdmin):
    """What captioners are asked."""

    one, many = _("prompt template"), _("prompt templates")
    lead = _("What the captioner is asked, in your words. A source without one uses our usual question.")
    empty = (
        _("No prompt template yet"),
        _("Write down how your captions should sound, once, and use it in many sources."),
    )
    farewell = _("Sources that use it have to be given another one first.")
    may_add = may_change = may_delete = True
    form = PromptTemplateForm
    fields = ("name", "text")
    list_display = ("name", "beginning")
    search_fields = ("name", "text")
    search_help_text = _("Search templates")

    @admin.display(description=_("beginning"))
    def beginning(self, template: PromptTemplate) -> SafeString:
        return display.two_lines(template.text)
