"""What sources are called, in the language of whoever reads it. What is stored has `SOURCES.label`."""

from __future__ import annotations

from django.utils.translation import gettext

from watches.sources import SOURCES


def source_name(source: str) -> str:
    """For people; the key itself when there is none of it here any more."""
    return gettext(SOURCES.label(source))
