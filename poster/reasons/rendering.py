"""Reasons in words, in the language of whoever reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from poster.reasons.values import Quoted, Term


@dataclass(frozen=True, slots=True)
class Plural:
    """A text in two forms (a catalogue may have more); `count` names the parameter that decides."""

    one: str
    many: str
    count: str


Message = str | Plural

# {name: what a `Term` is called}. Apps add to it where their reasons stand.
TERMS: dict[str, str] = {}


def sentence(message: Message, values: Mapping[str, Any]) -> str:
    """`message` in the active language, its placeholders filled with `values`."""
    if isinstance(message, Plural):
        text = ngettext(message.one, message.many, int(values[message.count]))
    else:
        text = gettext(message) if message else ""
    return text % {name: shown(value) for name, value in values.items()}


def shown(value: Any) -> Any:  # noqa: ANN401 - any parameter
    """One parameter for people. Numbers stay numbers, for %(count)d."""
    if isinstance(value, Term):
        return gettext(TERMS.get(value.name, value.name))
    if isinstance(value, Quoted):
        return gettext("“%(words)s”") % {"words": value.words} if value else ""
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M %Z}"
    if isinstance(value, tuple):
        return ", ".join(str(shown(each)) for each in value)
    return "" if value is None else value
