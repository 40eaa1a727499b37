"""Every address of the product, found by looking: what its answers carry, and that a GET changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Model
from django.test import Client
from django.urls import get_resolver

from poster.models import Event, Link
from tests import factories
from tests.ours import OURS
from tests.security.conftest import World
from tests.security.probing import addresses, filled
from tests.walls import walls_down

pytestmark = pytest.mark.django_db
CANARY = "<svg onload=alert(1)>"
SEEN_BY = ("bob", "olga", "nobody")
# A GET may move these: who was here when; and allauth writes down the address of an account that was made past it.
MOVING = {"sessions.Session", "usersessions.UserSession", "account.EmailAddress"}
# Sealed by a signature instead, of the platform's (test_calling_back has the proof) or of ours; and a share sheet
# has no form of ours (test_sharing has the forged ones).
WITHOUT_CSRF = {"approve_by_link", "mails_end", "not_me", "meta_deauthorize", "meta_deletion", "share"}


def paths(world: World, rows: dict[str, Any]) -> list[str]:
    """Each address once, with the keys of these rows."""
    found = [path for route, _ in addresses() for path in filled(route) if "app_list" not in path]
    return sorted({re.sub(r"{([\w.]+)}", lambda match: _key(rows, match[1]), path) for path in found})


def _key(rows: dict[str, Any], label: str) -> str:
    row = rows.get(label)
    return str(row.pk if row is not None else "0b8ff7f6-4a48-4f24-8f3c-5d8f3b1c0000")


def answers(world: World, who: str, rows: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    browser = world.browsers[who]
    browser.raise_request_exception = False
    for path in paths(world, rows):
        yield path, browser.get(path)


def is_page(response: Any) -> bool:
    return not response.streaming and response.get("Content-Type", "").startswith("text/html")


def wrong_with(response: Any) -> list[str]:
    """What a page lacks that keeps the browser in hand."""
    policy = response.get("Content-Security-Policy", "")
    kept = {
        "no unsafe": "unsafe" not in policy,
        "strict": all(f"{name} 'none'" in policy for name in ("default-src", "base-uri", "frame-ancestors")),
        "nosniff": response.get("X-Content-Type-Options") == "nosniff",
        "referrer": response.get("Referrer-Policy") in {"same-origin", "no-referrer"},
        "frame": response.get("X-Frame-Options") == "DENY",
    }
    return [name for name, well in kept.items() if not well]


def rows_of_everything() -> dict[str, list[Any]]:
    """The whole database, but for what a look may move."""
    kept = (model for model in apps.get_models() if model._meta.label not in MOVING and model not in (Event, Link))
    found: dict[str, list[Any]] = {}
    for model in kept:
        rows = model._base_manager.order_by("pk").values()
        found[model._meta.label] = [{**row, "last_login": None} for row in rows]
    return found


def told_lines() -> int:
    """Of the security log. That somebody was refused, or took a copy of his data, is told whatever the method was."""
    return Event.objects.exclude(kind__in=[Event.Kind.REFUSED, Event.Kind.EXPORT]).count()


@pytest.mark.parametrize("who", SEEN_BY)
def test_s34_s36_every_page_keeps_the_browser_in_hand_and_a_get_changes_nothing(who: str, world: World) -> None:
    before, told = rows_of_everything(), told_lines()
    broken, wrong, pages = [], [], 0
    for path, response in answers(world, who, world.his if who == "bob" else world.rows):
        if response.status_code >= 500 and path != "/health/":
            broken.append((path, response.status_code))
        elif is_page(response):
            pages += 1
            wrong += [(path, lacks) for lacks in wrong_with(response)]
    after = rows_of_everything()
    assert {label for label in after if after[label] != before[label]} == set()
    assert told_lines() == told
    assert (broken, wrong) == ([], [])
    assert pages > 20


PUBLIC = {"/", "/faq/", "/terms/", "/privacy/", "/robots.txt", "/.well-known/security.txt"}


def not_kept_back(response: Any) -> bool:
    """Whether somebody else may see it afterwards: not what one browser keeps, and shows with its cookie alone."""
    said = response.get("Cache-Control", "")
    is_its_own = said.startswith("private, max-age=") and "Cookie" in response.get("Vary", "")
    return "no-store" not in said and not is_its_own


@pytest.mark.parametrize("who", SEEN_BY)
def test_nobody_keeps_a_copy_of_what_is_not_for_everybody(who: str, world: World) -> None:
    """Pages, errors, redirects, downloads, pictures, JSON, refused methods and names: all but public pages."""
    statuses: set[int] = set()
    kept, seen = [], 0
    browser = world.browsers[who]
    browser.raise_request_exception = False
    for path in [*paths(world, world.his if who == "bob" else world.rows), "/nowhere/", "/static/nowhere.css"]:
        tried = [browser.get(path), browser.put(path), browser.get(path, HTTP_HOST="evil.example.org")]
        tried[0].getvalue()
        for response in tried if path not in PUBLIC or who != "nobody" else tried[1:]:
            seen, statuses = seen + 1, statuses | {response.status_code}
            kept += [(path, response.status_code)] if not_kept_back(response) else []
    assert kept == []
    assert seen > 200
    assert statuses >= {302, 400, 404}


def test_what_is_for_everybody_may_be_kept(world: World) -> None:
    told = {path: Client().get(path).get("Cache-Control") for path in PUBLIC}
    assert told == dict.fromkeys(PUBLIC)
    sheet = Client().get("/static/poster/frame.css")
    sheet.getvalue()
    assert "public" in sheet["Cache-Control"]


def test_p28_p60_before_signing_in_there_is_no_cookie_but_that_of_a_form(world: World) -> None:
    for path in paths(world, world.rows):
        response = Client(raise_request_exception=False).get(path)
        assert set(response.cookies) <= {"csrftoken"}, path
        if "csrftoken" in response.cookies:
            assert b"csrfmiddlewaretoken" in response.content, path


def test_s36_a_post_without_the_token_of_a_form_changes_nothing(world: World) -> None:
    """The same door keeps all views, so one of each kind is tried; which views have no such door is the next test."""
    before = rows_of_everything()
    tried = [path for path in paths(world, world.rows) if "/do/" in path or path.count("/") < 4]
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.olga)
    for path in tried:
        response = client.post(path, {"post": "yes", "to": "on", "text": "x", "_save": "1"})
        assert response.status_code in {301, 302, 400, 403, 404, 405, 410}, path
    assert {label for label, rows in rows_of_everything().items() if rows != before[label]} == set()


def test_only_what_platforms_sign_is_taken_without_the_token_of_a_form() -> None:
    def walk(patterns: list[Any]) -> Iterator[str]:
        for each in patterns:
            if hasattr(each, "url_patterns"):
                yield from walk(each.url_patterns)
            elif getattr(each.callback, "csrf_exempt", False):
                yield each.name

    assert set(walk(get_resolver().url_patterns)) == WITHOUT_CSRF


# -- S35
NAMES_OF_MACHINES = {
    *("key", "external_id", "place_id", "content_hash", "session", "about", "remote_id", "handle", "lane", "dedupe"),
}
KEPT = {"id", "state", "time_zone", "language", "email", "password", "code", "digest", "mime", "sha256", "impression"}


def texts(model: type[Model]) -> list[str]:
    """Columns that hold words of somebody outside, long enough for ours."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField))
        and not (field.choices or field.unique or field.is_relation or field.name in KEPT)
        and (field.max_length or 999) > 60
        and field.name not in NAMES_OF_MACHINES
    ]


