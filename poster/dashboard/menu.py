"""The menu, in our own words."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse

from poster.dashboard.owning import WANTS, OwnedAdmin, WantingFilter


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `model` is `app.model`, or a page's name without a dot; `query` narrows its list."""

    label: str
    icon: str
    model: str
    query: str = ""


MENU: list[tuple[str, list[Entry]]] = [
    ("", [Entry("Overview", "overview", "index")]),
    (
        "Going out",
        [Entry("Posts", "posts", "publishing.post"), Entry("Deliveries", "deliveries", "publishing.delivery")],
    ),
    (
        "Coming in",
        [
            Entry("Watches", "watches", "watches.watch"),
            Entry("Pictures", "pictures", "watches.asset"),
            Entry("Captions", "captions", "watches.caption"),
        ],
    ),
    (
        "Set up",
        [
            Entry("Social accounts", "channels", "accounts.channel"),
            Entry("Drive accounts", "drive", "accounts.credential", "?provider__exact=google"),
            Entry("Prompt templates", "prompts", "watches.prompttemplate"),
            Entry("AI keys", "spark", "accounts.aikey"),
            Entry("Security log", "history", "poster.event"),
        ],
    ),
    (
        "This install",
        [
            Entry("People", "people", "accounts.user"),
            Entry("Invitations", "plus", "accounts.invitation"),
            Entry("Data requests", "question", "accounts.request"),
            Entry("Provider apps", "apps", "accounts.providerapp"),
            Entry("Queue", "queue", "queue"),
        ],
    ),
]
ON_A_PHONE = ("Overview", "Posts", "Deliveries", "Pictures")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is shown to one person on one page."""

    label: str
    icon: str
    url: str
    current: bool
    count: str
    tone: str


def menu(site: AdminSite, request: HttpRequest) -> list[tuple[str, list[Line]]]:
    """The groups that this person sees."""
    groups = [(title, [_line(site, request, entry) for entry in entries]) for title, entries in MENU]
    shown = [(title, [line for line in lines if line]) for title, lines in groups]
    return [(title, lines) for title, lines in shown if lines]


def _line(site: AdminSite, request: HttpRequest, entry: Entry) -> Line | None:
    if "." not in entry.model:
        return _page(request, entry)
    model = apps.get_model(entry.model)
    admin = site._registry.get(model)
    if not isinstance(admin, OwnedAdmin) or not admin.has_module_permission(request):
        return None
    number, tone = admin.waiting(request)
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    current = request.path.startswith(url) and not (entry.query and request.path.endswith("/add/"))
    wants = f"{WantingFilter.parameter_name}={WANTS}" if number else ""
    query = "&".join(filter(None, [entry.query.removeprefix("?"), wants]))
    return Line(entry.label, entry.icon, f"{url}?{query}" if query else url, current, _said(number), tone)


def _page(request: HttpRequest, entry: Entry) -> Line | None:
    if entry.model == "queue" and not getattr(request.user, "is_superuser", False):
        return None
    url = reverse(f"admin:{entry.model}")
    return Line(entry.label, entry.icon, url, request.path == url, "", "")


def _said(number: int) -> str:
    return "99+" if number > 99 else str(number or "")
