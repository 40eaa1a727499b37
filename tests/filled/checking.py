"""What has to hold of a filled database, whatever its tables became since: what does not, told by a code."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

import tests.facts  # noqa: F401 - what lines of the factories say is known once it was imported
from accounts.models import Channel, Credential, Request
from accounts.sign_in import second_factors
from operations.doctor import examine
from poster.database import trigger_sync
from poster.doctor import Level
from poster.ledger.verification import verify
from poster.reasons import Unknown
from poster.reasons.fields import loaded, reasons_of
from poster.secrets.fields import SealedField
from poster.secrets.keyring import Undecryptable
from tests import ours
from watches.models import Watch

# What the doctor says of the machine that it runs on, and of an install that nobody has started.
OF_THE_MACHINE = {"data folder", "public address", "Graph API"}


class Code(StrEnum):
    """What is wrong."""

    MIGRATION = "migration"  # one is left
    TRIGGER = "trigger"
    LEDGER = "ledger"
    REASON = "reason"  # a code or parameters that this version does not know
    SEALED = "sealed"  # a value that the keys of its time do not open
    COUNT = "count"  # rows came or went
    DOCTOR = "doctor"


class Wrong(NamedTuple):
    """One thing that does not hold; `about`: of what."""

    code: Code
    about: str


def wrong(counts: dict[str, int]) -> list[Wrong]:
    """Everything, of the database that the connection leads to. `counts`: how many rows each table had in the dump."""
    executor = MigrationExecutor(connection)
    return [
        *(Wrong(Code.MIGRATION, str(step)) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())),
        *(Wrong(Code.TRIGGER, str(each)) for each in trigger_sync.differences(connection)),
        *(Wrong(Code.LEDGER, f"{each.code}: {each.sentence}") for each in verify()),
        *_counted(counts),
        *(each for model in models() for row in model._default_manager.order_by("pk") for each in _of(row)),
        *_factors(),
        *_doctored(),
    ]


def models() -> list[type[Model]]:
    """Those of ours, with what ties them; and what allauth keeps."""
    labels = (*ours.OURS, "mfa", "usersessions", "account")
    return [model for app in labels for model in apps.get_app_config(app).get_models(include_auto_created=True)]


def _counted(counts: dict[str, int]) -> Iterator[Wrong]:
    for model in models():
        table = model._meta.db_table
        there = model._base_manager.count()
        if there != counts.get(table, there):
            yield Wrong(Code.COUNT, f"{table} has {there} rows, and had {counts[table]}")


def _of(row: Model) -> Iterator[Wrong]:
    """Its name can be said, its reasons are known and can be said, its sealed values open."""
    str(row)
    reasons: list[Any] = [getattr(row, name) for name in reasons_of(type(row))]
    reasons += loaded(row.outcomes) if isinstance(row, Request) else []
    for reason in filter(None, reasons):
        if isinstance(reason, Unknown) or not str(reason):
            yield Wrong(Code.REASON, f"{row._meta.label} {row.pk}: {reason.code}")
    for field in row._meta.concrete_fields:
        if isinstance(field, SealedField):
            try:
                getattr(row, field.attname)
            except Undecryptable:
                yield Wrong(Code.SEALED, f"{row._meta.label}.{field.attname} {row.pk}")


def _factors() -> Iterator[Wrong]:
    for row in Authenticator.objects.all():
        for sealed in (row.data[name] for name in second_factors.SECRETS if name in row.data):
            try:
                second_factors.opened(sealed, row.user_id)
            except second_factors.SecondFactorLost:
                yield Wrong(Code.SEALED, f"a second factor of {row.user_id}")


def _doctored() -> Iterator[Wrong]:
    """Problems that no row has on purpose."""
    told = {each.name: each.sentence for each in examine(offline=True) if each.level is Level.PROBLEM}
    for name in told.keys() - _on_purpose():
        if not name.startswith(tuple(OF_THE_MACHINE)):
            yield Wrong(Code.DOCTOR, f"{name}: {told[name]}")


def _on_purpose() -> set[str]:
    """As the doctor calls the places and logins to be connected again, and the watches that need somebody."""
    blocked = Channel.objects.filter(state=Channel.State.BLOCKED)
    return {
        *(f"channel {each.name} ({each.platform})" for each in blocked),
        *(f"account {each.name} ({each.provider})" for each in Credential.objects.filter(state="blocked")),
        *(f"watch {each.name}" for each in Watch.objects.filter(state=Watch.State.BROKEN)),
    }


def tables() -> set[tuple[object, ...]]:
    """(table, column, whether it may be empty) and (table, what a constraint or an index is called)."""
    found: set[tuple[object, ...]] = set()
    asked = connection.introspection
    with connection.cursor() as cursor:
        for table in asked.table_names(cursor):
            found |= {(table, each.name, each.null_ok) for each in asked.get_table_description(cursor, table)}
            found |= {(table, name) for name in asked.get_constraints(cursor, table) if not name.startswith("__")}
    return found
