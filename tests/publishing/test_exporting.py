"""One zip with everything about one person, and nothing else."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Model

from accounts.models import User
from poster import auditing
from poster.asking import NotPossible
from poster.fields import SealedField
from publishing.keeping import exporting, holding
from tests import factories
from watches import spool

OURS = {"poster", "accounts", "watches", "publishing"}


@pytest.fixture
def ann(db, settings, tmp_path: Path) -> User:
    settings.SPOOL = tmp_path / "spool"
    settings.VAR = tmp_path
    return factories.person("Ann", password=factories.PASSWORD)


def taken(person: User) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(exporting.stream(person))))


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
    known = {kind.model for kind in holding.KINDS} | set(holding.LEFT_OUT)
    wanted = {model._meta.label for model in of_people()}
    wanted |= {model._meta.label for model in apps.get_models() if model._meta.app_label in OURS}
    assert wanted - known == set()
    assert {label for label in known if not apps.get_model(label)} == set()


def test_every_kind_is_a_file_and_the_readme_explains_it(ann) -> None:
    factories.everything(ann)
    with taken(ann) as archive:
        readme = archive.read("README.txt").decode()
        for kind in holding.KINDS:
            rows = json.loads(archive.read(f"data/{kind.name}.json"))
            assert len(rows) == kind.rows(ann).count()
            assert f"{kind.name}.json" in readme
            assert kind.sentence in readme


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
    picture = factories.asset(ann, in_spool=True)
    spool.original(picture.pk).write_bytes(b"the very bytes" * 100_000)
    other = factories.asset(factories.person("Bob"), in_spool=True)
    spool.original(other.pk).write_bytes(b"Bob's bytes")
    with taken(ann) as archive:
        assert archive.read(f"media/{picture.pk}.jpg") == b"the very bytes" * 100_000
        assert [name for name in archive.namelist() if str(other.pk) in name] == []


def test_it_comes_in_pieces_and_not_as_a_whole(ann) -> None:
    factories.everything(ann)
    picture = factories.asset(ann, in_spool=True)
    spool.original(picture.pk).write_bytes(bytes(range(256)) * 40_000)
    pieces = [len(piece) for piece in exporting.stream(ann)]
    assert len(pieces) > 20
    assert max(pieces) < 2 * exporting.CHUNK


def test_taking_it_is_in_the_security_log(ann) -> None:
    before = ann.pk
    exporting.stream(ann)
    event = auditing.Event.objects.latest("created_at")
    assert (event.kind, event.person) == ("export", before)


def test_the_file_of_the_command_is_nobody_elses_to_read(ann, tmp_path: Path, capsys) -> None:
    factories.everything(ann)
    call_command("export_account", "ann@example.org", "--to", str(tmp_path / "a.zip"), "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (tmp_path / "a.zip").stat().st_mode & 0o777 == 0o600
    assert answer["rows"]["account"] == 1
    assert answer["bytes"] == (tmp_path / "a.zip").stat().st_size
    with pytest.raises(NotPossible, match="is there already"):
        exporting.write(ann, tmp_path / "a.zip")
