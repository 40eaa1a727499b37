"""Pages are light: at most 60 KB of script as it is sent; where nobody is signed in, what makes them dark alone."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from lxml import html

from tests import factories
from tests.dashboard.test_browser import every_page

pytestmark = pytest.mark.django_db
MOST = 60 * 1024  # bytes, compressed
IMPORT = re.compile(r"""^import\b[^"']*["'](\.[^"']+)["']""", re.MULTILINE)
PUBLIC = ("home", "faq", "terms", "privacy", "data_request")
THEME = "admin/js/theme.js"


def file_of(address: str) -> Path:

    found = finders.find(address.removeprefix(f"/{settings.STATIC_URL.lstrip('/')}"))
    assert isinstance(found, str), address
    return Path(found)


def with_imports(file: Path, known: set[Path]) -> set[Path]:
    """A module, and those that it asks for."""
    if file not in known:
        known.add(file)
        for name in IMPORT.findall(file.read_text(encoding="utf-8")):
            with_imports((file.parent / name).resolve(), known)
    return known


def scripts(page: bytes) -> set[Path]:
    known: set[Path] = set()
    for address in html.fromstring(page).xpath("//script/@src"):
        if "jsi18n" not in address:  # made by Django, a few words
            with_imports(file_of(str(address)), known)
    return known


def weight(files: set[Path]) -> int:
    return sum(len(gzip.compress(each.read_bytes())) for each in files)


def test_no_page_of_the_dashboard_brings_more(browser: Any) -> None:
    olga = factories.person("Olga", operator=True)
    rows = [*factories.everything(olga), factories.wordless(olga, wants="person"), olga]
    client = browser(olga)
    heavy = {}
    for where in every_page(rows):
        content = client.get(where, follow=True).content
        assert b"related-widget-wrapper-link" not in content, where  # a popup, which would need jQuery
        files = scripts(content)
        if weight(files) > MOST:
            heavy[where] = (weight(files), sorted(each.name for each in files))
    assert heavy == {}


@pytest.mark.parametrize("page", PUBLIC)
def test_a_public_page_brings_none_but_what_makes_it_dark(page: str, client: Client) -> None:
    assert {each.name for each in scripts(client.get(reverse(page)).content)} <= {Path(THEME).name}
