"""The languages that captions can be asked for in, known by name or by code, and kept as a tag of BCP 47."""

from __future__ import annotations

import re

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from poster.permissions import NotPossible
from writing.reasons.words import LanguageUnknown

MORE = {
    "de-AT": _("Austrian German"),
    "de-CH": _("Swiss German"),
    "en-US": _("American English"),
    "fr-CA": _("Canadian French"),
}
BASES = {code.partition("-")[0] for code in LANG_INFO}
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?")


def tag_of(text: str) -> str:
    """The tag of a language that somebody typed: `de`, `DE_ch`, `German` or `Deutsch`; "" for nothing.

    Raises NotPossible when it is none that we know.
    """
    typed = text.strip()
    if not typed or typed.casefold() in _names():
        return _names().get(typed.casefold(), "")
    parts = _TAG.fullmatch(typed)
    if parts is None or parts[1].lower() not in BASES:
        raise NotPossible(LanguageUnknown(typed=typed[:40]))
    return _tag(typed)


def choices(kept: str = "") -> list[tuple[str, str]]:
    """For forms: (tag, name), by name. `kept`: a tag that is stored and stays on offer."""
    named = {_tag(code): _said(info) for code, info in LANG_INFO.items() if "name" in info}
    named |= {tag: gettext(name) for tag, name in MORE.items()}
    if kept:
        named.setdefault(kept, kept)
    return sorted(named.items(), key=lambda pair: pair[1].casefold())


def _said(info: dict[str, str]) -> str:
    own, name = info["name_local"], gettext(info["name"])  # Django's catalogue has the names of its languages
    return name if own.casefold() == name.casefold() else f"{name} ({own})"


def _names() -> dict[str, str]:
    """In English, in the reader's language, and in their own."""
    known = {name.casefold(): tag for tag, english in MORE.items() for name in (english, gettext(english))}
    for code, info in LANG_INFO.items():
        if "name" in info:
            names = info["name"], gettext(info["name"]), info["name_local"]
            known |= {name.casefold(): _tag(code) for name in names}
    return known


def _tag(code: str) -> str:
    """As RFC 5646, 2.1.1 writes it: language small, script with a capital, region in capitals."""
    language, *more = code.replace("_", "-").split("-")
    return "-".join([language.lower(), *(part.title() if len(part) == 4 else part.upper() for part in more)])
