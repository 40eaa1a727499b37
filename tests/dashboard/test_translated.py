"""Whatever people read comes from a catalogue: in a language that gives every word an accent, no bare word is left."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.models import User
from tests import factories, pseudo
from tests.accounts.conftest import world  # noqa: F401
from tests.accounts.doors import inside, quick_door  # noqa: F401
from tests.chromium import CHROMIUM, FLAGS, SIZES
from tests.dashboard.axe import ELSEWHERE, Visit
from tests.dashboard.test_accessible import everybody
from tests.dashboard.test_browser import every_page, in_a_thread, sync_playwright
from tests.unmarked import NAMES

# What a program, a package or somebody at the sandbox is called, and when; what was said while a session was made.
CALLED = re.compile(
    r"Bakery Ch|[Bb]akery(\.ch)?|[Mm]ill\b|Ada Example|genai-prices|^(?:Python|Pillow|cryptography|django-q2|requests)$"
    r"|root|\d+ von \d+ ausgewählt"
    r"|Unreleased \(\w+\)|(?<!\w)/\S+|\bUTC\b|Deutsch|English"
)
# A number that the language has written, where a browser reads it: "0,5" is none. Coordinates have commas by right.
MISREAD = re.compile(r"^-?\d+,\d+%?$")
MEASURED = "//progress/@*|//meter/@*|//input[@type='number']/@*|//*[ancestor-or-self::svg]/@*[name() != 'points']"
SPEAKS = {"Accept-Language": pseudo.CODE}
BARE = re.compile(r"[A-Za-z]{3,}")
BLANK = re.compile(r"\{\w+\}")  # of a prompt
VOWEL = re.compile(r"[aeiouAEIOU]")
WORDS = models.CharField | models.TextField | models.JSONField
READ = ("title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription", "data-label")
# What programs read; keys; names of zones, and languages by their own.
SILENT = (
    "//*[self::script or self::style or self::code or self::pre or self::kbd or self::time"
    " or contains(concat(' ', @class, ' '), ' mono ')]"
    "|//select[contains(@name, 'zone') or contains(@name, 'language')]/option[@value!='']"
)


@pytest.fixture(autouse=True)
def nobody_speaks_it() -> Iterator[None]:
    with pseudo.spoken():
        yield


@dataclass
class Bare:
    """What pages say in no language, and where first."""

    found: dict[str, str] = field(default_factory=dict)

    def read(self, where: str, content: bytes, data: list[str]) -> None:
        numbers = html.fromstring(content).xpath(MEASURED) if content else []
        assert [each for each in numbers for part in str(each).split() if MISREAD.match(part)] == [], where
        for words in bare(content, data) if content else ():
            self.found.setdefault(words, where)

    def tell(self) -> None:
        if self.found:
            pytest.fail("\n".join(f"{where}: {words}" for words, where in sorted(self.found.items())))


@pytest.mark.django_db
def test_the_pages_of_the_operator() -> None:
    olga = factories.person("Olga", operator=True, password=factories.PASSWORD)
    rows = [*factories.everything(olga), factories.wordless(olga, wants="person"), olga]
    User.objects.filter(pk=olga.pk).update(language=pseudo.CODE)
    client, data, said = inside(olga), words_of_the_database(), Bare()
    for where in every_page(rows):
        response = client.get(where, follow=True)
        assert response.status_code == 200, (where, response.status_code)
        said.read(where, response.content, data)
    said.tell()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.dashboard.test_accessible")
def test_each_page_of_everybody(live_server, sandbox, world, settings) -> None:  # noqa: F811
    """Without what somebody does there."""
    settings.GOOGLE_SIGNIN = ("id.apps.googleusercontent.com", "secret")
    said = Bare()
    for session, visits in everybody(sandbox, world, str(urlsplit(live_server.url).port), settings):
        client = Client(headers=SPEAKS, raise_request_exception=False)
        data = words_of_the_database()
        if session:
            client.cookies[settings.SESSION_COOKIE_NAME] = session
            client.get(reverse("my_account"))  # what was said while the session was made was said in English
        for visit in visits:
            if visit.then is None and "://" not in visit.where:
                said.read(visit.where, client.get(visit.where).content, data)
    said.tell()


@pytest.mark.thorough
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.dashboard.test_accessible")
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_every_page_has_room_for_longer_words(size, live_server, sandbox, world, settings) -> None:  # noqa: F811
    """And after what somebody does there, nothing is left in English."""
    sync_playwright()
    settings.GOOGLE_SIGNIN = ("id.apps.googleusercontent.com", "secret")
    said, wide = Bare(), []
    for session, visits in everybody(sandbox, world, str(urlsplit(live_server.url).port), settings):
        for where, content, fits in in_a_thread(walked, live_server.url, session, visits, size):
            said.read(where, content.encode(), words_of_the_database())
            wide += [] if fits else [where]
    said.tell()
    assert wide == []


def walked(root: str, session: str, visits: list[Visit], size: str) -> list[tuple[str, str, bool]]:
    """Of each page where it is, what it says, and whether it fits the screen."""
    flags = [*FLAGS, f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"]
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        context = chromium.new_context(viewport=SIZES[size], reduced_motion="reduce", extra_http_headers=SPEAKS)
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": root}])
        page = context.new_page()
        if session:
            page.request.get(root + reverse("my_account"))  # what was said while the session was made
        page.route(lambda url: not url.startswith((root, f"http://{ELSEWHERE}")), lambda each: each.abort("aborted"))
        found = [(visit.where, *_met(page, root, visit)) for visit in visits]
        chromium.close()
    return found


def _met(page: Any, root: str, visit: Visit) -> tuple[str, bool]:
    page.goto(visit.where if "://" in visit.where else root + visit.where)
    if visit.then:
        visit.then(page)
    return page.content(), not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


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
                if text and (left := left_in_english(" ".join(text.split()), data)):
                    yield left


def left_in_english(text: str, data: list[str]) -> str:
    """The text, where a word of it is neither data, nor a name, nor translated; else ""."""
    rest = CALLED.sub(" ", text)
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
        fields = [each.attname for each in model._meta.concrete_fields if isinstance(each, WORDS) and not each.choices]
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
                words = " ".join(line.split())
                yield from (words, words[:40].strip(), words[:1].upper() + words[1:])
