"""The questions the product asks about posts and deliveries, in its own words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db import transaction

from outbox.models import Outgoing
from outbox.querysets import OutgoingQuerySet
from poster.work.leases import LeasedQuerySet

if TYPE_CHECKING:
    from publishing.models import Delivery, Post  # noqa: F401 - for the annotations

AT_ONCE = 500  # rows that one statement names


class PostQuerySet(LeasedQuerySet["Post"]):
    """Posts."""

    def waiting(self) -> Self:
        """Drafts that wait for a person."""
        return self.filter(state="draft").exclude(wants_words="captioner")

    def wordless(self) -> Self:
        """Drafts that a captioner is to write for, as long as their files are there."""
        return self.filter(state="draft", wants_words="captioner", file__gone_at=None)


class DeliveryQuerySet(OutgoingQuerySet["Delivery"]):
    """Deliveries: each is a row of its own and one of the outbox."""

    def bulk_create(self, objs: Iterable[Delivery], *_: Any, **__: Any) -> list[Delivery]:  # noqa: ANN401
        """Many new ones: the outbox's rows at once, then each one's own. Django makes none in two tables."""
        rows = list(objs)
        for row in rows:
            row.name_once()
        with transaction.atomic(using=self.db, savepoint=False):
            Outgoing.objects.bulk_create(
                Outgoing(**{field.attname: getattr(row, field.attname) for field in Outgoing._meta.concrete_fields})
                for row in rows
            )
            for row in rows:
                row.save_base(raw=True, force_insert=True)
        return rows

    def update(self, **values: Any) -> int:  # noqa: ANN401
        """As for any queryset, whichever of the two rows has the columns, and a compare-and-swap all the same.

        Django would find the rows first and write to whatever they have become. Here they are held (on SQLite the
        transaction holds everything), so that PostgreSQL asks again what was asked of them.
        """
        apart = {name for name in values if self.model._meta.get_field(name).model is not Outgoing}
        with transaction.atomic(using=self.db, savepoint=False):
            # Rows, not values: Django locks the tables that a row is made of, and of values only the first one.
            held = self.select_related(None).only("pk", "id", "state").order_by("pk")
            keys = [row.pk for row in held.select_for_update(of=("self", "outgoing_ptr"))]
            for begin in range(0, len(keys), AT_ONCE):
                some = keys[begin : begin + AT_ONCE]
                if theirs := {name: value for name, value in values.items() if name not in apart}:
                    Outgoing.objects.filter(pk__in=some).update(**theirs)
                if own := {name: values[name] for name in apart}:
                    self.model._base_manager.filter(pk__in=some).update(**own)
        return len(keys)
