"""What people type for a language."""

from __future__ import annotations

import pytest

from poster.permissions import NotPossible
from writing import languages


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("", ""),
        ("  ", ""),
        ("de", "de"),
        ("DE", "de"),
        ("German", "de"),
        ("deutsch", "de"),
        ("Türkçe", "tr"),
        ("pt_br", "pt-BR"),
        ("en-us", "en-US"),
        ("de-LI", "de-LI"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
    ],
)
def test_a_name_or_a_code_becomes_its_tag(typed: str, tag: str) -> None:
    assert languages.tag_of(typed) == tag


@pytest.mark.parametrize("typed", ["Klingon", "xx", "de-", "de,en", "english please", "en-GB-oed-x", "{language}"])
def test_what_is_none_is_refused(typed: str) -> None:
    with pytest.raises(NotPossible):
        languages.tag_of(typed)


def test_every_choice_is_its_own_tag_and_what_was_kept_stays() -> None:
    offered = [tag for tag, _ in languages.choices()]
    assert [languages.tag_of(tag) for tag in offered] == offered
    assert len(set(offered)) == len(offered) > 90
    assert ("de-LI", "de-LI") in languages.choices("de-LI")
