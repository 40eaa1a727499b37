"""README.md and docs/ say what is: settings, defaults, links, commands, states."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from poster.manifests import Manifest
from publishing.models import Delivery
from tests import data_model
from tests.ours import OURS
from watches.models import FoundFile

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES = [page for page in PAGES if page.exists()]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

# Run in a fresh interpreter: writes down whatever anybody asks the environment for, and the default he has.
LISTEN = """
import json, os

class Noting(dict):
    asked = {}

    def get(self, name, default=None):
        self.asked[name] = default
        return super().get(name, default)

os.environ = Noting(os.environ)
import poster.settings
print(json.dumps(Noting.asked))
"""


@pytest.fixture(scope="module")
def settings_read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The names that the settings read, with their defaults: those that are looked for as NAME_FILE too."""
    var = tmp_path_factory.mktemp("var")
    world = {"PATH": os.environ["PATH"], "VAR": str(var), "PYTHONPATH": str(ROOT)}
    answer = subprocess.run([sys.executable, "-c", LISTEN], env=world, capture_output=True, text=True, check=True)
    asked = json.loads(answer.stdout)
    return {name: default for name, default in asked.items() if f"{name}_FILE" in asked}


@pytest.fixture(scope="module")
def settings_told() -> dict[str, str]:
    """The names in README's table, with what stands in the column "default"."""
    table = _text(ROOT / "README.md").split("\n## Settings\n")[1].split("\n## ")[0]
    rows = [row.split(" | ") for row in table.splitlines() if row.startswith("| `")]
    return {name: cells[1] for cells in rows for name in re.findall(r"`([A-Z_]+)`", cells[0])}


def test_the_table_holds_every_setting_that_is_read_and_no_other(settings_read, settings_told) -> None:
    assert sorted(settings_told) == sorted(settings_read)


def test_the_table_tells_the_defaults_that_the_settings_have(settings_read, settings_told) -> None:
    plain = {name: default for name, default in settings_read.items() if default and "/" not in default}
    assert {name: settings_told[name] for name in plain} == {name: f"`{default}`" for name, default in plain.items()}


def test_only_the_settings_read_the_environment() -> None:
    """Else a name could be read that the table's test does not hear of."""
    apps = [path for app in OURS for path in (ROOT / app).rglob("*.py")]
    readers = [path for path in apps if re.search(r"\benv\.\w+\(", _text(path))]
    assert [str(path.relative_to(ROOT)) for path in readers] == ["poster/settings.py"]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_to_files_and_headings_that_are_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", _prose(page))
    assert [link for link in links if not _leads_somewhere(page, link)] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"\bmanage\.py ([a-z]\w*)", _text(page)))
    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_options_that_are_named_exist(page: Path) -> None:
    lines = _text(page).replace("\\\n", " ").splitlines()
    calls = [call for line in lines for call in re.findall(r"\bmanage\.py ([a-z]\w* [^`|<]*)", line)]
    unknown = {(call.split()[0], option) for call in calls for option in re.findall(r"(?<!\S)--[a-z-]+", call)}
    assert [(name, option) for name, option in sorted(unknown) if option not in _options(name)] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_make_targets_that_are_named_exist(page: Path) -> None:
    targets = set(re.findall(r"^([\w./-]+):", _text(ROOT / "Makefile"), re.MULTILINE))
    named = re.findall(r"(?:`|^|sudo )make ([\w./-]+)", _code(page), re.MULTILINE)
    assert set(named) - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_no_figure_waits_to_be_measured(page: Path) -> None:
    assert re.findall(r"\bFIGURE_[A-Z]+", _text(page)) == []


@pytest.mark.parametrize("states", [Delivery.State, FoundFile.State], ids=["delivery", "picture"])
def test_operators_read_what_each_state_means(states) -> None:
    told = re.findall(r"^\| ([^|`]+?) \|", _text(ROOT / "docs" / "operating.md"), re.MULTILINE)
    assert {state.label for state in states} - set(told) == set()


@pytest.mark.parametrize("states", [Delivery.State, FoundFile.State], ids=["delivery", "picture"])
def test_programs_are_told_each_state_that_posts_prints(states) -> None:
    told = _text(ROOT / "docs" / "commands.md").split("\n## posts\n")[1].split("\n## ")[0]
    assert set(states.values) - set(re.findall(r"`([a-z_]+)`", told)) == set()


def test_whoever_adds_an_app_reads_of_each_field_of_a_manifest() -> None:
    page = _text(ROOT / "docs" / "adding-an-app.md")
    rows = re.findall(r"^\| (`.+?`) \| ", page, re.MULTILINE)
    told = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(told) == sorted(field.name for field in dataclasses.fields(Manifest))


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    first = next(line for line in _text(ROOT / "CHANGELOG.md").splitlines() if line.startswith("## "))
    assert first == "## Unreleased"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _prose(page: Path) -> str:
    """Without blocks of code."""
    return re.sub(r"^ *```.*?^ *```$", "", _text(page), flags=re.DOTALL | re.MULTILINE)


def _code(page: Path) -> str:
    """Blocks of code, and code within lines with its first backtick."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```$", _text(page), re.DOTALL | re.MULTILINE)
    return "\n".join([*blocks, *re.findall(r"`[^`\n]+", _prose(page))])


def _leads_somewhere(page: Path, link: str) -> bool:
    file, _, heading = link.partition("#")
    target = (page.parent / file).resolve() if file else page
    return target.exists() and (not heading or heading in _headings(target))


def _headings(page: Path) -> set[str]:
    """As GitHub names them: small letters, no punctuation, hyphens for spaces."""
    titles = re.findall(r"^#+ (.+)$", _prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _options(command: str) -> set[str]:
    """All options of a command, those of its parts included."""
    parsers = [load_command_class(get_commands()[command], command).create_parser("manage.py", command)]
    options: set[str] = set()
    while parsers:
        for action in parsers.pop()._actions:
            options |= set(action.option_strings)
            parsers += {*action.choices.values()} if isinstance(action.choices, dict) else ()
    return options


def test_the_data_model_is_drawn_as_the_models_are() -> None:
    assert data_model.PLACE.read_text(encoding="utf-8") == data_model.drawn()  # `python -m tests.data_model`
