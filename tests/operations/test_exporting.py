"""One zip with everything about one person, and nothing else."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Model

from accounts.models import User
from operations.privacy import export, inventory
from operations.reasons import FileThere
from poster.models import Event
from poster.permissions import TERMINAL, NotPossible
from poster.secrets.fields import SealedField
from poster.web import stash
from tests import factories
from tests.facts import Said, with_reason
from tests.held import hold
from tests.ours import OURS


@pytest.fixture
def ann(db, settings, tmp_path: Path) -> User:
    settings.SPOOL = tmp_path / "spool"
    settings.VAR = tmp_path
    return factories.person("Ann", password=factories.PASSWORD)


def taken(person: User) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(export.stream(person, by=TERMINAL))))


def of_people() -> set[type[Model]]:
    """Every model with a row that leads to a person, over however many others."""
    found: set[type[Model]] = {User}
    while True:
        more = {
            model
            for model in apps.get_models()
            if model not in found and any(column.related_model in found for column in model._meta.concrete_fields)
        }
        if not more:
            return found
        found |= more


def test_no_model_that_is_about_a_person_is_forgotten() -> None:
    known = {kind.model for kind in inventory.kinds()} | set(inventory.left_out())
    wanted = {model._meta.label for model in of_people()}
    wanted |= {model._meta.label for model in apps.get_models() if model._meta.app_label in OURS}
    assert wanted - known == set()
    assert {label for label in known if not apps.get_model(label)} == set()


def keepers(root: Path) -> dict[str, set[str]]:
    """What of ours keeps something where no model tells of it: the cache, and folders that this install writes into."""
    found: dict[str, set[str]] = {}
    for file in (each for app in OURS for each in (root / app).rglob("*.py")):
        text = file.read_text()
        if "core.cache import cache" in text or re.search(r"^from allauth.* import ratelimit", text, re.MULTILINE):
            found.setdefault("the cache", set()).add(file.stem)
        for folder in re.findall(r'settings\.VAR\) / "(\w+)"|\(var / "(\w+)"\)\.glob|^FOLDER = "(\w+)"', text, re.M):
            found.setdefault("".join(folder), set()).add(file.stem)
        if "settings.SPOOL" in text:
            found.setdefault("spool", set()).add(file.stem)
    return found


def test_nothing_that_is_kept_outside_of_tables_is_forgotten() -> None:
    """A model cannot be overlooked; a cache and a folder can. Each is named, with what ends what lies in it."""
    found = keepers(Path(__file__).resolve().parents[2])
    assert {"the cache", "exports", "logs", "spool"} <= set(found)
    assert set(found) - set(inventory.no_table()) == set()
    assert found["the cache"] == set(inventory.in_the_cache())  # each says what it keeps there: no words


def test_what_waits_in_a_form_is_theirs_to_read_and_an_act_is_not(ann) -> None:
    for purpose, what in (("words", {"typed": "text=Half+an+hour"}), ("act", {"sent": "password=canary"})):
        assert stash.put(str(ann.pk), stash.Purpose(purpose), "/page/", what, 60)
    with taken(ann) as archive:
        rows = json.loads(archive.read("data/typed.json"))
    assert sorted(row["words"] for row in rows) == ["", "text=Half+an+hour"]


def test_why_something_is_as_it_is_stands_in_words_beside_its_code(ann) -> None:
    factories.file(ann, state="skipped", reason=Said(words="It is no picture."))
    with taken(ann) as archive:
        (row,) = json.loads(archive.read("data/files.json"))
    assert (row["reason_code"], row["reason"]) == (Said.code, str(Said(words="It is no picture.")))


def test_every_kind_is_a_file_and_the_readme_explains_it(ann) -> None:
    factories.everything(ann)
    with taken(ann) as archive:
        readme = archive.read("README.txt").decode()
        for kind in inventory.kinds():
            rows = json.loads(archive.read(f"data/{kind.name}.json"))
            assert len(rows) == kind.rows(ann).count()
            assert f"{kind.name}.json" in readme
            assert str(kind.sentence) in readme


def test_no_secret_is_in_it(ann) -> None:
    rows = factories.everything(ann)
    secrets = [b"canary", ann.password.encode()]
    for row in rows:
        for column in row._meta.concrete_fields:
            if isinstance(column, SealedField) and row.__dict__.get(column.attname) is not None:
                secrets.append(str(getattr(row, column.attname)).encode()[:40])
    with taken(ann) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert [secret for secret in secrets if secret in content] == []
    assert b"Ann's template" in content


def test_nothing_of_another_person_is_in_it(ann) -> None:
    factories.everything(ann)
    bob = factories.person("Bob")
    foreign = factories.everything(bob)
    with taken(ann) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Bob" not in content
    assert b"bob@" not in content
    assert [row.pk for row in (bob, *foreign) if str(row.pk).encode() in content] == []


def test_pictures_that_are_still_held_are_in_it_as_they_are(ann) -> None:
    picture, other = factories.asset(ann), factories.asset(factories.person("Bob"))
    hold(picture, b"the very bytes" * 100_000)
    hold(other, b"Bob's bytes")
    with taken(ann) as archive:
        assert archive.read(f"media/{picture.pk}.jpg") == b"the very bytes" * 100_000
        assert [name for name in archive.namelist() if str(other.pk) in name] == []


def test_it_comes_in_pieces_and_not_as_a_whole(ann) -> None:
    factories.everything(ann)
    hold(factories.asset(ann), bytes(range(256)) * 40_000)
    pieces = [len(piece) for piece in export.stream(ann, by=TERMINAL)]
    assert len(pieces) > 20
    assert max(pieces) < 2 * export.CHUNK


def test_taking_it_is_in_the_security_log(ann) -> None:
    before = ann.pk
    export.stream(ann, by=TERMINAL)
    event = Event.objects.latest("created_at")
    assert (event.kind, event.person) == ("export", before)


def test_the_file_of_the_command_is_nobody_elses_to_read(ann, tmp_path: Path, capsys) -> None:
    factories.everything(ann)
    call_command("export_account", "ann@example.org", "--to", str(tmp_path / "a.zip"), "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (tmp_path / "a.zip").stat().st_mode & 0o777 == 0o600
    assert answer["rows"]["account"] == 1
    assert answer["bytes"] == (tmp_path / "a.zip").stat().st_size
    with pytest.raises(NotPossible, check=with_reason(FileThere)):
        export.write(ann, tmp_path / "a.zip", by=TERMINAL)
