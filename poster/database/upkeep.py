"""The database as it runs: what it makes of our questions, and what keeps it quick."""

from __future__ import annotations

import sqlite3

from django.db import Error, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor


def understood(error: Error) -> bool:
    """Whether the database is there, with all of its tables, and refused what it was asked."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        refused = cause.sqlite_errorcode == sqlite3.SQLITE_ERROR  # not: locked, full, not there
    else:
        refused = not isinstance(error, OperationalError)
    if not refused:
        return False
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return False


def optimize() -> None:
    """Count anew how rows are spread, so that questions find the right index. PostgreSQL does so by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit=1000")  # rows of an index that are read at most
            cursor.execute("ANALYZE")
