"""What AI has cost, in the dashboard: one month, one's own; of everybody, or of one person, for the operator."""

from __future__ import annotations

import datetime as dt
from importlib import metadata
from pathlib import Path
from typing import Any, cast

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import allowances
from accounts.models import User
from publishing import day_bars
from publishing.admin.places import key_of
from publishing.spending import months, sums
from publishing.spending.budgets import Budget
from publishing.spending.months import Month

PRICES = "genai-prices"  # the package that has them


@require_safe
def spending(request: HttpRequest) -> HttpResponse:
    """`?month=YYYY-MM&person=ID`. A member's own, whatever the address says."""
    me = cast(User, request.user)
    person = _whose(request, me)
    month = Month.read(request.GET.get("month", ""))
    everything = sums.calls_of(person)
    told = _added_up(everything, month) | _beside(everything, month)
    if person is None:
        calls = sums.within(everything, month)
        told["people"] = sums.by_person(calls, told["whole"], month)
    elif month.is_present:
        told["budget"] = Budget.of(person)
    context = {
        **admin.site.each_context(request),
        "title": _("AI spending"),
        "person": person,
        "is_mine": person == me,
        "operates": me.is_superuser,
        **told,
    }
    return TemplateResponse(request, "admin/publishing/spending.html", context)


def _whose(request: HttpRequest, me: User) -> User | None:
    """None: everybody's."""
    if not me.is_superuser:
        return me
    if asked := request.GET.get("person", ""):
        key = key_of(asked)
        person = User.objects.filter(pk=key).first() if key else None
        if person is None:
            raise Http404
        return person
    alone = len(User.objects.order_by()[:2]) == 1
    return me if alone else None


def _added_up(everything: Any, month: Month) -> dict[str, Any]:  # noqa: ANN401 - a queryset of calls
    calls = sums.within(everything, month)
    whole = sums.total(calls)
    drawn = sums.bars(calls, month) if whole.cost else []
    return {
        "whole": whole,
        "bars": drawn,
        "wide": day_bars.width(drawn),
        "high": day_bars.HIGH,
        "models": sums.by_model(calls, whole),
        "sources": sums.by_source(calls, whole),
    }


def _beside(everything: Any, month: Month) -> dict[str, Any]:  # noqa: ANN401 - a queryset of calls
    """Where one is, and where one can go."""
    package, day = _prices()
    return {
        "month": month,
        "earlier": months.earlier(everything, month),
        "later": months.later(everything, month),
        "next_month": allowances.next_month(),
        "prices": package,
        "prices_of": day,
        "ends": f"{month.ends.isoformat()},",
    }


def _prices() -> tuple[str, dt.date | None]:
    """The list of prices, and the day on which it came to this machine. The list itself takes 100 MB to read."""
    package = metadata.distribution(PRICES)
    files = [Path(str(package.locate_file(file))) for file in package.files or [] if file.name == "METADATA"]
    days = [
        dt.datetime.fromtimestamp(file.stat().st_mtime, tz=allowances.zone()).date() for file in files if file.exists()
    ]
    return f"{PRICES} {package.version}", max(days, default=None)
