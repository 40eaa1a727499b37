"""A page of whoever stands in front of Google, or a status without its reason, is no word about a file."""

from __future__ import annotations

from typing import Any

import pytest

import outbox.tasks
import publishing.describing.tasks
import watches.tasks
from accounts.connections.grants import connect
from poster.permissions import TERMINAL, Caller
from publishing.models import Delivery, Post
from publishing.posts.approving import approve
from tests.house import House, grant
from tests.sandbox.google_world import google_account, picture
from watches.models import FoundFile
from watches.watch_service import add_watch


@pytest.fixture
def drive(house: House, settings: Any) -> Any:
    """A watched Drive folder with one picture in it."""
    settings.SHORTEST_INTERVAL = 5
    house.connect()
    google = google_account(house.box, email="owner@example.com")
    folder = google.folder("shown")
    login, _ = connect(house.owner, "google", grant(google.login))
    where: dict[str, Any] = {"source": "drive", "place": folder, "interval": 5, "credential": login}
    add_watch(house.owner, by=TERMINAL, name="Drive", channels=[house.channels["facebook"]], **where)
    house.later(60)
    google.upload("fresh bread.jpg", picture(640, 640, "orange"), folder)
    return google


def rounds(house: House, times: int) -> None:
    for _ in range(times):
        watches.tasks.round()
        publishing.describing.tasks.round()
        outbox.tasks.round()
        house.later(30)


NO_VERDICTS = pytest.mark.parametrize(("status", "body"), [(404, "html"), (410, "html"), (403, "html"), (401, "html")])


@NO_VERDICTS
def test_no_page_stops_an_approved_post(house: House, drive: Any, status: int, body: str) -> None:
    rounds(house, 4)
    approve(Post.objects.get(), by=Caller.of(house.owner))
    house.box.fault("status", status=status, body=body, host="www.googleapis.com")
    rounds(house, 6)
    assert (Delivery.objects.get().state, len(house.box.feed())) == ("published", 1)


@NO_VERDICTS
def test_no_page_ends_a_picture_that_is_to_be_fetched(house: House, drive: Any, status: int, body: str) -> None:
    house.box.fault("status", status=status, body=body, host="www.googleapis.com")
    rounds(house, 4)
    house.box.no_faults()
    for _ in range(10):
        rounds(house, 2)
        house.later(120)
    assert [asset.state for asset in FoundFile.objects.all()] == ["taken"]
