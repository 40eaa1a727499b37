"""Posts in the dashboard: what waits to be approved, its words, and the way back."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import Exists, Model, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from poster.dashboard import display
from poster.dashboard.long_lists import LongList
from poster.dashboard.scoping import OwnFilter, WrittenAdmin
from poster.dashboard.verbs import verb
from poster.dashboard.way_back import say
from poster.permissions import NotPossible, in_dashboard
from poster.web import unsaved_input
from publishing.admin import moves, review, series, writing
from publishing.admin.sharing import SHARED
from publishing.describing import held_accounts
from publishing.models import Post, PostAsset, PostTag
from publishing.posts import approval_undo, approving, deletion, due_times, repeating, writers, writing_again
from publishing.posts import writing as writing_posts
from publishing.posts.places import Place
from publishing.posts.previewing import counters, previews
from publishing.reasons.posts import NoWords
from writing.models import AiCall, Suggestion


def _page_of(post: Post, kept: QueryDict | None) -> dict[str, Any]:
    """What the page of a post shows besides the row: also what was typed there and not taken."""
    words, is_open = kept.get("text", post.text) if kept else post.text, approving.may_be_reworded(post)
    alt_texts = [(item, writing.alt_text_of(item, kept)) for item in post.items.all()]
    by_now, composed = post.text, _composed(post, kept) if is_draft(post) else {}
    if is_open:  # what came too late for it is shown, and is not how it will look
        post.text = words
    return {
        **composed,
        **(moves.shown(post.due_at) if due_times.may_post_be_moved(post) else {}),
        "own_model": writers.own_model(post.owner_id) if writers.is_own(post) else None,
        "may_be_written": writing_again.may_be_written_again(post) and writers.is_own(post),
        "series": post.repeated_by.all() if repeating.may_be_repeated(post) else None,
        "waiting": {each.pk for each in post.deliveries.all() if due_times.may_be_moved(each)},
        "by_now": by_now if by_now != words else "",
        "previews": previews(post),
        "counters": counters(post),
        "words": words,
        "alt_texts": alt_texts,
        "typed": kept is not None,
        "open": is_open,
        "why": held_accounts.why(post) or str((post.is_described and post.wordless_because) or ""),
        "suggestions": Suggestion.objects.filter(subject=post.pk, post=None),
        "calls": AiCall.objects.filter(subject=post.pk),
    }


def _composed(post: Post, kept: QueryDict | None) -> dict[str, Any]:
    """The form in which all of a draft can be changed."""
    typed = writing.Typed.of(kept, post) if kept and WHOLE in kept else writing.Typed.kept(post)
    return writing.context(post.owner, typed, post)


def _seen(request: HttpRequest) -> int | None:
    """The revision that the page showed, where it says so."""
    told = request.POST.get("revision", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


WHOLE = "whole"  # what a form says that shows all of a draft: what it does not send is not wanted any more


def is_draft(post: Post) -> bool:
    """It waits for a person."""
    return post.state == Post.State.DRAFT


class UsedFilter(OwnFilter):
    """By a tag that a post has: one that none has any more is offered nowhere."""

    def offered(self, field: Any, request: HttpRequest) -> QuerySet[Any]:  # noqa: ANN401
        used = Exists(PostTag.objects.filter(tag=OuterRef("pk")))
        return super().offered(field, request).filter(used, owner=cast(User, request.user))


@admin.register(Post)
class PostAdmin(LongList, WrittenAdmin):
    """Words and pictures that somebody may approve."""

    lead = _("What was written for your pictures. Nothing goes out before it is approved, by you or by its source.")
    add_label = _("New post")
    empty = (
        _("No post yet"),
        _("A post appears here as soon as a picture is there. Its words follow. Or write one yourself."),
    )
    list_display = ("thumb", "words", "goes_to", "status", "made", "buttons_here")
    list_display_links = ("words",)
    list_filter = ("state", "wants_words", ("watch", OwnFilter), ("channels", OwnFilter), ("tags", UsedFilter))
    scanned = ("wants_words", "watch", "channels", "tags")
    search_fields = ("text",)
    search_help_text = _("Search words")
    fetched_with = (
        Prefetch("items", PostAsset.objects.select_related("asset")),
        "variants__channel",
        "deliveries",
        "tags",
    )
    change_form_template = "admin/publishing/post/change_form.html"
    may_add = may_delete = True
    farewell = _(
        "Its record goes, with its deliveries and their ledger. What was posted stays where it is; the picture's "
        "name stays here, so that it is not taken for a new one."
    )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Write a post. A GET changes nothing; it may name pictures that are chosen already."""
        person, problem = cast(User, request.user), ""
        sent = request.POST if request.method == "POST" else unsaved_input.of(request)
        typed = writing.Typed.of(sent) if sent else writing.Typed.asked(request.GET)
        if request.method == "POST":
            try:
                post = writing_posts.write(person, typed.content(person), by=in_dashboard(request))
            except NotPossible as error:
                problem = str(error)
            else:
                return self._written(request, post)
        told = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("New post"),
            "problem": problem,
        }
        told |= {"own_model": writers.own_model(person.pk)}
        told |= {"came_back": sent is not None and not problem, "shared": sent is not None and SHARED in sent}
        told |= writing.context(person, typed)
        return TemplateResponse(request, "admin/publishing/post/write.html", told)

    def _written(self, request: HttpRequest, post: Post) -> HttpResponse:
        """A draft, or approved at once: what stops that leaves the draft."""
        self.log_addition(request, post, gettext("Written."))
        if "describe" in request.POST:
            try:
                writing_again.write_again(post, by=in_dashboard(request))
            except NotPossible as error:
                messages.error(request, str(error))
            return redirect("admin:publishing_post_change", post.pk)
        if "approve" in request.POST:
            try:
                sentence = self._approved(request, post, post.revision)
            except NotPossible as error:
                messages.error(request, str(error))
            else:
                self.log_change(request, post, sentence)
                say(request, sentence, self.verb_url(post, "undo"), until=approval_undo.until(post))
        return redirect("admin:publishing_post_change", post.pk)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Not while it is on its way."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (not isinstance(obj, Post) or deletion.may_be_removed(obj))

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        deletion.remove_post(obj, by=in_dashboard(request))

    def wanting(self, person: Any) -> QuerySet[Post]:  # noqa: ANN401 - whoever is signed in
        return Post.objects.waiting().filter(owner_id=person.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        post = self.get_object(request, object_id)
        context = _page_of(post, unsaved_input.of(request)) if post else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @verb(
        _("Approve"),
        icon="check",
        look="primary",
        when=approving.may_be_approved,
        bulk=True,
        undo="undo",
        undo_until=approval_undo.until,
        many=review.said_of_many,
    )
    def approve(self, request: HttpRequest, post: Post) -> str:
        """It goes out; words that were changed on the same page are kept first."""
        if "text" in request.POST:
            self._reword(request, post)
            return self._approved(request, post, None)
        return self._approved(request, post, _seen(request))

    def _approved(self, request: HttpRequest, post: Post, seen: int | None) -> str:
        deliveries = approving.approve(post, by=in_dashboard(request), undoable=True, revision=seen)
        names = ", ".join(delivery.channel_name for delivery in deliveries)
        moments = {delivery.due_at for delivery in deliveries}
        if len(moments) == 1:
            said = gettext("Approved. It goes to %(channels)s %(when)s; until then you can undo it.")
            return said % {"channels": names, "when": display.said(moments.pop())}
        said = gettext("Approved. It goes to %(channels)s each at its own time; until then you can undo it.")
        return said % {"channels": names}

    @verb(_("Write again"), icon="spark", when=writing_again.may_be_written_again, bulk=True, undo="keep-old-words")
    def write_again(self, request: HttpRequest, post: Post) -> str:
        """The captioner is asked for other words, as they wish."""
        writing_again.write_again(post, by=in_dashboard(request), hint=request.POST.get("hint", ""))
        return gettext("Its captioner is asked again. What is there now stays until the new words are.")

    @verb(_("Bring back the words of before"), icon="back", when=writing_again.may_be_brought_back)
    def keep_old_words(self, request: HttpRequest, post: Post) -> str:
        """Not the captioner's after all; once more, and they are."""
        writing_again.bring_back(post, by=in_dashboard(request))
        return gettext("The words of before are back.")

    @verb(_("Write the words"), button=False, when=writing_again.may_be_written_again)
    def describe(self, request: HttpRequest, post: Post) -> str:
        """What was typed is kept first; then a model looks at all its pictures."""
        if problem := writing_again.why_not(post):
            raise NotPossible(problem)
        self._reword(request, post, wordless=True)
        writing_again.write_again(post, by=in_dashboard(request))
        return gettext("The words are being written. What you typed is kept: one press brings it back.")

    @verb(_("Keep these words"), button=False, when=approving.may_be_reworded)
    def reword(self, request: HttpRequest, post: Post) -> str:
        """Other words, as typed into the form of the page."""
        self._reword(request, post)
        return gettext("Caption saved. The post still needs your approval.")

    @verb(
        _("Discard"),
        icon="trash",
        look="danger",
        when=is_draft,
        bulk=True,
        undo="undo",
        many=ngettext_lazy(
            "Discarded: {count} post. It is not posted.", "Discarded: {count} posts. They are not posted.", "count"
        ),
        ask=_("It is not posted. It stays in the list of discarded posts."),
    )
    def discard(self, request: HttpRequest, post: Post) -> str:
        """A person says no."""
        approving.discard(post, by=in_dashboard(request))
        return gettext("Discarded. It is not posted.")

    @verb(
        _("Undo"),
        icon="refresh",
        when=approval_undo.may_be_undone,
        bulk=True,
        many=ngettext_lazy(
            "Undone for {count} post. What was not asked for yet is sent nowhere.",
            "Undone for {count} posts. What was not asked for yet is sent nowhere.",
            "count",
        ),
    )
    def undo(self, request: HttpRequest, post: Post) -> str:
        """A yes or a no is taken back."""
        return approval_undo.told(approval_undo.undo(post, by=in_dashboard(request)))

    @verb(_("Move it"), button=False, when=due_times.may_post_be_moved)
    def move(self, request: HttpRequest, post: Post) -> str:
        """Another time, for all channels that go at the post's."""
        to, was = moves.asked(request)
        moved = due_times.move_post(post, to=to, was=was, by=in_dashboard(request))
        told = {"channels": ", ".join(each.channel_name for each in moved), "when": display.said(moved[0].due_at)}
        return gettext("It goes to %(channels)s %(when)s.") % told

    @verb(_("Other time"), button=False, when=is_draft)
    def plan(self, request: HttpRequest, post: Post) -> str:
        """When it is to go out, once it is approved."""
        due_times.plan(post, **moves.planned(request), by=in_dashboard(request))
        if post.due_at:
            said = gettext("Planned for %(when)s. The post still needs your approval.")
            return said % {"when": display.said(post.due_at)}
        if post.queue:
            return gettext("Planned: %(slot)s.") % {"slot": post.get_queue_display()}
        return gettext("Planned: as soon as you approve it.")

    @verb(_("Repeat it"), button=False, when=repeating.may_be_repeated)
    def repeat(self, request: HttpRequest, post: Post) -> str:
        """Every so many weeks, from a day on."""
        when = series.asked(request, post)
        made = repeating.start(post, by=in_dashboard(request), revision=_seen(request), **when)
        return gettext("It is repeated, the first time %(when)s.") % {"when": display.said(made.next_at)}

    @verb(_("Post at once"), icon="deliveries", when=approval_undo.may_go_at_once)
    def post_at_once(self, request: HttpRequest, post: Post) -> str:
        """Without the minute in which it could be undone."""
        hurried = approval_undo.post_at_once(post, by=in_dashboard(request))
        names = ", ".join(each.channel_name for each in hurried)
        return gettext("It goes to %(channels)s at once.") % {"channels": names}

    def _reword(self, request: HttpRequest, post: Post, *, wordless: bool = False) -> None:
        text = request.POST.get("text", "").replace("\r\n", "\n")
        if (
            not wordless and not text.strip() and (post.text.strip() or post.wants_words)
        ):  # some posts never had any: stories
            raise NotPossible(NoWords())
        by, seen = in_dashboard(request), _seen(request)
        if WHOLE in request.POST:
            content = writing.Typed.of(request.POST, post).content(post.owner, post)
            writing_posts.edit(post, content, by=by, revision=seen)
            return
        alt_texts = {item.pk: writing.alt_text_of(item, request.POST) for item in post.items.all()}
        approving.reword(post, text=text, alt_texts=alt_texts, by=by, revision=seen)

    @admin.display(description="")
    def thumb(self, post: Post) -> SafeString | str:
        items = list(post.items.all())
        return display.thumb(items[0].asset_id) if items else ""

    @admin.display(description=_("post"))
    def words(self, post: Post) -> SafeString:
        why = post.waits_because or str(post.wordless_because or "")
        tags = ", ".join(tag.name for tag in post.tags.all())
        if tags and not why:
            why = gettext("Tags: %(tags)s") % {"tags": tags}
        return display.two_lines(post.text or gettext("(no words yet)"), why)

    @admin.display(description=_("goes to"))
    def goes_to(self, post: Post) -> SafeString:
        return display.tags((row.channel.platform, str(Place.of(row))) for row in post.variants.all())

    @admin.display(description=_("state"), ordering="state")
    def status(self, post: Post) -> SafeString:
        deliveries = list(post.deliveries.all())
        if post.state != Post.State.APPROVED or not deliveries:
            if post.state == Post.State.DRAFT and post.wants_words:
                return display.badge(post.wants_words, post.get_wants_words_display())
            return display.badge(post.state, post.get_state_display())
        shown = [(delivery.state, delivery.get_state_display()) for delivery in deliveries]
        return display.tally(shown)

    @admin.display(description=_("made"), ordering="created_at")
    def made(self, post: Post) -> str:
        return display.moment(post.created_at)

    @admin.display(description="")
    def buttons_here(self, post: Post) -> SafeString:
        return display.row_button(self.buttons(post))
