"""`Reason`: what every reason has, and how it comes back from the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, dataclass_transform, get_type_hints

from poster.reasons import rendering, values
from poster.reasons.rendering import Message, Plural
from poster.reasons.values import canonical


class Actor(StrEnum):
    """Who has to do something before it can go on."""

    YOU = "you"
    OPERATOR = "operator"
    PLATFORM = "platform"
    NOBODY = ""  # it goes on by itself, or it is over


class Group(StrEnum):
    """What it is about: for counts, alerts, the doctor and other programs."""

    NOTE = "note"  # what happened; nothing is wrong
    TIMING = "timing"
    ACCOUNT = "account"  # logins, keys, permissions, rights to ask
    CONTENT = "content"  # the words, the pictures, what was typed
    QUOTA = "quota"
    SOURCE = "source"  # where files are found
    OURS = "ours"  # this install: its settings, disk, network, programs
    OUTSIDE = "outside"  # somebody else's service does not do what it should
    DOUBT = "doubt"  # it cannot be known yet


def _(text: str) -> Message:
    """Marks a text for the catalogues. It is translated when it is shown."""
    return text


def _n(one: str, many: str, count: str) -> Plural:
    """As `_`, in as many forms as a language has. `count`: the parameter that decides."""
    return Plural(one, many, count)


# {code: its class}, of what is imported; see `known` for all.
CODES: dict[str, type[Reason]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Reason:
    """Why. A subclass with a code is one reason; one without is what several have in common.

    `text` says what is wrong, `fix` who must do what and what comes next; `again`: whether we try again by ourselves
    (when, is the row's to know, or a parameter). Parameters are the annotated names, given by name; see `values`.
    """

    code: ClassVar[str] = ""
    group: ClassVar[Group] = Group.OURS
    actor: ClassVar[Actor] = Actor.NOBODY
    again: ClassVar[bool] = False
    text: ClassVar[Message] = ""
    fix: ClassVar[Message] = ""
    replaces: ClassVar[str] = ""  # the code that said it before, when its meaning has changed

    def __init_subclass__(
        cls, *, code: str = "", group: Group | None = None, actor: Actor | None = None, again: bool | None = None
    ) -> None:
        super().__init_subclass__()
        dataclass(frozen=True, kw_only=True)(cls)
        told = {"group": group, "actor": actor, "again": again}
        for name, value in told.items():
            if value is not None:
                setattr(cls, name, value)
        cls.code = code
        if code and CODES.setdefault(code, cls) is not cls:
            raise TypeError(f"There are two reasons with the code {code!r}.")

    @classmethod
    def kinds(cls) -> Mapping[str, Any]:
        """{parameter: its type}."""
        return _kinds(cls)  # type: ignore[arg-type]  # a class can be hashed

    @classmethod
    def optional(cls) -> frozenset[str]:
        """Parameters that may be left out."""
        return frozenset(
            each.name
            for each in fields(cls)  # type: ignore[arg-type]
            if each.default is not MISSING or each.default_factory is not MISSING
        )

    def given(self) -> dict[str, Any]:
        """The parameters that say something: neither None nor as their default says."""
        told = ((each, getattr(self, each.name)) for each in fields(self))  # type: ignore[arg-type]
        return {each.name: value for each, value in told if value is not None and value != each.default}

    def params(self) -> str:
        """Its parameters as they are stored and signed. TypeError: one is not what its annotation says."""
        return canonical(self.kinds(), self.given())

    def what(self) -> str:
        """What is wrong, in the reader's language."""
        return rendering.sentence(self.text, self._values())

    def next(self) -> str:
        """Who must do what and what comes next, in the reader's language."""
        return rendering.sentence(self.fix, self._values())

    def _values(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}  # type: ignore[arg-type]

    def __str__(self) -> str:
        return " ".join(each for each in (self.what(), self.next()) if each)


@cache
def _kinds(reason: type[Reason]) -> Mapping[str, Any]:
    hints = get_type_hints(reason)
    return {each.name: hints[each.name] for each in fields(reason)}  # type: ignore[arg-type]


class Fact(Reason, group=Group.NOTE):
    """What happened: a line of a log or a ledger. Nobody must act because of it."""


class Unknown(Reason):
    """A code or parameters that this version does not know: shown as they are, never an exception, never a guess."""

    given_code: str
    given_params: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", self.given_code)

    def params(self) -> str:
        return self.given_params

    def what(self) -> str:
        try:
            told = json.loads(self.given_params or "{}")
        except ValueError:
            told = self.given_params
        pairs = ", ".join(f"{name} {value}" for name, value in told.items()) if isinstance(told, dict) else str(told)
        return f"{self.code} ({pairs})" if pairs else self.code

    def next(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Because:
    """A reason within a reason: what it is made of is kept, and it is shown in full."""

    reason: Reason

    def __str__(self) -> str:
        return str(self.reason)


values.KINDS[Because] = ("reason", lambda each: [each.reason.code, each.reason.params()], values.not_yet)
