"""An install of its own for each test run, with nothing from the machine's environment in it.

Named in pyproject.toml (`-p tests.own_install`), because a conftest comes too late: pytest-django has read the
settings by then, and two runs at once would meet in one `var/`.

What Python has compiled is kept, for the tests and for each process that they start, also where the machine says
otherwise: to compile Django and all tests anew for each process is more work than most tests are.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile

import pytest

FOREIGN = ["REMOTE_ROOT", "PUBLIC_URL", "PRACTICE", "BUCKET_URL", "DATABASE_URL", "REDIS_URL", "COMPATIBLE_URL"]
FOREIGN += ["PYTHONDONTWRITEBYTECODE", "SSL_CERT_FILE"]

os.environ["VAR"] = tempfile.mkdtemp(prefix="poster-tests-")
for _name in FOREIGN:
    os.environ.pop(_name, None)
os.environ["DELIVERIES_AT_ONCE"] = "1"  # a transaction of a test is nothing that threads could see
sys.dont_write_bytecode = False
# Nobody outside is spoken to, so nobody's certificate is trusted: to read all of them takes each client of a service
# longer than its call.
os.environ["SSL_CERT_DIR"] = os.environ["VAR"]
# Every test process has a processor; threads that wait for each other on it burn several times what they work.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
if _database := os.environ.get("TEST_DATABASE_URL"):  # SQLite otherwise
    os.environ["DATABASE_URL"] = _database


def pytest_unconfigure(config: pytest.Config) -> None:
    """Nothing of it stays."""
    shutil.rmtree(os.environ["VAR"], ignore_errors=True)
