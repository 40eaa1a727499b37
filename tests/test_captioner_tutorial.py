"""docs/adding-a-captioner.md, run: its file and its registry line are taken out as they stand."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contracts.captioner_houses import BRIEF
from writing import captioners
from writing.captioners import CAPTIONERS, Captioner, Key, NoWords
from writing.outcomes import Outcome

PAGE = Path(__file__).parent.parent / "docs" / "adding-a-captioner.md"
CODE, LINE = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def motto(tmp_path: Path) -> Iterator[Captioner]:
    """The steps of the page, undone afterwards."""
    before = dict(CAPTIONERS._entries)
    (tmp_path / "motto.py").write_text(CODE, encoding="utf-8")
    captioners.__path__.append(str(tmp_path))
    CAPTIONERS._entries.update(eval(f"{{{LINE}}}"))  # noqa: S307 - a line of our own page
    yield CAPTIONERS["motto"]()
    CAPTIONERS._entries = before
    captioners.__path__.remove(str(tmp_path))
    sys.modules.pop("writing.captioners.motto", None)


def test_it_writes_what_it_was_told_and_no_more(motto: Captioner, tmp_path: Path) -> None:
    words = motto.describe([tmp_path / "never-looked-at.jpg"], replace(BRIEF, prompt="Fresh every day. #bread"), Key())
    assert (words.text, words.hashtags, words.usage.cost) == ("Fresh every day. #bread", (), None)
    motto.check(Key())


def test_what_is_no_caption_is_refused_as_it_is_of_any_other(motto: Captioner, tmp_path: Path) -> None:
    with pytest.raises(NoWords) as raised:
        motto.describe([tmp_path / "never-looked-at.jpg"], replace(BRIEF, prompt="#bread"), Key())
    assert raised.value.outcome == Outcome.EMPTY


def test_people_can_choose_it(motto: Captioner) -> None:
    assert ("motto", "My prompt, word for word") in CAPTIONERS.choices()
    assert str(motto.gets) in PAGE.read_text(encoding="utf-8")
