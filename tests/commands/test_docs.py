"""docs/commands.md says everything that the commands take and answer."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from poster.command import OperatorCommand
from tests.ours import OURS

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "commands.md"
DJANGOS = {
    "--help", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color", "--force-color",
    "--skip-checks",
}  # fmt: skip
NAMES = sorted(name for name, app in get_commands().items() if app in OURS and name != "makemessages")  # Django's


def command(name: str) -> OperatorCommand:
    found = load_command_class(get_commands()[name], name)
    assert isinstance(found, OperatorCommand)
    return found


def section(name: str) -> str:
    """What the page says about one command."""
    parts = re.split(r"^## (\w+)$", PAGE.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[name]


def words(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Options, and what stands in fixed places, of a parser and of all under it."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for act, under in action.choices.items():
                yield act
                yield from words(under)
        elif action.option_strings:
            yield from (word for word in action.option_strings if word.startswith("--"))
        else:
            yield from map(str, action.choices or [])


@pytest.mark.parametrize("name", NAMES)
def test_every_option_is_in_the_page(name: str) -> None:
    told = section(name)
    taken = set(words(command(name).create_parser("manage.py", name))) - DJANGOS
    assert {word for word in taken if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", told)} <= {"--json"}
    assert "--json" in PAGE.read_text()


@pytest.mark.parametrize("name", NAMES)
def test_help_teaches_with_an_example(name: str) -> None:
    told = command(name).create_parser("manage.py", name).format_help()
    assert "examples:" in told
    assert f"manage.py {name}" in told.split("examples:")[1]


def test_the_page_speaks_of_no_command_that_is_not_there() -> None:
    assert sorted(re.findall(r"^## (\w+)$", PAGE.read_text(), flags=re.MULTILINE)) == NAMES
