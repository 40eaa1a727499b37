"""Whether the database is the one of this version, and bringing it up to date."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from operations import start_checks
from operations.start_checks import CannotStart


def migrate(say: Callable[[str], None]) -> None:
    """Bring it up to date. Raises CannotStart for a database of another version."""
    _refuse_another_version()
    if _is_migrated():  # what does not stand now was taken away by somebody: said before it is put back
        for line in start_checks.mend():
            say(line)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")  # dozens of small steps, that can all be done again
    call_command("migrate", verbosity=0)


def check() -> None:
    """Raises CannotStart unless it is up to date: a part that runs alone changes no table."""
    _refuse_another_version()
    if not _is_migrated():
        raise CannotStart("The database is not up to date. Run `manage.py migrate` once, then start the parts.")


def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _refuse_another_version() -> None:
    """A database that knows steps which this version does not have has other tables than we think."""
    loader = MigrationExecutor(connection).loader
    strange = sorted(f"{app}.{name}" for app, name in loader.applied_migrations if _is_strange(loader, app, name))
    if strange:
        raise CannotStart(
            f"The database was made by another version of ai-poster (it knows {strange[0]}, which this one does not). "
            "Start that version, or set VAR to another folder to begin anew."
        )


def _is_strange(loader: MigrationLoader, app: str, name: str) -> bool:
    return app in loader.migrated_apps and (app, name) not in loader.disk_migrations
