"""What ended badly, a card for each cause: posts that a channel did not get, pictures that could not be read.

Each card has the act that mends it, for all its rows at once, and one that puts it aside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from outbox import manual_actions
from publishing.models import Delivery
from watches.models import FoundFile

Act = tuple[str, str]  # what its button says, and where it posts to


@dataclass(frozen=True, slots=True)
class Failure:
    """One card. `rows`: those it speaks for, the newest first; `place`: where to; `press`, `aside`: for all of them.

    `why`: the same for all of one cause, today and tomorrow.
    """

    key: str
    why: tuple[object, ...]
    rows: list[Any]
    name: str
    sentence: str
    icon: str
    page: str
    place: str = ""
    picture: object = None
    press: Act | None = None
    aside: Act | None = None

    @property
    def number(self) -> int:
        return len(self.rows)


def failures(deliveries: Iterable[Delivery], files: Iterable[FoundFile]) -> list[Failure]:
    """In the order of the newest of each."""
    return [*map(_of_deliveries, _alike(deliveries, _why)), *map(_of_files, _alike(files, _what))]


def _why(row: Delivery) -> tuple[object, ...]:
    """What was missed was missed for one cause, by however many hours."""
    params = None if row.state == Delivery.State.MISSED else row.reason_params
    return row.channel_id or row.channel_name, row.state, row.reason_code, params


def _what(file: FoundFile) -> tuple[object, ...]:
    return file.watch_id, file.state, file.reason_code


def _alike(rows: Iterable[Any], by: Any) -> list[list[Any]]:  # noqa: ANN401 - of either kind
    found: dict[tuple[object, ...], list[Any]] = {}
    for row in rows:
        found.setdefault(by(row), []).append(row)
    return list(found.values())


def _of_deliveries(rows: list[Delivery]) -> Failure:
    first = rows[0]
    pictures = [item.asset_id for item in first.shown][:1]
    posted = all(manual_actions.may_be_posted(row) for row in rows)
    forgotten = all(row.state in Delivery.State.forgettable() for row in rows)
    is_of_all = all(row.reason_params == first.reason_params for row in rows)
    return Failure(
        key=f"failed-{first.pk}",
        why=_why(first),
        rows=rows,
        name=first.text or _("(no words)"),
        sentence=(first.error if is_of_all else "") or first.get_state_display(),
        icon=first.platform,
        page=reverse("admin:publishing_delivery_change", args=[first.pk]),
        place=first.channel_name,
        picture=pictures[0] if pictures else None,
        press=_act(_("Post it now"), _("Post all now"), "publishing_delivery", "post-now", rows) if posted else None,
        aside=_act(_("Put aside"), _("Put all aside"), "publishing_delivery", "forget", rows) if forgotten else None,
    )


def _of_files(rows: list[FoundFile]) -> Failure:
    first = rows[0]
    return Failure(
        key=f"skipped-{first.pk}",
        why=_what(first),
        rows=rows,
        name=first.name,
        sentence=first.sentence,
        icon="pictures",
        page=reverse("admin:watches_foundfile_change", args=[first.pk]),
        picture=first.asset_id,
        press=_act(_("Try again"), _("Try all again"), "watches_foundfile", "try-again", rows),
        aside=_act(_("Put aside"), _("Put all aside"), "watches_foundfile", "put-aside", rows),
    )


def _act(one: str, many: str, kind: str, name: str, rows: list[Any]) -> Act:
    return (many if len(rows) > 1 else one), reverse(f"admin:{kind}_do_many", args=[name])
