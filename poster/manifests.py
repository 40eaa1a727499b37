"""What an app says about itself, so that nothing central has to know it: one `MANIFEST` in its `manifest.py`.

    MANIFEST = Manifest(
        menu=(MenuEntry(_("Toys"), "plus", "toys.toy", group=MORE),),
        rounds=(Round("toys.tasks.round", _("Toys: winding them up"), due="toys.tasks.due"),),
        owned=(Owned(Toy, ties=("channel",)),),
        ...
    )

Literal data. It imports this module and the app's own models, nothing else; every function is a `Ref`, imported on
first use. Gathered once, when it is first asked for, in the order of INSTALLED_APPS: whoever stands lower comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

Ref = str  # "app.module.function"
Tone = tuple[str, str]  # how a state looks: a colour's name in the stylesheet, and an icon of the sprite

# The groups of the menu, in their order.
FIRST, MORE, INSTALL = "", _("More"), _("This install")
GROUPS: tuple[StrOrPromise, ...] = (FIRST, MORE, INSTALL)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the menu. `where`: `app.model`, or a page of the admin by its name, or `:` and the name of another.

    `query` narrows its list; `order` counts within its group; `on_a_phone` also in the bar at the bottom there.
    `sections`: lists that stand side by side behind this one line; it leads to the first of them that wants somebody.
    """

    label: StrOrPromise
    icon: str
    where: str
    query: str = ""
    group: StrOrPromise = MORE
    order: int = 0
    on_a_phone: bool = False
    operators_only: bool = False
    sections: tuple[MenuEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the dashboard that is no model's. `path`: under the dashboard's address; `view(request, ...)`."""

    name: str
    path: str
    view: Ref


@dataclass(frozen=True, slots=True)
class Round:
    """Work by the clock: `run()` does what is due and returns a sentence. It may be repeated, and may be lost.

    `due()` is the cheap question whether it would find something; "" when the clock alone is enough.
    `oldest()`: since when the oldest row of it is due, or None. `moments()`: when what is on its way is due next.
    `order`: among those of all apps, as the data goes. `by_hand`: may the operator ask for it again?
    """

    run: Ref
    title: StrOrPromise
    every: int = 1  # minutes
    order: int = 50
    due: Ref = ""
    oldest: Ref = ""
    moments: Ref = ""
    by_hand: bool = True


@dataclass(frozen=True, slots=True)
class Searched:
    """Rows that a list finds by the words of `column`, which is not sealed. See `poster.database.word_index`.

    `by`: where a row has no owner and no time of its own, the key that leads to the row that has.
    """

    model: type[Model]
    column: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Owned:
    """Rows of one person. `ties`: the fields that lead to other rows of that person, which the database keeps so.

    `by`: where it has no owner of its own, the field that leads to the row that has. `stays`: the owner never changes.
    """

    model: type[Model]
    ties: tuple[str, ...] = ()
    by: str = ""
    stays: bool = True


@dataclass(frozen=True, slots=True)
class Walled:
    """Lines that the database refuses to change. `keys`: the columns that tell its rows apart, each set for itself.

    `about`: the columns of which one must be in an erasure for a row to go; without any, none goes.
    `chained`: each line is signed (`SIGNED` on the model) and bound to the one before.
    """

    model: type[Model]
    keys: tuple[tuple[str, ...], ...] = (("id",),)
    about: tuple[str, ...] = ()
    chained: bool = True


@dataclass(frozen=True, slots=True)
class Personal:
    """A kind of row that tells something about a person: in their copy, and gone when they go.

    `owner`: the ways from the row to its person. `without`: columns that are secret. `also`: a property that tells them
    what of a sealed column is theirs to read. `many`: what people call several; "" for the name.
    """

    name: str
    model: str
    owner: tuple[str, ...]
    sentence: StrOrPromise
    without: frozenset[str] = field(default_factory=frozenset)
    also: str = ""
    many: StrOrPromise = ""

    @property
    def words(self) -> str:
        """What people call many of them."""
        return str(self.many) or self.name.replace("_", " ")

    def rows(self, person: Any) -> QuerySet[Model]:  # noqa: ANN401 - accounts.User, which stands above this
        """Those of this person, in the order in which they were made."""
        values = {"email": person.email, "person": person.pk, "email__iexact": person.email}
        ways = Q()
        for way in self.owner:
            ways |= Q(**{way: values.get(way, person.pk)})
        model: type[Model] = apps.get_model(self.model)
        return model._base_manager.filter(ways).defer(*self.without).order_by("pk")


@dataclass(frozen=True, slots=True)
class Removal:
    """Rows that go with their person. `remove(rows)` takes out a few, files first; "": the rows alone.

    Apps are asked from the highest to the lowest, and each in its own order, as the foreign keys want it.
    `rows(person)` finds them where it is not by their owner.
    """

    model: str
    remove: Ref = ""
    rows: Ref = ""


@dataclass(frozen=True, slots=True)
class Days:
    """So many days, by a setting."""

    setting: str

    def __str__(self) -> str:
        days = getattr(settings, self.setting)
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept no longer than so. `kept`: how long, for people (`Days`, words, or `kept_by()` tells).

    `retire()` lets go of what is over and returns how many; `counted`: so many of them, in words.
    """

    name: str
    counted: Any
    sentence: StrOrPromise
    retire: Ref
    kept: Days | StrOrPromise = ""
    kept_by: Ref = ""

    def how_long(self) -> str:
        """For people."""
        return str(found(self.kept_by)()) if self.kept_by else str(self.kept)


@dataclass(frozen=True, slots=True)
class Check:
    """One look of the doctor: `run(offline)` yields what it finds. `order`: as they are told."""

    run: Ref
    order: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything that one app says."""

    urls: str = ""  # the module of its addresses; the highest app's come first
    reasons: str = ""  # the module, or package, that has all its reasons (`poster.reasons`)
    menu: tuple[MenuEntry, ...] = ()
    pages: tuple[Page, ...] = ()
    rounds: tuple[Round, ...] = ()
    leased: tuple[type[Model], ...] = ()  # rows that workers take in turns
    owned: tuple[Owned, ...] = ()
    searched: tuple[Searched, ...] = ()
    walled: tuple[Walled, ...] = ()
    faults: tuple[Ref, ...] = ()  # (ids whose lines may go) -> what is wrong with its own rows, for the audit
    preloaded: tuple[str, ...] = ()  # modules that the server of children loads: without Django, and without threads
    sealed: tuple[Ref, ...] = ()  # () -> places of sealed values that are no `SealedField`
    personal: tuple[Personal, ...] = ()
    impersonal: Mapping[str, str] = field(default_factory=dict)  # label of a model: why nothing of it is in a copy
    no_table: Mapping[str, str] = field(default_factory=dict)  # what is kept outside of tables: what ends it
    in_the_cache: Mapping[str, str] = field(default_factory=dict)  # module that uses the cache: what for
    removals: tuple[Removal, ...] = ()
    retention: tuple[Retention, ...] = ()
    checks: tuple[Check, ...] = ()
    tones: Mapping[str, Tone] = field(default_factory=dict)  # state: how it looks
    origins: Mapping[str, Ref] = field(default_factory=dict)  # name: brings an asset's bytes again
    kinds: tuple[Ref, ...] = ()  # () -> a kind of what goes out once, as the engine asks for it
    # Answers to what a lower app asks and cannot know: {the question's name: function}. See `asked`.
    answers: Mapping[str, Ref] = field(default_factory=dict)


@cache
def manifests() -> tuple[Manifest, ...]:
    """Those of all apps, the lowest first."""
    modules = (f"{config.name}.manifest" for config in apps.get_app_configs())
    told = (getattr(import_module(name), "MANIFEST", None) for name in modules if find_spec(name))
    return tuple(each for each in told if isinstance(each, Manifest))


@cache
def found(ref: Ref) -> Callable[..., Any]:
    """The function behind a reference."""
    function: Callable[..., Any] = import_string(ref)
    return function


def asked(question: str) -> Sequence[Callable[..., Any]]:
    """The functions of other apps that answer this question, the lowest app's first.

    A question is named by whoever asks it ("app.what_happened"), and a lower app thereby learns what only a higher one
    knows, or lets it act. Explicit calls in a fixed order, no signals.
    """
    return [found(each.answers[question]) for each in manifests() if question in each.answers]


def the(question: str) -> Callable[..., Any]:
    """The one function that answers it. Raises LookupError when there is none, or several."""
    answers = asked(question)
    if len(answers) != 1:
        raise LookupError(f"{len(answers)} apps answer {question!r}, and it takes one.")
    return answers[0]


def origins() -> Mapping[str, Callable[..., Any]]:
    """Who can bring an asset's bytes again, by the name of its origin."""
    return {name: found(ref) for manifest in manifests() for name, ref in manifest.origins.items()}


def rounds() -> Sequence[Round]:
    """All work by the clock, in the order of the data; of the same order, the lowest app's first."""
    return sorted((each for manifest in manifests() for each in manifest.rounds), key=lambda each: each.order)


def leased() -> list[type[Model]]:
    """All models whose rows workers take in turns."""
    return [model for manifest in manifests() for model in manifest.leased]
