"""A search and an order that are right in Turkish, too: İ and I, ı and i, and letters with marks of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import Channel, User
from poster.database.folding import InOrder
from poster.folding import caseless, folded, ordered
from poster.permissions import Caller
from publishing.models import Post
from tests import factories
from watches import picking
from watches.models import Watch
from watches.picking import Where

CITIES = ["Çankırı", "Zonguldak", "Isparta", "İzmir", "Uşak", "Ünye", "Cizre", "Ilgaz", "Iğdır", "Sinop", "Şile"]
IN_TURKISH = ["Cizre", "Çankırı", "Iğdır", "Ilgaz", "Isparta", "İzmir", "Sinop", "Şile", "Uşak", "Ünye", "Zonguldak"]


@pytest.mark.parametrize("typed", ["istanbul", "İSTANBUL", "ISTANBUL", "ıstanbul", "İstanbul", "I\u0307stanbul"])
def test_every_way_to_write_it_is_folded_alike(typed: str) -> None:
    assert folded(typed) == "istanbul"


def test_turkish_letters_have_places_of_their_own() -> None:
    assert sorted(CITIES, key=lambda name: ordered(name, turkish=True)) == IN_TURKISH
    assert sorted(["Zebra", "Émile", "emu"], key=lambda name: ordered(name, turkish=False)) == ["Émile", "emu", "Zebra"]


def test_small_letters_and_capitals_are_the_same_and_accents_count() -> None:
    assert {caseless(name) for name in ("İstanbul", "ISTANBUL", "istanbul", "ıstanbul")} == {"istanbul"}
    assert caseless("Café") == caseless("CAFE\u0301") != caseless("cafe")


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["йога", "Ёлка", "νίκος", "Đà", "ångström"])
def test_words_with_marks_of_any_alphabet_find_themselves(word: str, alice: Any, browser: Any) -> None:
    wanted = factories.post(alice, text=f"Heute: {word}!")
    answer = browser(alice).get(reverse("admin:publishing_post_changelist"), {"q": word})
    assert list(answer.context["cl"].result_list) == [wanted]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["indirim", "İNDİRİM", "INDIRIM", "ışıl", "ISIL", "isil"])
def test_words_of_posts_are_found_however_they_are_typed(typed: str, alice: Any, browser: Any) -> None:
    wanted = factories.post(alice, text="Büyük İndirim: ışıl ışıl")
    factories.post(alice, text="Etwas anderes")
    answer = browser(alice).get(reverse("admin:publishing_post_changelist"), {"q": typed})
    assert list(answer.context["cl"].result_list) == [wanted]
    Post.objects.filter(pk=wanted.pk).update(text="Bitti")
    answer = browser(alice).get(reverse("admin:publishing_post_changelist"), {"q": typed})
    assert list(answer.context["cl"].result_list) == []


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["kadikoy", "KADIKÖY", "Kadıköy", "ıköy"])
def test_names_are_found_however_they_are_typed(typed: str, alice: Any, browser: Any) -> None:
    channel = factories.channel(alice, name="Kadıköy Fırını")
    watch = factories.watch(alice, name="KADIKÖY")
    factories.watch(alice, name="Galata")
    for model, row in ((Channel, channel), (Watch, watch)):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert list(browser(alice).get(reverse(name), {"q": typed}).context["cl"].result_list) == [row]


@pytest.mark.django_db
def test_lists_of_names_are_sorted_so_for_whoever_reads_turkish(alice: Any, browser: Any) -> None:
    for name in CITIES:
        factories.watch(alice, name=name)
        factories.channel(alice, name=name)
    User.objects.filter(pk=alice.pk).update(language="tr")
    for where in ("admin:watches_watch_changelist", "admin:accounts_channel_changelist"):
        rows = browser(alice).get(reverse(where)).context["cl"].result_list
        assert [row.name for row in rows] == IN_TURKISH


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["straße", "STRASSE", "Straße"])
def test_a_sharp_s_is_found_as_it_is_written(typed: str, alice: Any, browser: Any) -> None:
    rows = {name: factories.watch(alice, name=name) for name in ("Straße", "Strasse")}
    found = list(browser(alice).get(reverse("admin:watches_watch_changelist"), {"q": typed}).context["cl"].result_list)
    assert found == [rows["Strasse" if "SS" in typed else "Straße"]]


@pytest.mark.django_db
def test_rows_come_in_the_order_of_whoever_reads(alice: Any) -> None:
    for name in CITIES:
        factories.watch(alice, name=name)
    rows = Watch.objects.order_by(InOrder("name"))
    with translation.override("tr"):
        assert list(rows.values_list("name", flat=True)) == IN_TURKISH
    assert list(rows.values_list("name", flat=True)) == sorted(CITIES, key=folded)


@pytest.mark.django_db
def test_folders_are_found_and_sorted_so_where_a_source_is_picked(operator: Any, tmp_path: Path) -> None:
    for name in (*CITIES, "İstanbul"):
        (tmp_path / name).mkdir()
    where, by = Where(operator, "folder"), Caller.of(operator)
    for typed in ("istanbul", "ISTANBUL", "İSTANBUL"):
        found = picking.search_folders(where, typed, str(tmp_path), by=by).folders
        assert [each.name for each in found] == ["İstanbul"]
    with translation.override("tr"):
        names = [each.name for each in picking.open_folder(where, str(tmp_path), by=by).folders]
    assert names == sorted([*CITIES, "İstanbul"], key=lambda name: ordered(name, turkish=True))
