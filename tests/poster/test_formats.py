"""Dates in languages that put their parts in another order."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

from poster.formats.tr.formats import TURNED

TUESDAY = dt.datetime(2026, 12, 1, 16, 5, tzinfo=dt.UTC)
ASKED = re.compile(r"""\|date:"([^"]+)"|date_format\(\w+, "([^"]+)"\)""")


def asked() -> set[str]:
    """As which dates are asked for."""
    root = Path(settings.BASE)
    files = [*root.glob("templates/**/*.html"), *root.glob("*/**/*.py")]
    texts = (file.read_text(encoding="utf-8") for file in files if not {"tests", ".venv"} & set(file.parts))
    return {one or other for text in texts for one, other in ASKED.findall(text)}


@pytest.mark.parametrize(
    ("form", "said"), [("l j F", "1 Aralık Salı"), ("D j M", "1 Ara Sal"), ("j F Y", "1 Aralık 2026")]
)
def test_turkish_puts_the_weekday_behind_the_date(form: str, said: str) -> None:
    with translation.override("tr"):
        assert date_format(TUESDAY, form) == said


def test_every_date_with_its_weekday_in_front_is_turned_and_no_other_is() -> None:
    assert {form for form in asked() if re.match(r"[lD] ", form)} == set(TURNED)
