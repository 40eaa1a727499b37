"""Lists that scale: of a million rows, a page reads as many as of a thousand.

A long list is newest first, which an index gives, and has no other order. It is counted to `ShortPaginator.MOST`; its
last page leads to what is older, and an address names where that begins. A search asks the index of words, where the
rows have one. What no index answers (a filter that is named in `scanned`, another search) is looked for in the newest
`LOOKED_THROUGH` rows, and the page says so and leads further.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext_lazy as _

from poster.database import word_index
from poster.database.word_index import WordIndex

if TYPE_CHECKING:
    AnyPaginator = Paginator[Any]
    AnyAdmin = admin.ModelAdmin[Any]
else:
    AnyPaginator, AnyAdmin = Paginator, admin.ModelAdmin  # cannot be subscripted when they run

LOOKED_THROUGH = 20_000  # rows that one request looks through when no index answers
NARROWS_NOTHING = {PAGE_VAR, SEARCH_VAR, ORDER_VAR}
MOMENT = dt.timedelta(microseconds=1)


class BoundedPaginator(AnyPaginator):
    """Counts no further than `MOST`: a list of a million rows opens as fast as one of ten."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return rows.order_by()[: self.MOST].count() if isinstance(rows, QuerySet) else len(rows)


class ShortPaginator(BoundedPaginator):
    """Of a list whose last page leads further."""

    MOST = 1_000


class Cursor(NamedTuple):
    """A place in a list by time: that of this row. `key`: what tells rows of one moment apart; "" for no row."""

    moment: dt.datetime
    key: str = ""

    def __str__(self) -> str:
        return f"{self.moment.isoformat()},{self.key}"

    @classmethod
    def read(cls, text: str, tie: Any) -> Cursor | None:  # noqa: ANN401 - a field
        """None for what is none. `tie`: the field that its key is of."""
        when, _, key = text.partition(",")
        try:
            moment = parse_datetime(when)
            known = str(tie.to_python(key)) if key else ""
        except (ValueError, ValidationError):
            return None
        return cls(moment, known) if moment and is_aware(moment) else None

    def older(self, rows: QuerySet[Any], tie: str) -> QuerySet[Any]:
        """Those behind it; without a key, none of the same moment is. The index is entered at the moment."""
        if not self.key:
            return rows.filter(created_at__lt=self.moment)
        behind = Q(created_at__lt=self.moment) | Q(**{f"{tie}__lt": self.key})
        return rows.filter(behind, created_at__lte=self.moment)


# All there is. Said all the same: without it SQLite joins two tables from the wrong one, and sorts a million rows.
# Where a filter narrows it, the filter's own index is the better way in.
EVERYTHING = Cursor(dt.datetime(9999, 1, 1, tzinfo=dt.UTC))


def among(rows: QuerySet[Any], keys: list[Any]) -> QuerySet[Any]:
    """Those of `rows` with these keys. Told a long list, SQLite reads all rows of the owner instead."""
    if connection.vendor != "sqlite":
        return rows.filter(pk__in=keys)
    listed = json.dumps([key.hex for key in keys])
    return rows.filter(pk__in=RawSQL("SELECT value FROM json_each(%s)", [listed]))


