"""The menu, in our own words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from poster.dashboard.scoping import WANTS, OwnedAdmin, WantingFilter
from poster.manifests import GROUPS, MenuEntry, manifests
from poster.web.operators import is_operator


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is shown to one person on one page."""

    label: StrOrPromise
    icon: str
    url: str
    current: bool
    count: str
    tone: str
    on_a_phone: bool
    sections: tuple[Line, ...] = ()


def menu(site: AdminSite, request: HttpRequest) -> list[tuple[StrOrPromise, list[Line]]]:
    """The groups that this person sees."""
    groups = [(title, [_line(site, request, entry) for entry in entries]) for title, entries in all_entries()]
    shown = [(title, [line for line in lines if line]) for title, lines in groups]
    return [(title, lines) for title, lines in shown if lines]


def all_entries() -> list[tuple[StrOrPromise, list[MenuEntry]]]:
    """Those of all apps, by their groups and in their order."""
    said = sorted((each for manifest in manifests() for each in manifest.menu), key=lambda each: each.order)
    return [(title, [each for each in said if each.group == title]) for title in GROUPS]


def _line(site: AdminSite, request: HttpRequest, entry: MenuEntry) -> Line | None:
    if entry.sections:
        return _sections(site, request, entry)
    if "." not in entry.where:
        return _page(request, entry)
    model = apps.get_model(entry.where)
    admin = site._registry.get(model)
    if not isinstance(admin, OwnedAdmin) or not admin.has_module_permission(request):
        return None
    number, tone = admin.waiting(request)
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    current = request.path.startswith(url) and not (entry.query and request.path.endswith("/add/"))
    wants = f"{WantingFilter.parameter_name}={WANTS}" if number else ""
    query = "&".join(filter(None, [entry.query.removeprefix("?"), wants]))
    address = f"{url}?{query}" if query else url
    return Line(entry.label, entry.icon, address, current, _said(number), tone, entry.on_a_phone)


def _page(request: HttpRequest, entry: MenuEntry) -> Line | None:
    if entry.operators_only and not is_operator(request):
        return None
    elsewhere = entry.where.startswith(":")
    url = reverse(entry.where.removeprefix(":") if elsewhere else f"admin:{entry.where}")
    current = request.path.startswith(url) if elsewhere else request.path == url
    return Line(entry.label, entry.icon, url, current, "", "", entry.on_a_phone)


def _sections(site: AdminSite, request: HttpRequest, entry: MenuEntry) -> Line | None:
    """Several lists as one line: its number is that of the list that it leads to."""
    lines = tuple(line for section in entry.sections if (line := _line(site, request, section)))
    if not lines:
        return None
    first = next((line for line in lines if line.count), lines[0])
    current = any(line.current for line in lines)
    return replace(
        first, label=entry.label, icon=entry.icon, current=current, on_a_phone=entry.on_a_phone, sections=lines
    )


def _said(number: int) -> str:
    return "99+" if number > 99 else str(number or "")
