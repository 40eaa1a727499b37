"""Calls of a month added up, once for each question: all of them, by day, by model, by source, by person.

Each is one grouped question to the database, along an index, and gives `MOST` rows; what is beyond them is told as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, UUIDField
from django.db.models.functions import TruncDate

from accounts import allowances
from accounts.models import User
from publishing import day_bars
from publishing.models import Post
from publishing.spending.budgets import Budget
from publishing.spending.months import Month
from watches.models import Watch
from writing.ai_costs import counted, figures
from writing.models import AiCall
from writing.names import writer_name

MOST = 12  # rows of one table


@dataclass(frozen=True, slots=True)
class Taken:
    """Calls, and what they took. `cost` in US dollars, of those whose price is known; `unpriced`: how many are not."""

    calls: int
    tokens_in: int
    tokens_out: int
    seconds: float
    cost: Decimal
    unpriced: int
    priced_tokens: int = 0

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Taken:
        """Of an answer to `TAKEN`."""
        return cls(
            found["calls"],
            found["tokens_in"] or 0,
            found["tokens_out"] or 0,
            found["took"] or 0.0,
            Decimal(found["money"] or 0),
            found["unpriced"],
            found["priced_tokens"] or 0,
        )

    @property
    def tokens(self) -> int:
        """Asked and answered together."""
        return self.tokens_in + self.tokens_out

    def without(self, others: Iterable[Taken]) -> Taken:
        """What is left of it."""
        told = list(others)
        return Taken(
            self.calls - sum(each.calls for each in told),
            self.tokens_in - sum(each.tokens_in for each in told),
            self.tokens_out - sum(each.tokens_out for each in told),
            self.seconds - sum(each.seconds for each in told),
            self.cost - sum(each.cost for each in told),
            self.unpriced - sum(each.unpriced for each in told),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table. `key`: whom or what it is about; `budget`: of a person, in the present month."""

    name: str
    taken: Taken
    key: Any = None
    budget: Budget | None = None
    service: str = ""  # a captioner, where the row is about one

    @property
    def rate(self) -> Decimal | None:
        """US dollars for a million of its tokens, asked and answered together; None where nothing is known of it."""
        tokens = self.taken.priced_tokens
        return self.taken.cost * 10**6 / tokens if tokens else None


@dataclass(frozen=True, slots=True)
class Table:
    """`rest`: what is in none of its lines; None when nothing is."""

    lines: list[Line]
    rest: Taken | None


def calls_of(person: User | None) -> QuerySet[AiCall]:
    """Theirs; of everybody with None, which only an operator may ask for."""
    calls = AiCall.objects.order_by()
    return calls if person is None else calls.filter(owner=person)


def within(calls: QuerySet[AiCall], month: Month) -> QuerySet[AiCall]:
    return calls.filter(created_at__gte=month.begins, created_at__lt=month.ends)


def total(calls: QuerySet[AiCall]) -> Taken:
    return Taken.of(calls.aggregate(**_added()))


def bars(calls: QuerySet[AiCall], month: Month) -> list[day_bars.Bar]:
    """Each day of the month, as high as it is to the dearest one."""
    rows = (
        calls.annotate(day=TruncDate("created_at", tzinfo=allowances.zone())).values("day").annotate(money=Sum("cost"))
    )
    spent = {row["day"]: Decimal(row["money"] or 0) for row in rows}
    return day_bars.drawn(month.days, [spent.get(day, Decimal(0)) for day in month.days])


def by_model(calls: QuerySet[AiCall], whole: Taken) -> Table:
    def line(row: Mapping[str, Any]) -> Line:
        return Line(writer_name(row["captioner"], row["model"]), Taken.of(row), service=row["captioner"])

    return _table(_grouped(calls, "captioner", "model"), line, whole)


def by_source(calls: QuerySet[AiCall], whole: Taken) -> Table:
    """By the watch of the post that it was about. Tries, and posts that are gone or never had one, are under none."""
    of_post = Post.objects.filter(pk=OuterRef("subject")).order_by().values("watch")[:1]
    rows = list(_grouped(calls.annotate(source=Subquery(of_post, output_field=UUIDField())), "source"))
    names = dict(Watch.objects.filter(pk__in=[row["source"] for row in rows]).values_list("pk", "name"))

    def line(row: Mapping[str, Any]) -> Line:
        known: UUID | None = row["source"] if row["source"] in names else None
        return Line(names.get(row["source"], ""), Taken.of(row), key=known)

    return _table(rows, line, whole)


def by_person(calls: QuerySet[AiCall], whole: Taken, month: Month) -> Table:
    """With their budgets, where it is the present month."""
    paid = {f"budget_{name}": each for name, each in figures(Q(paid_by_operator=True)).items()}
    rows = list(_grouped(calls, "owner", **paid))
    people = User.objects.in_bulk([row["owner"] for row in rows])

    def line(row: Mapping[str, Any]) -> Line:
        person = people[row["owner"]]
        spent = counted({name.removeprefix("budget_"): row[name] for name in paid})
        budget = Budget(spent, allowances.ai_budget(person)) if month.is_present else None
        return Line(str(person), Taken.of(row), key=person.pk, budget=budget)

    return _table(rows, line, whole)


def _added() -> dict[str, Any]:
    return {
        "calls": Count("pk"),
        "tokens_in": Sum("input_tokens"),
        "tokens_out": Sum("output_tokens"),
        "took": Sum("seconds"),
        "money": Sum("cost"),
        "unpriced": Count("pk", filter=Q(cost=None)),
        "priced_tokens": Sum(F("input_tokens") + F("output_tokens"), filter=Q(cost__isnull=False)),
    }


def _grouped(calls: QuerySet[AiCall], *by: str, **more: Any) -> Iterable[dict[str, Any]]:  # noqa: ANN401 - aggregates
    rows: QuerySet[Any, dict[str, Any]] = calls.values(*by).annotate(**_added(), **more)
    return rows.order_by(F("money").desc(nulls_last=True), "-calls", *by)[:MOST]


def _table(rows: Iterable[Mapping[str, Any]], line: Callable[[Mapping[str, Any]], Line], whole: Taken) -> Table:
    lines = [line(row) for row in rows]
    rest = whole.without(each.taken for each in lines)
    return Table(lines, rest if rest.calls else None)
