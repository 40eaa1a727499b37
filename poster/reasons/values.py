"""What a reason's parameter may be, and the canonical text of them all: JSON, keys sorted, no spaces, NFC.

Text, whole number, yes/no, `Decimal`, UUID, moment (in UTC), day, `Term`, `Quoted`, or a tuple of one of these. No
float (it does not sign), no dict. What is None, or as its default says, is left out, so that a parameter that comes
later changes nothing that was signed before.
"""

from __future__ import annotations

import datetime as dt
import json
import types
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Union, get_args, get_origin
from uuid import UUID

from poster.secrets.redaction import redact

LONGEST_QUOTED = 500  # characters of what somebody else said
LONGEST_TEXT = 1000  # of any other text: names of files are that long


@dataclass(frozen=True, slots=True)
class Term:
    """A word of ours that is translated when it is shown: the name of a `poster.reasons.rendering.TERMS`."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a vendor or a person said: redacted, cut, shown in quotation marks, and never decided on."""

    words: str = ""

    def __post_init__(self) -> None:
        cleaned = unicodedata.normalize("NFC", " ".join(redact(self.words, limit=LONGEST_QUOTED).split()))
        object.__setattr__(self, "words", cleaned[:LONGEST_QUOTED])

    def __bool__(self) -> bool:
        return bool(self.words)

    def __str__(self) -> str:
        return self.words


def _text(value: str) -> str:
    return unicodedata.normalize("NFC", redact(value, limit=LONGEST_TEXT))


def _moment(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _aware(text: str) -> dt.datetime:
    value = dt.datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(text)
    return value


def _is(kind: type) -> Callable[[Any], Any]:
    """As it is in JSON; a bool is no number."""

    def same(value: Any) -> Any:  # noqa: ANN401
        if type(value) is not kind:
            raise ValueError(value)
        return value

    return same


def not_yet(value: Any) -> Any:  # noqa: ANN401
    """Reading a reason within a reason needs all of them: see `known`."""
    raise ValueError(value)


# Kind: its name in the lock file, how it is written, how it is read.
KINDS: dict[type, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    bool: ("yes/no", bool, _is(bool)),
    int: ("number", int, _is(int)),
    Decimal: ("decimal", str, Decimal),
    UUID: ("id", str, UUID),
    dt.datetime: ("moment", _moment, _aware),
    dt.date: ("day", dt.date.isoformat, dt.date.fromisoformat),
    Term: ("term", str, lambda text: Term(_is(str)(text))),
    Quoted: ("quoted", str, lambda text: Quoted(_is(str)(text))),
    str: ("text", _text, _is(str)),
}


def parts(kind: Any) -> tuple[type, bool]:  # noqa: ANN401 - what stands behind a colon
    """The kind of an annotation, and whether it is a tuple of them. TypeError: no parameter may be that."""
    if get_origin(kind) in (Union, types.UnionType):
        wanted = [each for each in get_args(kind) if each is not types.NoneType]
        return parts(wanted[0]) if len(wanted) == 1 else _never(kind)
    if get_origin(kind) is tuple:
        inner, more = get_args(kind)
        return (inner, True) if more is ... and inner in KINDS else _never(kind)
    return (kind, False) if kind in KINDS else _never(kind)


def _never(kind: Any) -> tuple[type, bool]:  # noqa: ANN401
    raise TypeError(f"A reason cannot have a parameter of type {kind}.")


def name_of(kind: Any) -> str:  # noqa: ANN401
    """As the lock file has it."""
    inner, several = parts(kind)
    return f"{KINDS[inner][0]}{'...' if several else ''}"


def _plain(kind: Any, value: Any) -> Any:  # noqa: ANN401
    inner, several = parts(kind)
    if not several:
        value = (value,)
    for each in value:
        if not isinstance(each, inner) or (inner is not bool and isinstance(each, bool)):
            raise TypeError(f"{each!r} is no {inner.__name__}.")
    written = [KINDS[inner][1](each) for each in value]
    return written if several else written[0]


def canonical(kinds: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """The text of `values`, each of the kind that `kinds` names; "" for none. TypeError: one does not fit."""
    plain = {name: _plain(kinds[name], value) for name, value in values.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False) if plain else ""


def read(kinds: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The values in a canonical text. ValueError: it does not fit."""
    plain = json.loads(text) if text else {}
    if not isinstance(plain, dict) or not plain.keys() <= kinds.keys():
        raise ValueError(text)
    return {name: _value(kinds[name], value) for name, value in plain.items()}


def _value(kind: Any, value: Any) -> Any:  # noqa: ANN401
    inner, several = parts(kind)
    take = KINDS[inner][2]
    try:
        if not several:
            return take(value)
        return tuple(take(each) for each in _is(list)(value))
    except (TypeError, ArithmeticError, AttributeError) as error:
        raise ValueError(value) from error
