"""Every filled database of an earlier state is upgraded, and found whole; and what breaks one is found, too."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.data_rights import agreements
from accounts.models import Acceptance, Credential, User
from outbox.models import LedgerEntry
from poster.database import trigger_sync
from poster.models import Event
from publishing.models import Delivery, Post
from tests import filled_database, ours
from tests.dashboard.every_visit import lists_of_everybody
from tests.elsewhere import connected_to
from tests.filled import checking, dumping, rows
from tests.filled.checking import Code
from tests.filled.install import at_work
from tests.walls import walls_down
from watches.models import Sighting

NAMES = dumping.names("sqlite")
# What Django and allauth bring along, and nobody fills here.
NOT_USED = {"accounts.User_groups", "accounts.User_user_permissions", "account.EmailConfirmation"}
FOLDERS = re.compile(r"/(home|root|tmp|Users|usr|var|opt|work|private)/")


def dump_of(name: str) -> str:
    return dumping.file_of(name, "sqlite").read_text(encoding="utf-8")


def upgraded(name: str, text: str, file: Path) -> None:
    """The dump of that day, loaded and migrated."""
    dumping.into_sqlite(text, file)
    with at_work(dt.date.fromisoformat(name), hour=1), connected_to(f"sqlite:///{file}"):
        call_command("migrate", verbosity=0)


@pytest.fixture(scope="module", params=NAMES)
def upgraded_file(request: pytest.FixtureRequest, django_db_setup, django_db_blocker, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("upgraded") / f"{request.param}.sqlite3"
    with django_db_blocker.unblock():
        upgraded(request.param, dump_of(request.param), file)
    return file


@pytest.fixture
def filled(upgraded_file: Path, tmp_path: Path, django_db_blocker) -> Iterator[dict[str, int]]:
    """A copy of it, an hour after it was written; how many rows its tables had."""
    name, file = upgraded_file.stem, tmp_path / "filled.sqlite3"
    shutil.copy(upgraded_file, file)
    with django_db_blocker.unblock(), at_work(dt.date.fromisoformat(name), hour=1), connected_to(f"sqlite:///{file}"):
        yield dumping.counts(dump_of(name))


@pytest.fixture
def fresh(empty_file: Path, tmp_path: Path, django_db_blocker) -> Iterator[None]:
    shutil.copy(empty_file, tmp_path / "fresh.sqlite3")
    with (
        django_db_blocker.unblock(),
        at_work(dt.date(2026, 11, 30)),
        connected_to(f"sqlite:///{tmp_path}/fresh.sqlite3"),
    ):
        yield


def test_there_is_one() -> None:
    assert NAMES
    assert dumping.names("postgres") == NAMES


def test_upgraded_nothing_of_it_is_lost_and_the_ledger_is_whole(filled: dict[str, int]) -> None:
    assert len(trigger_sync.wanted(connection.vendor)) > 40
    assert filled["outbox_ledgerentry"] > 50
    assert checking.wrong(filled) == []


def test_upgraded_its_tables_are_those_of_a_fresh_install(filled: dict[str, int], empty_file: Path) -> None:
    """A migration that was changed after somebody ran it shows here."""
    there = checking.tables()
    with connected_to(f"sqlite:///{empty_file}"):
        assert there == checking.tables()


def agreed(person: User) -> None:
    """To what has come since, or every page asks for that first."""
    missing = agreements.missing(person.pk).items()
    Acceptance.objects.bulk_create(Acceptance(owner=person, document=each, version=date) for each, date in missing)


def browser_of(name: str) -> Client:
    person, client = User.objects.get(name=name), Client()
    agreed(person)
    client.force_login(person)
    return client


def test_people_open_what_is_theirs_and_nobody_elses(filled: dict[str, int]) -> None:
    post = Delivery.objects.filter(owner__name="Alice", state=Delivery.State.PUBLISHED).first()
    page = reverse("admin:publishing_delivery_change", args=[post.pk])
    alice, bob = browser_of("Alice"), browser_of("Bob")
    shown = alice.get(page)
    assert (shown.status_code, post.permalink in shown.content.decode()) == (200, True)
    assert bob.get(page).status_code in {302, 403, 404}
    for where in lists_of_everybody():
        assert (alice.get(where).status_code, where) == (200, where)
        theirs = bob.get(where)
        assert (theirs.status_code, b"Alice" in theirs.content) == (200, False), where


# -- what breaks it ---------------------------------------------------------------------------------------------------
def line_taken_out() -> None:
    with walls_down():
        LedgerEntry.objects.order_by("pk").first().delete()


def line_changed() -> None:
    with walls_down():
        LedgerEntry.objects.filter(pk=LedgerEntry.objects.order_by("pk").first().pk).update(trace_id="other")


def event_changed() -> None:
    with walls_down():
        Event.objects.filter(pk=Event.objects.order_by("pk").first().pk).update(kind="other")


def state_moved() -> None:
    Delivery.objects.filter(state=Delivery.State.CHECKING).update(state=Delivery.State.CANCELLED)


def secret_moved() -> None:
    one, other = Credential.objects.order_by("pk")[:2]
    Credential.objects.filter(pk=one.pk).update(secret=other.__dict__["secret"])


def row_lost() -> None:
    Sighting.objects.order_by("pk").first().delete()


def code_renamed() -> None:
    Post.objects.exclude(hold_code="").update(hold_code="publishing.renamed")


def parameter_renamed() -> None:
    Post.objects.exclude(hold_code="").update(hold_params='{"renamed":1}')


def trigger_left_out() -> None:
    trigger_sync.take_down(connection, trigger_sync.wanted(connection.vendor)[:1])


def file_forgotten() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'publishing'")


BREAKS: dict[Callable[[], None], set[Code]] = {
    line_taken_out: {Code.LEDGER, Code.COUNT},
    line_changed: {Code.LEDGER},
    event_changed: {Code.LEDGER},
    state_moved: {Code.LEDGER},
    secret_moved: {Code.SEALED},
    row_lost: {Code.COUNT},
    code_renamed: {Code.REASON},
    parameter_renamed: {Code.REASON},
    trigger_left_out: {Code.TRIGGER, Code.LEDGER},
    file_forgotten: {Code.MIGRATION},
}


@pytest.mark.parametrize("breaks", BREAKS, ids=[each.__name__ for each in BREAKS])
def test_an_upgrade_that_breaks_something_is_found(filled: dict[str, int], breaks: Callable[[], None]) -> None:
    breaks()
    assert {each.code for each in checking.wrong(filled)} - {Code.DOCTOR} == BREAKS[breaks]


def test_a_line_that_gets_lost_before_the_triggers_are_up_is_found(
    django_db_setup, django_db_blocker, tmp_path
) -> None:
    """As a migration would lose it that lays a table out anew."""
    name, file = NAMES[-1], tmp_path / "short.sqlite3"
    whole = dump_of(name)
    short = re.sub(r'^INSERT INTO "outbox_ledgerentry".*?;\n(?=INSERT)', "", whole, count=1, flags=re.M | re.S)
    assert dumping.counts(short)["outbox_ledgerentry"] == dumping.counts(whole)["outbox_ledgerentry"] - 1
    with django_db_blocker.unblock():
        upgraded(name, short, file)
        with at_work(dt.date.fromisoformat(name), hour=1), connected_to(f"sqlite:///{file}"):
            assert {each.code for each in checking.wrong(dumping.counts(whole))} == {Code.LEDGER, Code.COUNT}


# -- how one is made --------------------------------------------------------------------------------------------------
def chosen() -> Iterator[tuple[type[Model], Any]]:
    """The columns that hold one of a few values of ours."""
    for model in (model for app in ours.OURS for model in apps.get_app_config(app).get_models()):
        for field in model._meta.local_concrete_fields:
            if isinstance(field.choices, list):
                yield model, field


def _lacks(model: type[Model], field: Any) -> set[Any]:
    return {value for value, _ in field.flatchoices} - set(model._base_manager.values_list(field.name, flat=True))


def test_the_next_one_has_every_model_every_state_and_every_reason_column(fresh: None) -> None:
    rows.fill()
    assert checking.wrong({}) == []
    empty = {model._meta.label for model in checking.models() if not model._base_manager.exists()}
    assert empty == NOT_USED
    lacks = {f"{model._meta.label}.{field.name}": left for model, field in chosen() if (left := _lacks(model, field))}
    assert lacks == {}
    columns = rows.reason_columns()
    assert [name for model, name in columns if not model._base_manager.exclude(**{f"{name}_code": ""}).exists()] == []
    assert len(columns) > 10


def test_one_that_is_there_is_never_written_again() -> None:
    with pytest.raises(SystemExit):
        filled_database.write(dt.date.fromisoformat(NAMES[0]), afresh=False)


def test_none_was_edited() -> None:
    assert dumping.files() == dumping.checksums()


@pytest.mark.parametrize("path", sorted(dumping.FOLDER.glob("*.sql")), ids=lambda path: path.name)
def test_a_dump_names_no_machine_and_nobody_who_is_erased(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text) <= filled_database.MOST
    assert FOLDERS.findall(text) == []
    assert "cleo" not in text.lower()  # who is erased is not in it, either
    here = {str(Path.home()), tempfile.gettempdir(), str(ours.ROOT), socket.gethostname()}
    assert [each for each in here if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text)] == []


def test_every_line_says_that_it_was_written_by_no_machine(upgraded_file: Path) -> None:
    with closing(sqlite3.connect(upgraded_file)) as database:
        workers = {each for (each,) in database.execute("SELECT worker FROM outbox_ledgerentry")}
    assert {each.partition(":")[0] for each in workers} == {filled_database.HOST}
