"""What holds for one kind of place its source says about itself: nobody else asks for it by its name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from watches.sources import SOURCES

ROOT = Path(__file__).parent.parent.parent
ITS_OWN = ROOT / "watches" / "sources"
APPS = sorted(file.parent for file in ROOT.glob("*/apps.py"))
PYTHON = [file for app in APPS for file in app.rglob("*.py") if ITS_OWN not in file.parents]
TEMPLATES = [file for place in (ROOT / "templates", *APPS) for file in place.rglob("*.html")]
NAME = "|".join(SOURCES)
IN_TAG = re.compile(rf"{{%[^%]*\bsource\b[^%]*['\"]({NAME})['\"]|{{%[^%]*['\"]({NAME})['\"][^%]*\bsource\b")


def asks_by_name(code: str) -> list[int]:
    """Lines that compare with the name of a source, look something up by it, or have a table with it as a key."""
    asked = [part for node in ast.walk(ast.parse(code)) for part in _asked(node)]
    return sorted({part.lineno for part in asked if isinstance(part, ast.Constant) and part.value in set(SOURCES)})


def _asked(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left=left, comparators=others):
            yield from (part for each in (left, *others) for part in ast.walk(each))
        case ast.MatchValue(value=value):
            yield value
        case ast.Dict(keys=keys):
            yield from (key for key in keys if key is not None)
        case ast.Subscript(slice=key):
            yield key
        case ast.Call(func=ast.Attribute(attr="get" | "startswith"), args=[first, *_]):
            yield first
        case ast.keyword(arg=name, value=value) if name and (name == "initial" or name.endswith("__source")):
            yield value


# Here `folder` is another word: a blank of a prompt or a sentence, what an address asks for, a line of a backup.
OTHER_WORDS = {
    "operations/doctor.py",
    "operations/management/commands/backup.py",
    "watches/forecast.py",
    "watches/new_source.py",
    "writing/captioners/describer.py",
    "writing/captioners/prompts.py",
}


def test_nobody_but_a_source_itself_asks_for_its_name() -> None:
    asking = {str(file.relative_to(ROOT)) for file in PYTHON if asks_by_name(file.read_text(encoding="utf-8"))}
    assert asking == OTHER_WORDS


def test_no_page_asks_for_the_name_of_a_source() -> None:
    assert [str(file) for file in TEMPLATES if IN_TAG.search(file.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "code",
    [
        'if source == "drive": pass',
        'if stream.source != "folder": pass',
        'if source in ("drive", "dropbox"): pass',
        'LOGIN_OF = {"drive": "google"}',
        'LOGIN_OF["drive"]',
        'LOGIN_OF.get("drive")',
        'Watch.objects.filter(stream__source="folder")',
        'ChoiceField(initial="drive")',
        'match source:\n    case "folder": pass',
    ],
)
def test_this_would_be_noticed(code: str) -> None:
    assert asks_by_name(code)


@pytest.mark.parametrize("tag", ['{% if watch.stream.source == "drive" %}', "{% if 'folder' == source %}"])
def test_this_would_be_noticed_on_a_page(tag: str) -> None:
    assert IN_TAG.search(tag)


def test_to_give_an_order_is_to_name_a_source() -> None:
    assert asks_by_name('add_watch(owner, source="folder", place="/srv")') == []
