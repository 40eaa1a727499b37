"""While somebody types, the page counts what the server counts when the words are kept."""

from __future__ import annotations

import random

import pytest
from django.urls import reverse

from publishing.posts.fitting import count_hashtags, count_mentions, length
from publishing.posts.text_limits import limits_of
from tests import factories
from tests.dashboard.test_browser import in_a_page, in_a_thread, sync_playwright

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PLATFORMS = ("facebook", "instagram", "threads")
PIECES = [
    *("#sun", "#", "##a", "#été", "#हिन्दी", "#1", "#_a", "a#b", "&#38;", "/#c", "#a-b", "#a\u200cb", "#🌊"),
    *(
        "@anna",
        "@",
        "me@x.ch",
        "@a.b.",
        "@@c",
        "#@d",
        "@_e",
        "@\uff19",
        "\u203fa",
        " ",
        "\n",
        "\t",
        "ß",
        "İ",
        "👩‍👩‍👧‍👦",
        "🇨🇭",
        "e\u0301",
    ),
]
SPELLED = """
(texts) => texts.map((text) => {
  const field = document.querySelector("#text");
  field.value = text;
  field.dispatchEvent(new Event("input"));
  return Array.from(document.querySelectorAll("#counts b"), (each) => Number(each.textContent));
})
"""


def texts() -> list[str]:
    chance = random.Random(12)
    made = ["".join(chance.choices(PIECES, k=chance.randint(0, 12))) for _ in range(400)]
    return [*made, " ".join(f"#t{n}" for n in range(31)), " ".join(f"@t{n}" for n in range(51))]


def test_the_live_counts_are_those_of_the_server(live_server) -> None:
    sync_playwright()
    alice = factories.person("Alice", password=factories.PASSWORD)
    draft = factories.post(alice, *(factories.channel(alice, platform) for platform in PLATFORMS))
    where = reverse("admin:publishing_post_change", args=[draft.pk])
    live = in_a_thread(in_a_page, live_server.url, alice.email, where, lambda page: page.evaluate(SPELLED, texts()))
    order = [variant.channel.platform for variant in draft.variants.all()]
    for text, shown in zip(texts(), live, strict=True):
        here = [
            each
            for platform in order
            for each in (length(text, limits_of(platform)), count_hashtags(text), count_mentions(text))
        ]
        assert (text, shown) == (text, here)
