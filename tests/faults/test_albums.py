"""Albums, words alone and stories with workers that die at any call: complete and in order and once, or not at all."""

from __future__ import annotations

import pytest

from poster.permissions import Caller
from proof.faults import Fault, Kind, Place
from publishing.models import Delivery, Post, PostAsset, Variant
from publishing.platforms import PLATFORMS
from publishing.posts.approving import approve
from sandbox.meta.published import published
from sandbox.meta.rows import Media, Story
from sandbox.meta.rows import Post as PagePost
from tests.faults.laboratory import Laboratory

State = Delivery.State
TEXT = "Loaves, still warm, and more of them than yesterday."
FORMS = [
    *(("facebook", 3, "feed"), ("instagram", 3, "feed"), ("threads", 3, "feed")),
    *(("facebook", 0, "feed"), ("threads", 0, "feed")),
    *(("facebook", 1, "story"), ("instagram", 1, "story")),
]
LONGEST = 14  # calls of any of them, from the first to the one that publishes


def post(lab: Laboratory, platform: str, pictures: int, placement: str) -> int:
    """Approved, with its pictures made; its number."""
    made = Post.objects.create(owner=lab.owner, text="" if placement == "story" else TEXT)
    Variant.objects.create(post=made, channel=lab.channels[platform], placement=placement)
    for place in range(pictures):
        asset = lab.asset(f"{place:064x}")
        PostAsset.objects.create(post=made, asset=asset, position=place, alt_text=f"Loaf, picture {place}")
    (delivery,) = approve(made, by=Caller.of(lab.owner))
    lab.lay_out(delivery)
    number = 7000 + len(lab.rows)
    lab.rows[number] = delivery.pk
    return number


def shown(lab: Laboratory) -> list[list[str]]:
    return [[picture.alt_text for picture in each.pictures] for each in published(lab.wire.world)]


def is_whole(lab: Laboratory, number: int, pictures: int) -> None:
    row = lab.row(number)
    limits = PLATFORMS[row.platform].limits[row.form]
    said = [f"Loaf, picture {place}" if limits.alt_text else "" for place in range(pictures)]
    assert shown(lab) == [said]
    assert lab.breaches() == []


@pytest.mark.parametrize(("platform", "pictures", "placement"), FORMS, ids=["-".join(map(str, each)) for each in FORMS])
@pytest.mark.parametrize("dies", ["before", "after"])
def test_killed_at_any_call_it_is_whole_and_out_once(
    lab: Laboratory, platform: str, pictures: int, placement: str, dies: str
) -> None:
    """Each call in turn; where a story's answer is lost and no list shows it, a person is asked, and it is out once."""
    for nth in range(1, LONGEST):
        number = post(lab, platform, pictures, placement)
        deaths = lab.died

        def plan(place: Place, _kind: Kind, nth: int = nth) -> Fault | None:
            return Fault("killed", done=dies == "after", dies=dies) if place.nth == nth else None

        lab.planned(plan)
        row = lab.settle(number)
        lab.quiet()
        if lab.died == deaths:
            break
        unsure = placement == "story" and row.state == State.NEEDS_YOU
        assert row.state == State.PUBLISHED or unsure, row.error
        assert len(shown(lab)) == (0 if unsure and dies == "before" else 1)
        if not unsure:
            is_whole(lab, number, pictures)
        _forget(lab)
    else:
        raise AssertionError("It never came to its end untouched.")
    assert lab.died > 0


def _forget(lab: Laboratory) -> None:
    """Followers forget what they saw, for the next one."""
    for kind in (Media, Story, PagePost):
        lab.wire.world.table(kind).clear()
