"""Whatever people read comes from a catalogue: in a language that gives every word an accent, no bare word is left."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from lxml import html

from accounts.models import User
from tests import factories, pseudo
from tests.accounts.doors import inside, quick_door  # noqa: F401
from tests.dashboard.test_browser import every_page
from tests.unmarked import NAMES

pytestmark = pytest.mark.django_db

BARE = re.compile(r"[A-Za-z]{3,}")
BLANK = re.compile(r"\{\w+\}")  # of a prompt
VOWEL = re.compile(r"[aeiouAEIOU]")
WORDS = models.CharField | models.TextField | models.JSONField
READ = ("title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription", "data-label")
SILENT = (
    "//*[self::script or self::style or self::code or self::pre or self::kbd or self::time"
    " or contains(concat(' ', @class, ' '), ' mono ')]"
    "|//select[contains(@name, 'zone') or contains(@name, 'language')]/option[@value!='']"  # names, and languages by their own
)


@pytest.fixture(autouse=True)
def nobody_speaks_it() -> Iterator[None]:
    with pseudo.spoken():
        yield


def test_the_pages_of_the_dashboard() -> None:
    olga = factories.person("Olga", operator=True, password=factories.PASSWORD)
    rows = [*factories.everything(olga), factories.wordless(olga, wants="person"), olga]
    User.objects.filter(pk=olga.pk).update(language=pseudo.CODE)
    client = inside(olga)
    found = bare_of(client, every_page(rows))
    if found:
        pytest.fail("\n".join(f"{at[0]}: {words}" for words, at in sorted(found.items())))


def bare_of(client: Client, pages: list[str]) -> dict[str, list[str]]:
    """{words: where}, of what the pages say in no language."""
    data, found = words_of_the_database(), dict[str, list[str]]()
    for where in pages:
        response = client.get(where, follow=True, headers={"accept-language": pseudo.CODE})
        assert response.status_code == 200, (where, response.status_code)
        for words in bare(response.content, data):
            found.setdefault(words, []).append(where)
    return found


def bare(content: bytes, data: list[str]) -> Iterator[str]:
    page = html.fromstring(content)
    for silent in page.xpath(SILENT):
        for each in silent.iter():
            each.text = None
        for each in silent.iterdescendants():
            each.tail = None
    for element in page.iter():
        if isinstance(element.tag, str):
            for text in (element.text, element.tail, *(element.get(name) for name in READ)):
                if text and (left := _left(" ".join(text.split()), data)):
                    yield left


def _left(text: str, data: list[str]) -> str:
    rest = text
    for each in data:
        if each in rest:
            rest = re.sub(rf"(?<!\w){re.escape(each)}(?!\w)", " ", rest)
    words = {word for word in BARE.findall(BLANK.sub(" ", rest)) if VOWEL.search(word) and not _is_longer(word, rest)}
    return text if words - NAMES else ""


def _is_longer(word: str, text: str) -> bool:
    """It is part of a word with an accent."""
    return not re.search(rf"(?<!\w){word}(?!\w)", text)


def words_of_the_database() -> list[str]:
    """What rows hold, the longest first: data, in whatever language it is."""
    found: set[str] = set()
    for model in apps.get_models():
        fields = [each.attname for each in model._meta.concrete_fields if isinstance(each, WORDS)]
        for row in model._base_manager.values_list(*fields) if fields else ():
            for value in row:
                found |= set(_lines(value))
    return sorted((each for each in found if len(each) > 2), key=len, reverse=True)


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.startswith("{"):
        with suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, dict):
        value = list(value.values())
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict | list):
            yield from _lines(each)
        elif isinstance(each, str):
            for line in each.splitlines():
                yield from (" ".join(line.split()), line[:40].strip())
