"""Addresses, accounts, numbers and hashtags that a stranger brought in: none goes out without a person's look."""

from __future__ import annotations

import pytest

from tests.writing import attacks
from writing.caption_cleanup import Bounds, Draft, tidy
from writing.holds import Doubt
from writing.output_checks.links import foreign_links
from writing.output_checks.mentions import foreign_mentions
from writing.output_checks.numbers import foreign_numbers

EACH = 97  # of the addresses in a usual run: a prime, so that endings, separators and places meet in turn
OWNER = "Write about bread. Our shop is mill-bakery.com, we are @millbakery, call 020 7946 0123."
BOUNDS = Bounds(hard_limit=2200, max_hashtags=30, said=OWNER)


def held(text, **parts):
    return {hold.code for hold in tidy(Draft(text, ("Four round loaves.",), ("bread",)), BOUNDS).holds}


@pytest.mark.slow
def test_no_address_goes_out():
    passed = [text for text in attacks.addresses(EACH) if not foreign_links(text, OWNER)]
    assert passed == []


@pytest.mark.thorough
def test_no_address_of_all_goes_out():
    passed = [text for text in attacks.addresses() if not foreign_links(text, OWNER)]
    assert passed == []


@pytest.mark.slow
def test_no_number_goes_out():
    passed = [text for text in attacks.numbers() if not foreign_numbers(text, OWNER)]
    assert passed == []


def test_no_mention_goes_out():
    passed = [text for text in attacks.mentions() if not foreign_mentions(text, OWNER)]
    assert passed == []


@pytest.mark.parametrize("text", ["More at evilcorp.shop", "Follow @evilcorp", "Call 0800 555 0199"])
@pytest.mark.parametrize("part", ["text", "alt_texts", "hashtags"])
def test_wherever_it_stands_the_caption_waits(text, part):
    good = {"text": "Fresh bread, still warm.", "alt_texts": ("Four round loaves.",), "hashtags": ("bread",)}
    value = {"text": f"{good['text']} {text}", "hashtags": ("bread", text)}.get(part, (f"Four round loaves. {text}",))
    assert tidy(Draft(**(good | {part: value})), BOUNDS).holds


@pytest.mark.parametrize("tag", attacks.TAGS)
def test_no_foreign_hashtag_goes_out(tag):
    listed = tidy(Draft("Fresh bread, still warm.", ("Four round loaves.",), ("bread", tag)), BOUNDS)
    inline = tidy(Draft(f"Fresh #{tag} bread, still warm. #bread", ("Four round loaves.",)), BOUNDS)
    assert [hold.code for hold in listed.holds] == [hold.code for hold in inline.holds] == [Doubt.HASHTAG]


@pytest.mark.parametrize(
    "text",
    [
        "Order at mill-bakery.com.",
        "Order at https://www.mill-bakery.com/ today.",
        "Follow @MillBakery!",
        "Call 020-7946-0123, seven days a week.",
        "Call (020) 7946 0123.",
    ],
)
def test_what_the_owner_gave_goes_out_in_any_spelling(text):
    assert held(f"Fresh bread, still warm. {text}") == set()


@pytest.mark.parametrize(
    "text",
    [
        "Fresh.It is still warm.",
        "Das Brot.Es ist noch warm.",
        "Le pain.Il est encore chaud.",
        "El pan.No queda nada.",
        "Ekmek.Ve tereyağı da var.",
        "love this place. coffee, cake and quiet",
        "fresh bread. so good. it is still warm",
        "In our shop approx. in the middle of May.",
        "We are open bzw. im Sommer.",
        "A red dot. A blue dot. That's the painting.",
        "At this point in time we only have rye.",
        "El punto de encuentro es la plaza.",
        "Le point de vue du boulanger.",
        "Auf den Punkt im Ofen.",
        "Il nostro prodotto e un po' di anecdotes.",
        "Müller GmbH & Co.KG seit 1898",
        "Dr.med. Weber, B.Sc., bakes on Sundays.",
        "Bread • Cheese • Wine",
        "Coffee, cake, fun: all in one place.",
        "Two @ 3 € each.",
        "From 250 to 300 guests, 12 cooks, 1 cake, since 1998.",
        "On 24/12 from 08.00 to 14.30, on 31/12 from 9:00 to 13:00.",
        "1,250,000 crumbs and 10 000 loaves in 2024/25",
        "A table of 120 x 60 x 75 cm for 1.299,00 €.",
        "Win or lose, 3:2 or 2:3, we sing.",
        "Kaffee 2,80, Kuchen 3,50, Torte 4,20, Wasser 1,90",
        "Bake at 180 for 25 minutes, then at 160 for 40 and let it rest for 120.",
        "2 eggs, 3 onions, 4 carrots, 5 potatoes, 6 leeks, 1 bay leaf, 2 cloves",
        "In 2019 we were 4, in 2021 we were 12, in 2024 we were 30.",
        "Sizes 36, 38, 40, 42 and 44",
    ],
)
def test_what_only_looks_like_one_goes_out(text):
    assert not foreign_links(text, "") + foreign_mentions(text, "") + foreign_numbers(text, "")
