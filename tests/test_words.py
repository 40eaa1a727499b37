"""How we speak: "they" for people, in code, templates and documents; and sentences that stopped readers stay gone."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.ours import OURS, ROOT

PLACES = [*(ROOT / app for app in OURS), ROOT / "sandbox", ROOT / "templates", ROOT / "docs", ROOT / "README.md"]
KINDS = {".py", ".html", ".txt", ".md", ".po"}
GENDERED = re.compile(r"\b(?:he|his|him|himself)\b", re.IGNORECASE)
# Hebrew's code, in lists of languages; and words of other languages.
CODES = {"publishing/posts/text_limits.py", "writing/output_checks/languages.py"}
WORD_LISTS = {"writing/output_checks/topics.txt", "writing/output_checks/number_words.txt"}
# Each stopped somebody who reads English every day.
GONE = (
    "may he, and can it",
    "That is not yours.",
    "Nobody can read it, you neither",
    "Take this away to lock somebody out",
    "Say first that it is you",
    "You said no at",
    "what your browser brought back.",
    "Somebody else on this install posts to this place",
    "This way back was used already",
    "We lay the picture down with",
    "is never sent to again without you",
    "It is certainly not there, so it goes out again",
    "Nothing of it was laid down there yet",
    "It still waits for your yes",
    "What may be there already stays there",
    "they are not sent again: look there",
    "pictures went.",
    "nothing here speaks it",
    "He tells you how",
    "some by lot",
)


# Where a package's docstring lists what is inside: indented, a name, a space or more, what it is.
LISTED = re.compile(r"^    ([a-z_]+(?:\.py|/)) +", re.MULTILINE)


def files() -> list[Path]:
    found = [file for place in PLACES for file in ([place] if place.is_file() else sorted(place.rglob("*")))]
    return [file for file in found if file.suffix in KINDS and "migrations" not in file.parts]


def test_people_are_they() -> None:
    gendered = {}
    for file in files():
        name = str(file.relative_to(ROOT))
        if name in CODES | WORD_LISTS:
            continue
        lines = file.read_text(encoding="utf-8").splitlines()
        if told := [f"{number}: {line.strip()}" for number, line in enumerate(lines, 1) if GENDERED.search(line)]:
            gendered[name] = told
    assert gendered == {}


def test_no_sentence_that_stopped_a_reader_is_back() -> None:
    texts = {str(file.relative_to(ROOT)): " ".join(file.read_text(encoding="utf-8").split()) for file in files()}
    assert {name: each for name, text in texts.items() for each in GONE if each in text} == {}


def listed_modules() -> dict[Path, list[str]]:
    """The packages that list what is inside."""
    told = {}
    for file in (file for app in (*OURS, "sandbox") for file in sorted((ROOT / app).rglob("__init__.py"))):
        told[file.parent] = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")), clean=False) or ""
    return {package: names for package, text in told.items() if (names := LISTED.findall(text))}


@pytest.mark.parametrize(
    ("package", "names"), [pytest.param(*each, id=str(each[0].relative_to(ROOT))) for each in listed_modules().items()]
)
def test_the_modules_that_a_package_lists_are_there(package: Path, names: list[str]) -> None:
    assert [name for name in names if not (package / name).exists()] == []
