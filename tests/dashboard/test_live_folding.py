"""A preview in a browser folds words and marks what can be pressed as the server does, and says what is not exact."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation

from media.models import Blob
from publishing.models import Post
from publishing.platforms import Fold
from publishing.posts.folding import fold, pieces
from publishing.posts.previewing import Preview, previews
from tests import factories
from tests.dashboard.test_browser import in_a_page, in_a_thread, sync_playwright

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PLATFORMS = ("facebook", "instagram", "threads")
SPACES = (" ", "\n", "\r\n", "\r", "\t", "\x1c", "\x85", "\xa0", "\u2028", "\u3000", "\ufeff", "\u200b")
PIECES = (
    *SPACES,
    *("word", "a", "loaves,", "x" * 30, "e\u0301", "漢字", "ｶﾅ", "빵", "👨‍👩‍👧‍👦", "🇹🇷", "☀", "☀️", "ß", "ﷺ"),
    *("#loaf", "#1", "#2026", "#", "@mill", "@a.b.", "me@a.io", "https://a.io/x", "https://a.io.", "WWW.a.io/#top)"),
)
SPELLED = """
async ([where, texts, shown]) => {
  const { fold, pressed } = await import(where);
  return texts.map((text) => shown.map((each) => [
    text.slice(0, fold(text, each)), pressed(text, each).map(([begin, end]) => text.slice(begin, end)),
  ]));
}
"""


def texts() -> list[str]:
    chance = random.Random(7)
    made = ["".join(chance.choices(PIECES, k=chance.randint(0, 60))) for _ in range(300)]
    edges = [f"{'word ' * 40}{space}" for space in SPACES] + [f"one{space}two" * 12 for space in SPACES]
    return [*made, *edges, "\n" * 9, "x" * 400, "👨‍👩‍👧‍👦" * 90]


def looks(draft: Post) -> list[Preview]:
    """As each platform declares it; and narrow, with a word that German has another length of."""
    declared = previews(draft)
    narrow = Fold(lines=2, columns=14, word="Sunday", source="a test")
    return [*declared, *(replace(each, shown=replace(each.shown, fold=narrow)) for each in declared)]


def on_the_server(text: str, look: Preview) -> list[Any]:
    assert look.shown.fold
    signs = [piece.text for piece in pieces(text, look.shown) if piece.sign]
    return [fold(text, look.shown.fold)[0], signs]


def test_words_are_folded_in_the_browser_as_on_the_server(live_server) -> None:
    sync_playwright()
    alice = factories.person("Alice", password=factories.PASSWORD)
    draft = factories.post(alice, *(factories.channel(alice, platform) for platform in PLATFORMS))
    where = reverse("admin:publishing_post_change", args=[draft.pk])
    with translation.override("de"):
        seen, told = looks(draft), [each.told for each in looks(draft)]
        assert told[-1]["more"] == "Sonntag"
        asked = [static("poster/folding.js"), texts(), told]
        live = in_a_thread(in_a_page, live_server.url, alice.email, where, lambda page: page.evaluate(SPELLED, asked))
        for text, shown in zip(texts(), live, strict=True):
            assert (text, shown) == (text, [on_the_server(text, look) for look in seen])


def typed(page: Any) -> list[tuple[bool, bool, str]]:
    """Whether they are seen, whether they are large, and which."""
    told = []
    for words in ("", "Bread.", "Bread is here. " * 10):
        page.fill("[name=text]", words)
        post, said = page.locator(".phone .post"), page.locator("[data-mirror=text] .seen")
        large = "large" in (post.get_attribute("class") or "").split()
        told.append((post.is_visible(), large, said.inner_text()[:6]))
    return told


def test_where_there_were_no_words_they_are_seen_as_they_are_typed(live_server) -> None:
    sync_playwright()
    alice = factories.person("Alice", password=factories.PASSWORD)
    draft = factories.post(alice, factories.channel(alice, "facebook"), text="")
    draft.items.all().delete()
    where = reverse("admin:publishing_post_change", args=[draft.pk])
    told = in_a_thread(in_a_page, live_server.url, alice.email, where, typed)
    assert told == [(False, False, ""), (True, True, "Bread."), (True, False, "Bread ")]


def noted(page: Any) -> str:
    note = page.locator(".phone .instead")
    page.locator(".phone svg.shot").first.scroll_into_view_if_needed()
    note.wait_for(state="visible", timeout=10_000)
    return str(note.inner_text())


def test_a_small_copy_in_place_of_the_very_file_is_told(live_server) -> None:
    sync_playwright()
    alice = factories.person("Alice", password=factories.PASSWORD)
    draft = factories.post(alice, factories.channel(alice, "facebook"))
    factories.blob(draft.assets.get(), Blob.Purpose.THUMBNAIL)
    where = reverse("admin:publishing_post_change", args=[draft.pk])
    assert "not the very file" in in_a_thread(in_a_page, live_server.url, alice.email, where, noted)