class OlderFilter(admin.SimpleListFilter):
    """What is older than the list that led here, and how far back it is looked for. It offers nothing by itself."""

    title = _("time")
    parameter_name = "before"
    template = "admin/older_filter.html"
    ends: Cursor | None = None  # it was not looked any further back than this
    is_looked_through = False  # row by row

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        self.tie: str = model_admin.tie
        self.index = word_index.indexes().get(model_admin.model)
        self.scanned = (*([] if self.index else [SEARCH_VAR]), *model_admin.scanned_for(request))
        self.cursor = cursor = Cursor.read(self.value() or "", model_admin.opts.get_field(self.tie))
        label = date_format(localtime(cursor.moment), "d M Y, H:i") if cursor else ""
        return [(str(cursor) if cursor else "", label)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = self.cursor.older(queryset, self.tie) if self.cursor else queryset
        if self.index and (typed := request.GET.get(SEARCH_VAR, "").strip()):
            return self._found(self.index, rows, typed, request.user)
        if any(self._is_scanned(name) for name, value in request.GET.items() if value):
            return self._looked_through(rows)
        narrowed = request.GET.keys() - NARROWS_NOTHING
        return rows if narrowed else EVERYTHING.older(rows, self.tie)

    def _is_scanned(self, name: str) -> bool:
        return name.partition("__")[0] in self.scanned

    def _found(self, index: WordIndex, rows: QuerySet[Any], typed: str, person: Any) -> QuerySet[Any]:  # noqa: ANN401
        words = word_index.words_in(typed)
        if not words:
            return rows.none()
        if connection.vendor != "sqlite":
            return word_index.having(EVERYTHING.older(rows, self.tie), words, index.column)
        place = self.cursor or EVERYTHING
        until = place.moment if place.key else place.moment - MOMENT
        owner = None if person.is_superuser else person.pk
        most = ShortPaginator.MOST
        keys, ends = word_index.newest(connection, index, words, owner=owner, until=until, most=most)
        self.ends = Cursor(ends) if ends else None
        return among(rows, keys)

    def _looked_through(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        moments = EVERYTHING.older(rows, self.tie).order_by("-created_at").values_list("created_at", flat=True)
        first = list(moments[LOOKED_THROUGH : LOOKED_THROUGH + 1])
        if not first:
            return rows
        self.ends, self.is_looked_through = Cursor(first[0] + MOMENT), True
        return rows.filter(created_at__gt=first[0])


class LongChangeList(ChangeList):
    """Newest first, whatever the address says."""

    is_long = True

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        known: Any = self.model_admin
        return ["-created_at", f"-{known.tie}"]

    def get_filters(self, request: HttpRequest) -> Any:  # noqa: ANN401
        """No filter of ours finds a row twice (`OwnFilter`), so nothing is sorted to find that out."""
        specs, any_offered, rest, _twice, active = super().get_filters(request)
        return specs, any_offered, rest, False, active

    @property
    def further(self) -> str:
        """The link to what is behind the last of these rows; "" on any other page, and when there is none."""
        cursor = self._cursor()
        return self.get_query_string({OlderFilter.parameter_name: str(cursor)}, [PAGE_VAR]) if cursor else ""

    @property
    def looked_through(self) -> int:
        """How many rows were looked through, where that is not all of them."""
        return LOOKED_THROUGH if self._older.is_looked_through else 0

    @property
    def _older(self) -> OlderFilter:
        return next(each for each in self.filter_specs if isinstance(each, OlderFilter))

    def _cursor(self) -> Cursor | None:
        rows: Any = self.result_list
        is_last = self.page_num >= self.paginator.num_pages
        if self.result_count < ShortPaginator.MOST:
            return self._older.ends if is_last or self.looked_through else None
        return self._at(list(rows)[-1]) if is_last else None

    def _at(self, row: Any) -> Cursor:  # noqa: ANN401
        known: Any = self.model_admin
        return Cursor(row.created_at, str(getattr(row, known.tie)))

    def part(self, fetched: Sequence[str]) -> tuple[list[Any], Cursor | None]:
        """What stands on its pages, and where the last of them leads; of what is related, `fetched` alone."""
        rows = list(self.queryset.prefetch_related(None).prefetch_related(*fetched)[: ShortPaginator.MOST])
        return rows, self._older.ends if len(rows) < ShortPaginator.MOST else self._at(rows[-1])


class LongList(AnyAdmin):
    """For a ModelAdmin, in front of its base. `scanned`: the fields of filters that no index answers.

    `tie`: what tells rows of one moment apart; of a row in two tables, a column of the one that holds the moment.
    """

    paginator = ShortPaginator
    list_per_page = 40
    sortable_by = ()
    scanned: tuple[str, ...] = ()
    tie = "id"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ANN401
        return LongChangeList

    def get_list_filter(self, request: HttpRequest) -> Any:  # noqa: ANN401
        return [OlderFilter, *super().get_list_filter(request)]

    def scanned_for(self, request: HttpRequest) -> tuple[str, ...]:
        """The same, where it matters who asks."""
        return self.scanned

    def everything_found(self, request: HttpRequest, *fetched: str) -> Iterator[Any]:
        """All rows that the list leads to under the search and the filters of the address, on whatever page one is.

        They come part by part, as to somebody who presses "Older" until there is nothing: no row that a page looks
        through later is left out, and no more of them is held than a page leads to. An address that the list refuses
        is refused at once.
        """
        asked = request.GET.copy()
        asked.pop(PAGE_VAR, None)
        return self._parts(request, asked, fetched, self._listed(request, asked))

    def _parts(
        self, request: HttpRequest, asked: QueryDict, fetched: Sequence[str], first: ChangeList
    ) -> Iterator[Any]:
        listed: Any = first
        while True:
            rows, cursor = listed.part(fetched)
            yield from rows
            if cursor is None:
                return
            if str(cursor) == asked.get(OlderFilter.parameter_name):
                raise RuntimeError(f"more than {LOOKED_THROUGH} rows of one moment, {cursor.moment}")
            asked[OlderFilter.parameter_name] = str(cursor)
            listed = self._listed(request, asked)

    def _listed(self, request: HttpRequest, asked: QueryDict) -> ChangeList:
        """The list under this address, for whoever has sent the request."""
        other: Any = copy(request)
        other.GET = asked.copy()
        return self.get_changelist_instance(other)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The rows are looked through once, and not again to count them. `OlderFilter` has asked the index of words."""
        if self.model in word_index.indexes():
            return queryset, False
        rows, _twice = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return rows, False
        keys = list(rows.values_list("pk", flat=True)[: ShortPaginator.MOST])
        return among(queryset, keys), False
