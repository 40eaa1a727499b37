"""What somebody sees of a post that is out: its picture where anybody has it, and else its colours, which say why."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.data_rights import agreements
from accounts.models import Acceptance
from media.reasons import GoneFromChannel
from publishing import retention
from publishing.models import Delivery
from tests import factories
from tests.dashboard.test_browser import in_a_thread, somebody_at
from tests.house import House

pytestmark = pytest.mark.slow
HOW = "({naturalWidth, src, title}) => [naturalWidth, src.split('/').pop(), title]"


@pytest.fixture
def sent(house: House) -> Delivery:
    """Published on a Page; nothing of its picture is here any more."""
    house.owner.set_password(factories.PASSWORD)
    house.owner.save()
    for document, version in agreements.missing(house.owner.pk).items():
        Acceptance.objects.create(owner=house.owner, document=document, version=version)
    house.connect()
    [delivery] = house.approved("Bread.", house.channels["facebook"])
    house.settle(delivery)
    retention.pictures()
    return delivery


def seen(root: str, address: str, where: str, until: str) -> tuple[list[Any], list[Any], str]:
    """The first picture of a page, how much moved for it, and what stands below; what went wrong is nothing."""
    wrong: list[str] = []
    with somebody_at(root, address) as page:
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        page.on("response", lambda got: wrong.append(f"{got.status} {got.url}") if got.status >= 400 else None)
        page.goto(root + where, wait_until="commit")
        picture = page.locator("[data-seen]").first
        before = picture.bounding_box()
        page.locator(until).first.wait_for(timeout=20_000)
        moved = [before, picture.bounding_box()]
        told = picture.evaluate(HOW), moved, page.locator(".unseen").all_inner_texts()
    assert wrong == []
    return told[0], moved, " ".join(told[2])


CHANGED = "[data-seen][src$='/seen']"
SAID = "[data-seen][title]"
LIST = reverse("admin:publishing_delivery_changelist")


def page_of(delivery: Delivery) -> str:
    return reverse("admin:publishing_delivery_change", args=[delivery.pk])


def test_a_published_post_shows_its_picture_and_nothing_jumps(house: House, sent: Delivery, live_server) -> None:
    for where in (LIST, page_of(sent)):
        (width, src, title), (before, after), _ = in_a_thread(seen, live_server.url, house.owner.email, where, CHANGED)
        assert (width, src, title) == (480, "seen", "")
        assert before == after


def test_one_that_was_removed_keeps_its_colours_and_says_so(house: House, sent: Delivery, live_server) -> None:
    Delivery.objects.update(remote_id="1_2")
    words = str(GoneFromChannel())
    for where, below in ((LIST, ""), (page_of(sent), words)):
        told, (before, after), said = in_a_thread(seen, live_server.url, house.owner.email, where, SAID)
        assert told == [80, "thumbnail", words]
        assert before == after
        assert said == below
