"""The languages that captions can be asked for in, known by name or by code, and kept as a tag of BCP 47."""

from __future__ import annotations

import re

from django.conf.locale import LANG_INFO

from poster.permissions import NotPossible
from writing.reasons.words import LanguageUnknown

MORE = {"de-AT": "Austrian German", "de-CH": "Swiss German", "en-US": "American English", "fr-CA": "Canadian French"}
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
    named = {_tag(code): _said(info) for code, info in LANG_INFO.items() if "name" in info} | MORE
    if kept:
        named.setdefault(kept, kept)
    return sorted(named.items(), key=lambda pair: pair[1].casefold())


def _said(info: dict[str, str]) -> str:
    own = info["name_local"]
    return info["name"] if own.casefold() == info["name"].casefold() else f"{info['name']} ({own})"


def _names() -> dict[str, str]:
    known = {name.casefold(): tag for tag, name in MORE.items()}
    for code, info in LANG_INFO.items():
        if "name" in info:
            known |= {info["name"].casefold(): _tag(code), info["name_local"].casefold(): _tag(code)}
    return known


def _tag(code: str) -> str:
    """As RFC 5646, 2.1.1 writes it: language small, script with a capital, region in capitals."""
    language, *more = code.replace("_", "-").split("-")
    return "-".join([language.lower(), *(part.title() if len(part) == 4 else part.upper() for part in more)])
