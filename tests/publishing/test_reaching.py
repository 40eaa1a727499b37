"""What a platform has to be able to do with the addresses of our pictures, and noticing what in front forbids it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
import requests
from django.test import Client
from django.urls import reverse

from operations.startup import say_whether_reached
from publishing.models import Delivery
from publishing.public_pictures import addresses
from publishing.public_pictures.reachability import PIXEL, Hindrance, hindrance
from sandbox.fetching import ROBOT, Unfetchable, fetch
from tests import factories
from tests.commands.asking import ask
from tests.held import show
from tests.sandbox.pictures import Gallery, open_gallery


@pytest.fixture
def gallery() -> Iterator[Gallery]:
    with open_gallery() as opened:
        yield opened


@pytest.fixture
def prepared(transactional_db: None, live_server, settings, tmp_path: Path) -> str:
    """The public address of a picture on its way, at a server that listens."""
    settings.SPOOL, settings.PUBLIC_URL = tmp_path / "spool", live_server.url
    alice = factories.person("Alice")
    page = factories.channel(alice, "instagram")
    delivery = factories.delivery(factories.post(alice, page), page, "prepared")
    show(delivery, PIXEL)
    return f"{live_server.url}{reverse('picture', args=[addresses.token(delivery, 0)])}"


@pytest.mark.parametrize("state", ["prepared", "publishing", "checking", "needs_you", "blocked", "queued"])
def test_a_crawler_fetches_it_as_long_as_the_delivery_is_not_at_its_end(prepared: str, state: str) -> None:
    Delivery.objects.update(state=state)
    fetched = fetch(prepared)
    assert (fetched.content_type, fetched.content) == ("image/jpeg", PIXEL)


def test_a_crawler_finds_nothing_after_the_end(prepared: str) -> None:
    Delivery.objects.update(state="cancelled")
    with pytest.raises(Unfetchable):
        fetch(prepared)


@pytest.mark.parametrize(
    ("path", "open_to_robots"),
    [("/picture/x.jpg", True), ("/", False), ("/dashboard/", False), ("/privacy/", False), ("/accounts/login/", False)],
)
@pytest.mark.parametrize("robot", [ROBOT, "Googlebot"])
def test_robots_may_fetch_pictures_and_nothing_else(path: str, open_to_robots: bool, robot: str) -> None:
    rules = RobotFileParser()
    rules.parse(Client().get("/robots.txt").content.decode().splitlines())
    assert rules.can_fetch(robot, f"https://poster.example{path}") == open_to_robots


def test_pictures_and_robots_txt_are_not_redirected_to_https(settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/accounts/login/").status_code == 301
    assert Client().get("/robots.txt").status_code == 200
    assert Client().get(reverse("picture", args=[addresses.probe()])).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "given", "part"),
    [
        ("bytes=0-9", 206, PIXEL[:10], "bytes 0-9/159"),
        ("bytes=150-", 206, PIXEL[150:], "bytes 150-158/159"),
        ("bytes=150-999", 206, PIXEL[150:], "bytes 150-158/159"),
        ("bytes=-9", 206, PIXEL[-9:], "bytes 150-158/159"),
        ("bytes=-999", 206, PIXEL, "bytes 0-158/159"),
        ("bytes=159-", 416, b"", "bytes */159"),
        ("bytes=-0", 416, b"", "bytes */159"),
        ("bytes=0-1,5-6", 200, PIXEL, None),
        ("lines=1-2", 200, PIXEL, None),
        (f"bytes={'9' * 5000}-", 200, PIXEL, None),
        (f"bytes=-{'9' * 5000}", 200, PIXEL, None),
        (f"bytes=0-{'9' * 5000}", 200, PIXEL, None),
        (f"bytes={'0' * 5000}150-", 206, PIXEL[150:], "bytes 150-158/159"),
        ("bytes=\u0661-", 200, PIXEL, None),
    ],
)
def test_parts_are_given_as_the_standard_says(asked: str, status: int, given: bytes, part: str | None) -> None:
    answer = Client().get(reverse("picture", args=[addresses.probe()]), headers={"Range": asked})
    assert (answer.status_code, answer.getvalue(), answer.get("Content-Range")) == (status, given, part)


def test_head_tells_type_and_length_without_the_bytes(prepared: str) -> None:
    answer = requests.head(prepared, timeout=10)
    told = (answer.status_code, answer.headers["Content-Type"], answer.headers["Content-Length"], answer.content)
    assert told == (200, "image/jpeg", str(len(PIXEL)), b"")


def test_the_probe_is_fetched_from_our_own_address(prepared: str) -> None:
    assert hindrance() is None


def _in_front(
    gallery: Gallery, settings, *, kind: str = "image/jpeg", status: int = 200, content: bytes = PIXEL
) -> None:
    """Our public address leads to something that is not quite what we answer."""
    settings.PUBLIC_URL, gallery.everywhere = gallery.root, (status, kind, content)


@pytest.mark.parametrize(
    ("expected", "front", "robots", "swallows"),
    [
        (None, {}, "", ""),
        (Hindrance.ROBOTS, {}, "User-agent: facebookexternalhit\nDisallow: /", ""),
        (Hindrance.REDIRECT, {"status": 302}, "", ""),
        (Hindrance.TURNED_AWAY, {"status": 403}, "", ""),
        (Hindrance.TURNED_AWAY, {"content": b"<html>Are you human?"}, "", ""),
        (Hindrance.TYPE, {"kind": "text/html"}, "", ""),
        (Hindrance.LENGTH, {}, "", "head"),
        (Hindrance.LENGTH, {}, "", "length"),
        (Hindrance.RANGE, {}, "", "range"),
    ],
)
def test_what_stands_in_front_is_noticed(gallery: Gallery, settings, expected, front, robots, swallows) -> None:
    gallery.robots, gallery.swallows = robots, swallows
    _in_front(gallery, settings, **front)
    assert hindrance() == expected


def test_an_address_that_leads_nowhere_is_noticed(settings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    assert hindrance() == Hindrance.UNREACHED


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "level"), [(200, "ok"), (403, "problem")])
def test_the_doctor_asks_the_public_address_as_a_crawler(gallery: Gallery, settings, status: int, level: str) -> None:
    factories.channel(factories.person("Alice"), "instagram")
    _in_front(gallery, settings, status=status)
    settings.REMOTE_ROOT = gallery.root  # any address will do there
    [told] = [row for row in ask("doctor", "--json").json["findings"] if row["name"] == "public address"]
    assert told["level"] == level


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "lines"), [(200, 0), (403, 1)])
def test_the_start_says_when_pictures_cannot_be_fetched(gallery: Gallery, settings, status: int, lines: int) -> None:
    factories.channel(factories.person("Alice"), "instagram")
    _in_front(gallery, settings, status=status)
    settings.REMOTE_ROOT = gallery.root
    said: list[str] = []
    say_whether_reached(said.append)
    assert len(said) == lines
