"""The pages themselves. Each is the operator's alone; whoever else asks is refused, and that is written down."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_q.models import Failure

from accounts import mailer
from operations import backlog
from operations.backups import held
from operations.desk import about, chain, queue, storage
from operations.errands import orders
from operations.health import waiting
from operations.models import Errand
from operations.reasons import NotByHand
from poster.dashboard import queue as tasks
from poster.doctor import Level
from poster.permissions import NotPossible, in_dashboard
from poster.reasons import Actor
from poster.web.operators import operators_only
from poster.web.post_only import post_only

Kind = Errand.Kind
# Where each errand is shown.
SHOWN = {
    Kind.DOCTOR: "admin:health",
    Kind.MAIL: "admin:health",
    Kind.BACKUP: "admin:storage",
    Kind.BACKUP_CHECK: "admin:storage",
    Kind.LEDGER: "admin:ledger",
}
ORDER = (Level.PROBLEM, Level.WARNING, Level.OK)
WHO = {
    Actor.OPERATOR: gettext_lazy("You, as the operator"),
    Actor.YOU: gettext_lazy("Whoever it belongs to"),
    Actor.PLATFORM: gettext_lazy("The platform"),
    Actor.NOBODY: gettext_lazy("Nobody: it goes on by itself"),
}


@operators_only
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """What the doctor said last, and whether mail goes out."""
    errands = orders.all_of()
    found = [_finding(each) for each in _report(errands, Kind.DOCTOR).get("findings", [])]
    found.sort(key=lambda each: ORDER.index(each["level"]))
    told = {
        "title": _("Health"),
        "doctor": errands.get(Kind.DOCTOR),
        "wrong": [each for each in found if each["level"] is not Level.OK],
        "well": [each for each in found if each["level"] is Level.OK],
        "problems": sum(each["level"] is Level.PROBLEM for each in found),
        "warnings": sum(each["level"] is Level.WARNING for each in found),
        "mail": errands.get(Kind.MAIL),
        "mail_server": mailer.has_server(),
    }
    return _page(request, "health", told, errands)


@operators_only
@never_cache
@require_safe
def queue_page(request: HttpRequest) -> HttpResponse:
    """What waits, who works, what failed."""
    told = {
        "title": _("Queue"),
        "queue": tasks.health(),
        "waiting": waiting(),
        "backlog": backlog.everything().parts,
        "workers": queue.workers(),
        "failures": queue.failures(),
        "not_by_hand": NotByHand(),
    }
    return _page(request, "queue", told)


@operators_only
@never_cache
@require_safe
def storage_page(request: HttpRequest) -> HttpResponse:
    """Free space, what is held, and backups."""
    errands = orders.all_of()
    told = {
        "title": _("Storage and backups"),
        "storage": storage.storage(),
        "where": held.folder(),
        "listed": held.listed(),
        "backup": errands.get(Kind.BACKUP),
        "check": errands.get(Kind.BACKUP_CHECK),
    }
    return _page(request, "storage", told, errands)


@operators_only
@never_cache
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """The verification, and the lines: `?before=NUMBER` leads on."""
    errands = orders.all_of()
    asked = request.GET.get("before", "")
    lines, older = chain.lines(int(asked) if asked.isdecimal() and len(asked) < 19 else None)
    told = {"title": _("Ledger"), "lines": lines, "older": older, "ledger": errands.get(Kind.LEDGER), "before": asked}
    return _page(request, "ledger", told, errands)


@operators_only
@never_cache
@require_safe
def version(request: HttpRequest) -> HttpResponse:
    """This version, what an update needs, and how much is used."""
    told = {
        "title": _("This install"),
        "versions": about.versions(),
        "migrated_at": about.migrated_at(),
        "use": about.use(),
    }
    return _page(request, "version", told)


@operators_only
def ask(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Ask a worker for it. A GET leads to the page that shows it."""
    if kind not in SHOWN:
        raise Http404
    wanted = Kind(kind)
    return post_only(SHOWN[wanted])(_ask)(request, wanted)


def _ask(request: HttpRequest, wanted: Errand.Kind) -> HttpResponse:
    try:
        orders.ask(wanted, by=in_dashboard(request), about=request.POST.get("about", "")[:100])
        messages.success(request, _("A worker does it now. What comes of it shows up here."))
    except NotPossible as refusal:
        messages.warning(request, str(refusal))
    return redirect(SHOWN[wanted])


@post_only("admin:queue")
@operators_only
def again(request: HttpRequest, pk: str) -> HttpResponse:
    """A task that failed, once more."""
    failure = Failure.objects.filter(pk=pk).first()
    if failure is None:
        raise Http404
    try:
        queue.again(failure.func, by=in_dashboard(request))
        messages.success(request, _("It is in the queue again."))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:queue")


def _report(errands: dict[str, Errand], kind: Errand.Kind) -> dict[str, Any]:
    errand = errands.get(kind)
    return dict(errand.report) if errand else {}


def _finding(told: dict[str, str]) -> dict[str, Any]:
    """As it was kept; who must act, in words."""
    return {**told, "level": Level(told["level"]), "who": WHO[Actor(told["actor"])]}


def _page(
    request: HttpRequest, name: str, told: dict[str, Any], errands: dict[str, Errand] | None = None
) -> HttpResponse:
    mine = [each for kind, each in (errands or {}).items() if SHOWN[Kind(kind)] == f"admin:{name}"]
    under_way = any(each.under_way for each in mine)
    context = {**admin.site.each_context(request), "under_way": under_way, **told}
    return TemplateResponse(request, f"admin/desk/{name}.html", context)
