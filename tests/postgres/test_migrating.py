"""What an ordinary migration of filled tables leaves behind, on both databases: a whole ledger, and every trigger.

Nothing here puts a trigger up by hand: what `migrate` leaves behind is what is compared.
"""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from outbox import ledger
from outbox.models import LedgerEntry
from poster.database import trigger_sync
from poster.ledger import security_log
from poster.ledger.verification import Code, verify
from poster.models import Event
from publishing.models import Delivery
from tests import factories
from tests.elsewhere import connected_to
from tests.facts import Told
from watches.models import FoundFile

TOY = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("{app}", "{last}")]
    operations = [{operation}]
"""
# What an ordinary release does to a table, by what the operation is called. SQLite makes most of these tables anew.
CHANGES = {
    "a nullable column of a signed table": (
        "outbox",
        'migrations.AddField("ledgerentry", "mood", models.TextField(null=True))',
    ),
    "a column of a signed table that is never empty": (
        "poster",
        'migrations.AddField("event", "mood", models.CharField(max_length=2, default="x", db_default="x"))',
    ),
    "a column of the chain": (
        "poster",
        'migrations.AddField("link", "mood", models.CharField(max_length=2, default="x", db_default="x"))',
    ),
    "a column of a tied table that is never empty": (
        "publishing",
        'migrations.AddField("post", "labels", models.CharField(max_length=2, default="x", db_default="x"))',
    ),
    "a column of a table that many are tied to": (
        "accounts",
        'migrations.AddField("channel", "labels", models.CharField(max_length=2, default="x", db_default="x"))',
    ),
    "an index": ("outbox", 'migrations.AddIndex("ledgerentry", models.Index(fields=["kind"], name="step_by_kind"))'),
    "a longer column": ("watches", 'migrations.AlterField("foundfile", "name", models.CharField(max_length=1200))'),
    "a longer column of a signed table": (
        "outbox",
        'migrations.AlterField("ledgerentry", "worker", models.CharField(max_length=200, blank=True))',
    ),
    "a constraint of a tied table": (
        "watches",
        'migrations.AddConstraint("watch", models.CheckConstraint(condition=models.Q(interval__gte=0), name="toy"))',
    ),
    "a column that is called otherwise": ("poster", 'migrations.RenameField("switch", "thrown_at", "since")'),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker) -> Iterator[None]:
    """An empty install with its rows on each database, migrated by `migrate` and by nothing else."""
    if request.param == "postgresql":
        request.getfixturevalue("on_postgres")
        yield
        return
    shutil.copy(request.getfixturevalue("empty_file"), tmp_path / "fresh.sqlite3")
    with django_db_blocker.unblock(), connected_to(f"sqlite:///{tmp_path}/fresh.sqlite3"):
        yield


@pytest.fixture
def filled(fresh: None) -> Delivery:
    ann = factories.person("Ann")
    factories.everything(ann)
    security_log.record(Event.Kind.CONNECT, Told(words="Connected."), person=ann.pk)
    delivery = Delivery.objects.get(owner=ann)
    ledger.moved(delivery, ledger.Kind.DECISION, Told(words="It waits."))
    assert verify() == []
    return delivery


@pytest.fixture
def toy(tmp_path: Path, settings) -> Iterator[Callable[..., None]]:
    """One migration more in an app, as a release would bring it."""
    home = tmp_path / "toys"
    home.mkdir()
    sys.path.insert(0, str(home))
    made: list[str] = []

    def bring(app: str, operation: str) -> None:
        package = f"toy_{app}_{len(made)}"
        real = Path(importlib.import_module(f"{app}.migrations").__path__[0])
        shutil.copytree(real, home / package, ignore=shutil.ignore_patterns("__pycache__"))
        last = max(path.stem for path in real.glob("0*.py"))
        (home / package / "9999_toy.py").write_text(TOY.format(app=app, last=last, operation=operation))
        importlib.invalidate_caches()
        settings.MIGRATION_MODULES = {**settings.MIGRATION_MODULES, app: package}
        made.append(package)

    yield bring
    sys.path.remove(str(home))
    for name in [name for name in sys.modules if name.partition(".")[0] in made]:
        del sys.modules[name]


def test_migrate_puts_them_all_up(fresh: None) -> None:
    assert trigger_sync.differences(connection) == []
    assert len(trigger_sync.wanted(connection.vendor)) > 40


@pytest.mark.parametrize("change", CHANGES)
def test_a_migration_of_a_filled_table_leaves_ledger_and_triggers_whole(filled, toy, change: str) -> None:
    toy(*CHANGES[change])
    call_command("migrate", verbosity=0)
    assert trigger_sync.differences(connection) == []
    assert verify() == []
    for refused in (lambda: LedgerEntry.objects.update(fact_params="x"), lambda: Event.objects.update(fact_params="x")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            refused()
    bob = factories.person("Bob")
    with pytest.raises(DatabaseError, match=r"stays with its owner|two people"), transaction.atomic():
        FoundFile.objects.update(owner=bob)
    security_log.record(Event.Kind.OPERATION, Told(words="And it goes on."))
    assert verify() == []


def test_a_migration_that_breaks_off_stops_publishing_until_the_next_one(filled: Delivery, toy) -> None:
    toy("publishing", 'migrations.RunSQL("SELECT nothing FROM nowhere")')
    with pytest.raises(DatabaseError):
        call_command("migrate", verbosity=0)
    assert trigger_sync.differences(connection)
    assert {fault.code for fault in verify()} == {Code.TRIGGER}
    toy("publishing", "")
    call_command("migrate", verbosity=0)
    assert trigger_sync.differences(connection) == []


def test_where_there_is_nothing_to_migrate_none_is_taken_down(fresh: None) -> None:
    """Other hosts may be at work."""
    told: list[str] = []

    def note(execute, sql, params, many, context):
        told.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        call_command("migrate", verbosity=0)
    assert [sql for sql in told if "TRIGGER" in sql.upper() and sql.lstrip()[:6] != "SELECT"] == []


def test_migrated_in_part_it_says_what_is_not_up_yet(fresh: None) -> None:
    told = StringIO()
    call_command("migrate", "outbox", "zero", verbosity=1, stdout=told)
    assert "outbox_ledgerentry_unchanged on outbox_ledgerentry is missing" in told.getvalue()
    assert run_checks(tags=[Tags.database], databases=["default"]) == []  # of what is there, nothing is missing
    security_log.record(Event.Kind.OPERATION, Told(words="It happened."))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.update(fact_params="x")
    call_command("migrate", verbosity=0)
    assert trigger_sync.differences(connection) == []
