"""Verbs: what a person can do to one row, as POST buttons on it.

    class PostAdmin(OwnedAdmin):
        @verb(_("Approve"), look="primary", when=lambda post: post.state == "draft", bulk=True)
        def approve(self, request, post):
            approving.approve(post, by=in_dashboard(request))
            return gettext("Approved.")

The method calls a service function and returns the sentence that is shown, and kept in the row's history. `NotPossible`
becomes an error message. A GET is answered with 405; whoever does not see the row gets 404.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.contrib import messages
from django.contrib.admin import ModelAdmin, site
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from poster.dashboard import refused_attempts
from poster.dashboard.way_back import say
from poster.permissions import NotPossible
from poster.reasons.events import AskedForARow
from poster.reasons.permissions import NotYours
from poster.web import unsaved_input
from poster.web.post_only import asked_back, post_only
from poster.web.reauth import require_fresh

GONE = _("It is not there any more.")
MOST_REASONS = 3  # are told of one bulk action
AT_ONCE = 200  # how many rows one bulk action works on: a request must end

if TYPE_CHECKING:
    Base = ModelAdmin[Any]
else:
    Base = ModelAdmin  # cannot be subscripted when it runs


class Act(Protocol):
    """The method behind a verb."""

    __name__: str

    def __call__(self, admin: Any, request: HttpRequest, row: Any, /) -> str: ...  # noqa: ANN401


def endless(row: object) -> dt.datetime | None:
    """It can be taken back as long as nobody does something else."""
    return None


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. `when`: whether the row is in a state for it. `ask`: what to think of first, in a second step.

    `fresh`: the person says once more who they are before it is done (`poster.web.reauth`).
    """

    name: str
    label: StrOrPromise
    act: Act
    when: Callable[[Any], bool]
    look: str = ""
    icon: str = ""
    ask: StrOrPromise = ""
    bulk: bool = False
    button: bool = True  # False: its form is part of the page
    fresh: bool = False
    undo: str = ""  # the verb that takes it back, offered with what was said; where that is for many, for many too
    undo_until: Callable[[Any], dt.datetime | None] = endless
    # What is said when it was done to several; {count}. By `ngettext_lazy(one, many, "count")`, for its forms.
    many: StrOrPromise | Callable[[list[Any]], str] = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A verb on one row, ready for a template."""

    name: str
    url: str
    key: str
    label: str
    look: str
    icon: str
    ask: str


def always(row: object) -> bool:
    """In every state."""
    return True


def verb(label: StrOrPromise, *, when: Callable[[Any], bool] = always, **more: Any) -> Callable[[Act], Act]:  # noqa: ANN401
    """Make the decorated method of an `OwnedAdmin` a verb; `more` are fields of `Verb`."""

    def mark(act: Act) -> Act:
        act.verb = Verb(act.__name__.replace("_", "-"), label, act, when, **more)  # type: ignore[attr-defined]
        return act

    return mark


class VerbsMixin(Base):
    """Gives a ModelAdmin its verbs: addresses, buttons, bulk actions, history."""

    verbs: ClassVar[dict[str, Verb]] = {}

    @property
    def names(self) -> tuple[str, str]:
        """What people call one row, and many."""
        return str(self.opts.verbose_name), str(self.opts.verbose_name_plural)

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        marked = [getattr(value, "verb", None) for base in reversed(cls.__mro__) for value in vars(base).values()]
        cls.verbs = {each.name: each for each in marked if each}

    def get_urls(self) -> list[URLPattern]:
        """One address for all verbs of a row, and one for what is done to many."""
        view = self.admin_site.admin_view(post_only(f"admin:{self._named}_change", "pk")(self.do_view))
        many = self.admin_site.admin_view(post_only(f"admin:{self._named}_changelist")(self.do_many_view))
        ours = [
            path("<uuid:pk>/do/<slug:name>", view, name=f"{self._named}_do"),
            path("do/<slug:name>", many, name=f"{self._named}_do_many"),
        ]
        return [*ours, *super().get_urls()]

    @property
    def _named(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def buttons(self, row: Model) -> list[Button]:
        """What can be done to `row` now."""
        return [
            Button(
                name=each.name,
                url=self.verb_url(row, each.name),
                key=f"{each.name}-{row.pk}",
                label=str(each.label),
                look=each.look,
                icon=each.icon,
                ask=str(each.ask),
            )
            for each in self.verbs.values()
            if each.button and each.when(row)
        ]

    def verb_url(self, row: Model, name: str) -> str:
        """Where a form of its own posts to."""
        return reverse(f"admin:{self._named}_do", args=[row.pk, name])

    def do_view(self, request: HttpRequest, pk: object, name: str) -> HttpResponse:
        """Do one verb to one row, say what happened, and go back to where the button was."""
        row = self.seen_by(request, str(pk))
        if name not in self.verbs or not self.has_view_permission(request, row):
            raise Http404
        try:
            sentence = self.do(request, row, self.verbs[name])
            url, until = self._way_back(request, row, self.verbs[name])
            say(request, sentence, url, until=until)
        except NotPossible as error:
            messages.error(request, str(error))
            unsaved_input.refused(request)
        return HttpResponseRedirect(self._back(request, row))

    def do_many_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Do one verb to the rows that were named, as far as this person sees them."""
        if name not in self.verbs or not self.verbs[name].bulk:
            raise Http404
        keys = request.POST.getlist("row")[:AT_ONCE]
        rows = {key: self.get_object(request, key) for key in keys}
        for key in (key for key, row in rows.items() if row is None):
            self.refuse(request, key)
        there = [row for row in rows.values() if row is not None]
        self.do_many(request, there, self.verbs[name], gone=len(rows) - len(there))
        return HttpResponseRedirect(asked_back(request) or reverse(f"admin:{self._named}_changelist"))

    def do_many(self, request: HttpRequest, rows: Iterable[Model], what: Verb, gone: int = 0) -> None:
        """Do it to each, and say what came of it: for how many it was not done, and why. `gone`: not there any more."""
        done: dict[str, str] = {}
        refused = Counter({str(GONE): gone} if gone else {})
        for row in rows:
            try:
                done[str(row.pk)] = self.do(request, row, what)
            except NotPossible as error:
                refused[str(error)] += 1
        if done:
            self._say(request, what, done)
        if refused:
            why = " ".join(_not_done(reason, number) for reason, number in refused.most_common(MOST_REASONS))
            messages.error(request, f"{what.label}: {why}")

    def _say(self, request: HttpRequest, what: Verb, done: dict[str, str]) -> None:
        """One sentence for all; of a single one, its own. It is taken back for exactly those."""
        sentence = self._of_many(request, what, done) if len(done) > 1 else next(iter(done.values()))
        if len(done) == AT_ONCE:
            more = gettext("%(number)d are done at a time: repeat it for the rest.") % {"number": AT_ONCE}
            sentence = f"{sentence} {more}"
        takes_back = what.undo and self.verbs[what.undo].bulk
        url = reverse(f"admin:{self._named}_do_many", args=[what.undo]) if takes_back else ""
        until = _last(what, self.get_queryset(request).filter(pk__in=done)) if url else None
        say(request, sentence, url, done, until=until)

    def _of_many(self, request: HttpRequest, what: Verb, done: Iterable[str]) -> str:
        keys = list(done)
        if callable(what.many):
            return what.many(list(self.get_queryset(request).filter(pk__in=keys)))
        if what.many:
            return str(what.many.format(count=len(keys)))
        told = ngettext("%(act)s: done for %(number)d.", "%(act)s: done for %(number)d.", len(keys))
        return told % {"act": what.label, "number": len(keys)}

    def _way_back(self, request: HttpRequest, row: Model, done: Verb) -> tuple[str, dt.datetime | None]:
        """The address that undoes it, and until when; "" when nothing does."""
        now = self.get_object(request, str(row.pk)) if done.undo else None
        if now is None or not self.verbs[done.undo].when(now):
            return "", None
        return self.verb_url(row, done.undo), _last(done, [now])

    def seen_by(self, request: HttpRequest, key: str) -> Any:  # noqa: ANN401 - each admin knows its own
        """The row, as its page would show it. Raises Http404 where this person sees none."""
        row = self.get_object(request, key)
        if row is None:
            self.refuse(request, key)
            raise Http404
        return row

    def refuse(self, request: HttpRequest, key: str) -> None:
        """Somebody asked for a row that they do not see: the security log says so, if there is such a row."""
        if refused_attempts.exists(self.model, unquote(key)):
            with override(None):  # a line of the log, and signed: the same words whoever asks
                kind = self.names[0]
            refused_attempts.note(request, AskedForARow(kind=kind))

    def do(self, request: HttpRequest, row: Model, what: Verb) -> str:
        """Do it, and write it into the history of the row."""
        if not self.has_view_permission(request, row):
            raise NotPossible(NotYours())
        if what.fresh:
            require_fresh(request)
        sentence = what.act(self, request, row)
        self.log_change(request, row, sentence)
        return sentence

    def _back(self, request: HttpRequest, row: Model) -> str:
        return asked_back(request) or reverse(f"admin:{self._named}_change", args=[row.pk])

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Verbs that make sense for many rows; nothing else, deleting in bulk included."""
        bulk = [each for each in self.verbs.values() if each.bulk]
        return {each.name: (_for_many(each), each.name, str(each.label)) for each in bulk}


def _not_done(reason: str, number: int) -> str:
    told = ngettext("%(number)d not done: %(reason)s", "%(number)d not done: %(reason)s", number)
    return told % {"number": number, "reason": reason}


def _last(done: Verb, rows: Iterable[Model]) -> dt.datetime | None:
    """When the last of them cannot be taken back any more."""
    ends = [done.undo_until(row) for row in rows]
    return max((end for end in ends if end), default=None) if all(ends) else None


def _for_many(what: Verb) -> Callable[[Any, HttpRequest, QuerySet[Any]], None]:
    def act(admin: VerbsMixin, request: HttpRequest, rows: QuerySet[Any]) -> None:
        admin.do_many(request, _ticked(admin, request, rows), what)

    return act


def _ticked(admin: VerbsMixin, request: HttpRequest, shown: QuerySet[Any]) -> QuerySet[Any]:
    """What was ticked: also what the filters of the list do not show any more, since it was changed meanwhile."""
    if request.POST.get("select_across") == "1":
        return shown[:AT_ONCE]
    keys = request.POST.getlist(ACTION_CHECKBOX_NAME)[:AT_ONCE]
    return admin.get_queryset(request).filter(pk__in=keys)


def page_of(model: type[Model]) -> VerbsMixin:
    """Who shows its rows."""
    page = site._registry[model]
    assert isinstance(page, VerbsMixin)  # noqa: S101 - only such are asked for
    return page
