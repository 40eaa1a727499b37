"""Catalogues: every message of the code is there, translated whole, with the same values and the same markup."""

from __future__ import annotations

import gettext
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE)
FILES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
EACH = pytest.mark.parametrize("file", FILES, ids=lambda file: file.parts[-3])
SAID_IN = ("accounts", "media", "operations", "outbox", "poster", "publishing", "templates", "watches", "writing")
VALUES = re.compile(r"%\(\w+\)[-#0 +.\d]*[a-z]|%[-\d.]*[sdf]|\{\w*\}")
MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|&\w+;")


def messages(file: Path) -> Iterator[Message]:
    with file.open("rb") as opened:
        catalogue: Catalog = read_po(opened, abort_invalid=True)
    yield from (each for each in catalogue if each.id)


def forms(message: Message) -> list[tuple[str, str]]:
    """[(English, the same in the other language)], for each form."""
    english = [message.id] if isinstance(message.id, str) else list(message.id)
    said = [message.string] if isinstance(message.string, str) else list(message.string)
    return [(english[min(at, len(english) - 1)], each) for at, each in enumerate(said)]


def test_there_is_one() -> None:
    assert FILES
    assert [code for code, _ in settings.LANGUAGES] == ["en", *(file.parts[-3] for file in FILES)]


@EACH
def test_nothing_is_left_out_and_nothing_is_a_guess(file: Path) -> None:
    left = [each.id for each in messages(file) if each.fuzzy or not all(said.strip() for _, said in forms(each))]
    assert left == []


@EACH
def test_values_and_markup_are_those_of_the_english(file: Path) -> None:
    """One form of several may leave its number out: *one picture*."""
    wrong = [
        (english, said)
        for each in messages(file)
        for english, said in forms(each)
        if not any(_alike(form, said) for form in ([each.id] if isinstance(each.id, str) else each.id))
    ]
    assert wrong == []


def _alike(english: str, said: str) -> bool:
    return all(sorted(each.findall(english)) == sorted(each.findall(said)) for each in (VALUES, MARKUP))


@EACH
def test_lines_begin_and_end_as_in_english(file: Path) -> None:
    wrong = [
        said
        for each in messages(file)
        for english, said in forms(each)
        if (english[0].isspace(), english[-1].isspace()) != (said[0].isspace(), said[-1].isspace())
    ]
    assert wrong == []


def test_no_turkish_begins_with_a_letter_whose_capital_django_gets_wrong() -> None:
    """The capital of i is İ there; `capfirst`, in forms and lists, makes an I of it."""
    turkish = ROOT / "locale" / "tr" / "LC_MESSAGES" / "django.po"
    assert [said for each in messages(turkish) for _, said in forms(each) if said.startswith("i")] == []


@EACH
def test_what_is_read_when_it_runs_is_what_is_written(file: Path) -> None:
    """`manage.py compilemessages` was run."""
    with file.with_suffix(".mo").open("rb") as opened:
        compiled: Any = gettext.GNUTranslations(opened)
    read = {key: said for key, said in compiled._catalog.items() if key != ""}
    written: dict[object, str] = {}
    for each in messages(file):
        key = each.id if isinstance(each.id, str) else each.id[0]
        named = f"{each.context}\x04{key}" if each.context else key
        for at, (_, said) in enumerate(forms(each)):
            written[named if isinstance(each.id, str) else (named, at)] = said
    assert read == written


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed")
def test_it_has_every_message_of_the_code_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    """`manage.py makemessages --all` changes nothing."""
    for name in SAID_IN:
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "locale", tmp_path / "locale")
    monkeypatch.chdir(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    call_command("makemessages", all=True, symlinks=True, verbosity=0)
    for file in FILES:
        assert (tmp_path / file.relative_to(ROOT)).read_text(encoding="utf-8") == file.read_text(encoding="utf-8")
