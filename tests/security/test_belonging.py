"""The database refuses to mix two people's rows, whoever asks it to: see poster.database.tenant_triggers."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from accounts.models import User
from poster.database.tenant_triggers import Tie, staying, ties
from publishing.models import Delivery, Post
from tests import factories
from tests.ours import OURS
from tests.walls import walls_down
from watches.models import FoundFile, SourceCursor

MODELS = {
    model._meta.db_table: model
    for app in OURS
    for model in apps.get_app_config(app).get_models(include_auto_created=True)
}
pytestmark = pytest.mark.django_db


def rows_of(owner: User) -> dict[str, Any]:
    """One row of each of the tables that are tied."""
    factories.everything(owner)
    found = {}
    for table in {name for each in ties() for name in (each.table, each.other, each.mine) if name}:
        model = MODELS[table]
        found[table] = model._default_manager.filter(**{_way(model): owner}).first()
    found["watches_sourcecursor"] = SourceCursor.objects.filter(owner=owner).first()
    return found


def _way(model: type[models.Model]) -> str:
    """From a row to its person."""
    fields = {field.name for field in model._meta.get_fields()}
    return next(f"{first}owner" for first in ("", "post__", "watch__", "asset__", "trial__") if _leads(first, fields))


def _leads(first: str, fields: set[str]) -> bool:
    return ("owner" if not first else first.removesuffix("__")) in fields


@pytest.fixture
def two() -> tuple[dict[str, Any], dict[str, Any]]:
    return rows_of(factories.person("Alice")), rows_of(factories.person("Bob"))


@pytest.mark.parametrize("of", ties(), ids=[each.name for each in ties()])
def test_a_row_is_not_moved_to_somebody_elses(of: Tie, two) -> None:
    hers, his = two
    table = MODELS[of.table]._default_manager
    with pytest.raises(IntegrityError, match="two people"), transaction.atomic():
        table.filter(pk=his[of.table].pk).update(**{of.column: hers[of.other].pk})


@pytest.mark.parametrize("of", ties(), ids=[each.name for each in ties()])
def test_a_new_row_does_not_lead_to_somebody_elses(of: Tie, two) -> None:
    hers, his = two
    row = his[of.table]
    fields = row._meta.concrete_fields
    values = {field.attname: getattr(row, field.attname) for field in fields if not field.primary_key}
    made = type(row)(**{**values, of.column: hers[of.other].pk})
    with pytest.raises(IntegrityError, match="two people"), transaction.atomic():
        made.save(force_insert=True)


@pytest.mark.parametrize("table", staying())
def test_a_row_stays_with_its_owner(table: str, two) -> None:
    model = MODELS[table]
    bob = User.objects.get(name="Bob")
    with pytest.raises(IntegrityError, match=r"stays with its owner|two people"), transaction.atomic():
        model._default_manager.filter(owner__name="Alice").update(owner=bob)


def test_what_is_ones_own_goes_through(two) -> None:
    """The machine's own moves, and saving a row as it is."""
    for model in (FoundFile, Post, Delivery):
        for row in model.objects.all():
            row.save()
    assert Delivery.objects.update(state=Delivery.State.CANCELLED) == 2


def test_every_way_from_one_owned_row_to_another_is_tied() -> None:
    """A new foreign key between rows of people fails here until it is tied."""
    tied = {(each.table, each.column) for each in ties()}
    free = {
        ("outbox_ledgerentry", "outgoing_id"),  # these have no owner but through the one row they hang on
        ("watches_sighting", "stream_id"),
        ("publishing_reconciled", "channel_id"),
        ("publishing_reconciled", "restore_id"),  # of the install
        ("publishing_delivery", "outgoing_ptr_id"),
        ("publishing_postasset", "post_id"),
        ("publishing_posttag", "post_id"),
        ("publishing_variant", "post_id"),
        ("watches_watch_channels", "watch_id"),
        ("publishing_trial_channels", "trial_id"),
    }
    found = {
        (table, field.column)
        for table, model in MODELS.items()
        for field in model._meta.local_concrete_fields
        if field.is_relation and field.related_model._meta.db_table in MODELS and field.related_model is not User
    }
    assert found == tied | free


def test_without_the_triggers_nothing_would_refuse(two) -> None:
    """That it is the database which refuses, and no code of ours."""
    hers, his = two
    with walls_down():
        FoundFile.objects.filter(pk=his["watches_foundfile"].pk).update(watch=hers["watches_watch"])
        FoundFile.objects.filter(pk=his["watches_foundfile"].pk).update(watch=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        FoundFile.objects.filter(pk=his["watches_foundfile"].pk).update(watch=hers["watches_watch"])
