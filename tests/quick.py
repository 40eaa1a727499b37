"""What a test run leaves out because no test can see it, and what is seen in a process of its own keeps: the price of
a password's hash, a disk that has to confirm each commit, and rows of permissions, which this product never asks for.

Tests that start real processes (`tests/whole`, `tests/test_start.py`, ...) have all three as everybody has them.
"""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.db.models.signals import post_migrate


class QuickArgon2(Argon2PasswordHasher):
    """The same, made cheap: tests sign in thousands of times."""

    time_cost, memory_cost, parallelism = 1, 64, 1


def pytest_configure(config: pytest.Config) -> None:
    """Before anybody has asked for a hasher."""
    settings.PASSWORD_HASHERS = ["tests.quick.QuickArgon2"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Nobody pulls the plug of this database; those that are cut off are other processes'."""
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Tables are emptied after each test, and Django then makes all permissions anew."""
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
