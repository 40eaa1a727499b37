"""What captioners are called, in the language of whoever reads it.

What is stored or sent has `CAPTIONERS.label`, which is the same for everybody.
"""

from __future__ import annotations

from django.utils.translation import gettext

from writing.captioners import CAPTIONERS


def captioner_name(captioner: str) -> str:
    """For people; the key itself when there is none of it here any more."""
    return gettext(CAPTIONERS.label(captioner))


def writer_name(captioner: str, model: str) -> str:
    """With the model, where one was told."""
    name = captioner_name(captioner)
    return f"{name}, {model}" if model else name