def everywhere(model: type[Model]) -> None:
    for row in model._base_manager.all():
        values = {name: f"{CANARY}{number}" for number, name in enumerate(texts(model))}
        model._base_manager.filter(pk=row.pk).update(**values)


def test_s35_what_came_from_outside_is_never_markup(world: World) -> None:
    page = world.his["accounts.Channel"]
    factories.delivery(factories.post(world.bob, page), page, "published", permalink="https://example.org/1")
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            if texts(model):
                with walls_down():
                    everywhere(model)
    type(world.bob).objects.filter(pk__in=[world.bob.pk, world.olga.pk]).update(name=CANARY)
    shown = 0
    for who in ("bob", "olga"):
        for path, response in answers(world, who, world.his):
            if is_page(response):
                assert b"<svg onload" not in response.content, path
                shown += b"&lt;svg onload" in response.content
    assert shown > 30


def test_s35_a_link_of_a_platform_leads_to_the_web_or_is_none(world: World) -> None:
    page = world.his["accounts.Channel"]
    row = factories.delivery(factories.post(world.bob, page), page, "published", permalink="javascript:alert(1)")
    for path in ("/dashboard/", "/dashboard/publishing/delivery/", f"/dashboard/publishing/delivery/{row.pk}/change/"):
        assert b'href="javascript:' not in world.browsers["bob"].get(path).content
