"""Reasons in words, in the language of whoever reads them.

Django is imported when the first is shown: the children that read pictures give reasons and show none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from poster.reasons.values import Quoted, Term


@dataclass(frozen=True, slots=True)
class Plural:
    """A text in two forms (a catalogue may have more); `count` names the parameter that decides."""

    one: str
    many: str
    count: str


Message = str | Plural

# {name: what a `Term` is called}. Apps add to it where their reasons stand.
TERMS: dict[str, Message] = {}


QUOTED = "“%(words)s”"


def sentence(message: Message, values: Mapping[str, Any]) -> str:
    """`message` in the active language, its placeholders filled with `values`."""
    from django.utils.translation import gettext, ngettext

    if isinstance(message, Plural):
        text = ngettext(message.one, message.many, int(values[message.count]))
    else:
        text = gettext(message) if message else ""
    return text % {name: shown(value) for name, value in values.items()}


def shown(value: Any) -> Any:  # noqa: ANN401 - any parameter
    """One parameter for people. Numbers stay numbers, for %(count)d."""
    if isinstance(value, Term):
        return sentence(TERMS.get(value.name) or value.name.rpartition(".")[2].replace("_", " "), {})
    if isinstance(value, Quoted):
        return sentence(QUOTED, {"words": value.words}) if value else ""
    if isinstance(value, dt.datetime):
        return _moment(value)
    if isinstance(value, tuple):
        return ", ".join(str(shown(each)) for each in value)
    return "" if value is None else value


def _moment(value: dt.datetime) -> str:
    from django.utils import timezone

    return f"{timezone.localtime(value):%Y-%m-%d %H:%M %Z}"
