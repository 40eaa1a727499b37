"""Everybody can use every page that there is: axe-core finds nothing, for whomever, in light and in dark.

That it is every page is compared with the templates: one that nobody's walk has drawn fails. `make test` lets axe look
at the pages that draw a template or a widget which none before them drew; `make thorough` at all, and on a phone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.signals import template_rendered
from django.urls import path, reverse

from accounts.models import User
from poster import urls
from tests import factories
from tests.accounts.conftest import world  # noqa: F401
from tests.accounts.doors import quick_door  # noqa: F401
from tests.dashboard import every_visit
from tests.dashboard.axe import Visit, walk
from tests.dashboard.test_browser import in_a_thread, sync_playwright
from tests.sandbox_fixture import Box


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("as a page that is broken does")


breaks.login_required = False  # type: ignore[attr-defined]
urlpatterns = [path("breaks/", breaks), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]


@pytest.fixture
def drawn() -> Iterator[set[str]]:
    """The templates of ours that were drawn meanwhile."""
    names: set[str] = set()

    def note(template: Any, **_: Any) -> None:
        names.add(str(template.origin.name))

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


@dataclass
class Growing:
    """Whether more was drawn than when it was last asked."""

    drawn: set[str]
    before: int = 0

    def __call__(self) -> bool:
        before, self.before = self.before, len(self.drawn)
        return self.before > before


@pytest.mark.parametrize(
    ("size", "every"),
    [
        ("desk", False),
        pytest.param("desk", True, marks=pytest.mark.thorough),
        pytest.param("phone", True, marks=pytest.mark.thorough),
    ],
)
def test_axe_finds_nothing_on_any_page(size, every, live_server, sandbox, world, drawn, settings) -> None:  # noqa: F811
    sync_playwright()
    settings.GOOGLE_SIGNIN = ("id.apps.googleusercontent.com", "secret")
    port = str(urlsplit(live_server.url).port)
    worth = None if every else Growing(drawn)
    found = [
        line
        for session, visits in everybody(sandbox, world, port, settings)
        for line in in_a_thread(partial(walk, worth=worth), live_server.url, session, visits, size)
    ]
    assert found == []
    ours = {str(each) for each in (configured.BASE / "templates").rglob("*.html")}
    assert ours - drawn == set()


def everybody(box: Box, world: dict[str, Any], port: str, settings: Any) -> Iterator[tuple[str, list[Visit]]]:  # noqa: F811
    """Each person's session, and where they go. What is made for one is made when the one before is done."""
    olga = factories.person("Olga", operator=True)
    yield "", every_visit.visitor(olga, port)
    settings.SIGN_UP = "request"
    yield "", every_visit.who_asks()
    settings.SIGN_UP = "open"
    yield "", every_visit.who_asks()
    yield _session(factories.person("Noah")), every_visit.newcomer()
    yield every_visit.member(box, factories.person("Alice"), world)
    yield every_visit.account(factories.person("Dora", password=factories.PASSWORD))
    yield every_visit.second_factors(factories.person("Pia", password=factories.PASSWORD))
    yield every_visit.key_lost(factories.person("Kim", password=factories.PASSWORD))
    yield _session(factories.person("Zoe", agreed=False)), [Visit(reverse("admin:index"))]
    yield _session(olga), every_visit.operator(olga)


def _session(person: User) -> str:
    client = Client()
    client.force_login(person)
    return every_visit.session_of(client)
