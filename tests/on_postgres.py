"""Tests on PostgreSQL in place of SQLite: `python -m tests.on_postgres`, or with what pytest takes.

They run on the server that TEST_DATABASE_URL names, or else on a private one that goes away with them. Where PostgreSQL
is not installed either, nothing is run: that is told, and no failure. Named alone: the part of the suite that asks most
of a database.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.whole.servers import NotHere, postgres

PART = (
    "tests/accounts/test_authorizing.py",
    "tests/accounts/test_callbacks.py",
    "tests/accounts/test_connecting.py",
    "tests/accounts/test_disconnecting.py",
    "tests/accounts/test_inviting.py",
    "tests/dashboard/test_folding.py",
    "tests/fuzz/test_found.py",
    "tests/poster/test_rotating.py",
    "tests/poster/test_triggers.py",
    "tests/operations/test_erasing.py",
    "tests/operations/test_exporting.py",
    "tests/publishing/test_ledger.py",
    "tests/publishing/test_races.py",
    "tests/operations/test_retiring.py",
    "tests/publishing/test_saying.py",
    "tests/publishing/test_undoing.py",
    "tests/security/test_belonging.py",
    "tests/security/test_services.py",
    "tests/watches/test_races.py",
)


def run(arguments: list[str], url: str) -> int:
    """Pytest's exit code."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments], env={**os.environ, "TEST_DATABASE_URL": url}, check=False
    ).returncode


def main() -> int:
    """From the command line."""
    arguments = sys.argv[1:]
    if not any(each.startswith("tests") for each in arguments):
        arguments += PART
    if given := os.environ.get("TEST_DATABASE_URL"):
        return run(arguments, given)
    try:
        with postgres() as server:
            return run(arguments, server.url)
    except NotHere as error:
        print(f"Nothing was tried on PostgreSQL: {error}.")  # noqa: T201
        return 0


if __name__ == "__main__":
    sys.exit(main())
