"""The languages that pages and mails are in: English, and each that has a catalogue."""

from __future__ import annotations

from pathlib import Path

from django.conf.locale import LANG_INFO

OURS = "en"  # what the code is written in


def with_catalogue(folder: Path) -> list[tuple[str, str]]:
    """[(code, its own name)], by code behind English: for each `folder/<locale>/LC_MESSAGES/django.mo`."""
    there = {each.parts[-3].replace("_", "-").lower() for each in folder.glob("*/LC_MESSAGES/django.mo")}
    return [(code, name) for code in (OURS, *sorted(there - {OURS})) if (name := _own_name(code))]


def _own_name(code: str) -> str:
    """ "" for a language that Django does not know: its pages would be half English."""
    told = LANG_INFO.get(code, {})
    known = LANG_INFO[told["fallback"][0]] if "fallback" in told else told
    return str(known.get("name_local", ""))
