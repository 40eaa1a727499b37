"""A post goes out once and only once: what followers see against what we say."""

from __future__ import annotations

import hashlib
from uuid import uuid4

import pytest

from accounts.connections.login_doubts import CERTAIN
from accounts.models import Channel, Credential
from media.models import Blob
from media.reasons import BytesMissing, WentWrong
from outbox.models import LedgerEntry
from outbox.reasons.steps import TheyHaveIt
from outbox.takings import advance
from poster.models import Switch
from poster.permissions import Caller
from publishing.models import Delivery
from publishing.posts.frozen_pictures import renditions_of
from tests.held import files, where
from tests.house import House

PLATFORMS = ["facebook", "instagram", "threads"]
COMMITS = {"facebook": "/feed", "instagram": "/media_publish", "threads": "/threads_publish"}
STAGES = {"facebook": "/photos", "instagram": "/media", "threads": "/threads"}
State = Delivery.State


@pytest.fixture(params=PLATFORMS)
def channel(request: pytest.FixtureRequest, house: House) -> Channel:
    return house.connect()[request.param]


def commit_calls(house: House, channel: Channel) -> int:
    return len([call for call in house.box.calls(method="POST") if call["path"].endswith(COMMITS[channel.platform])])


def test_a_post_goes_out_to_all_three_and_once(house: House) -> None:
    house.connect()
    deliveries = house.approved("Fresh bread from six o'clock. #bread")
    for delivery in deliveries:
        house.settle(delivery)
    assert {delivery.state for delivery in deliveries} == {State.PUBLISHED}
    feed = house.box.feed()
    assert sorted(post["platform"] for post in feed) == PLATFORMS
    assert {post["text"] for post in feed} == {"Fresh bread from six o'clock. #bread"}
    assert {picture["alt_text"] for post in feed for picture in post["pictures"]} == {"Four quarters."}
    house.later(3600)
    house.round()
    assert len(house.box.feed()) == 3


def test_a_receipt_has_an_id_and_then_a_link(house: House, channel: Channel) -> None:
    (delivery,) = house.approved("With a link.", channel)
    house.settle(delivery)
    house.round()
    delivery.refresh_from_db()
    (post,) = house.box.feed()
    assert delivery.remote_id == post["id"]
    assert delivery.permalink.split("/", 3)[3] == post["permalink"].split("/", 3)[3]


def test_the_intent_is_written_before_the_call(house: House, channel: Channel) -> None:
    (delivery,) = house.approved("Written first.", channel)
    house.settle(delivery)
    kinds = list(delivery.entries.values_list("kind", flat=True))
    assert kinds.index(LedgerEntry.Kind.COMMIT) < len(kinds) - 1
    assert delivery.entries.filter(kind=LedgerEntry.Kind.COMMIT).count() == 1
    assert delivery.entries.get(kind=LedgerEntry.Kind.COMMIT).content_hash == delivery.content_hash


def test_that_it_is_ready_is_the_line_before_the_intent(house: House, channel: Channel) -> None:
    """Whether it was ready at once, or is found so when they are asked again."""
    (delivery,) = house.approved("Ready first.", channel)
    house.settle(delivery)
    intent = delivery.entries.get(kind=LedgerEntry.Kind.COMMIT)
    assert delivery.entries.get(number=intent.number - 1).fact_code == TheyHaveIt.code


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "lost"},
        {"kind": "status", "status": 500, "after": True},
        {"kind": "status", "status": 503, "after": True},
        {"kind": "error", "code": 2, "after": True},
        {"kind": "error", "code": 4, "subcode": 2207051, "after": True},
        {"kind": "error", "code": 424242, "after": True},
        {"kind": "truncated"},
        {"kind": "malformed"},
        {"kind": "empty"},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
def test_a_lost_answer_is_checked_and_not_sent_again(house: House, channel: Channel, fault: dict) -> None:
    house.box.fault(**fault, method="POST", path="*" + COMMITS[channel.platform], times=1)
    (delivery,) = house.approved("Was it heard?", channel)
    house.settle(delivery)
    assert delivery.state == State.PUBLISHED
    assert len(house.box.feed()) == 1
    assert commit_calls(house, channel) == 1


def test_what_certainly_did_not_arrive_goes_out_after_all(house: House, channel: Channel) -> None:
    house.box.fault("drop", method="POST", path="*" + COMMITS[channel.platform], times=1)
    (delivery,) = house.approved("Second try.", channel)
    house.settle(delivery)
    assert delivery.state == State.PUBLISHED
    assert len(house.box.feed()) == 1


def test_a_worker_that_dies_after_the_mark_is_asked_about_not_repeated(house: House, channel: Channel, killed) -> None:
    (delivery,) = house.approved("Did I?", channel)
    killed(delivery)
    house.settle(delivery)
    assert delivery.state == State.PUBLISHED
    assert len(house.box.feed()) == 1


def test_of_two_workers_with_the_same_read_one_works(house: House, channel: Channel) -> None:
    house.approved("Only one.", channel)
    first, second = (Delivery.objects.select_related("post", "channel__credential").get() for _ in range(2))
    assert advance(first)
    assert not advance(second)


def test_an_old_read_does_not_wake_a_finished_delivery(house: House, channel: Channel) -> None:
    (delivery,) = house.approved("Done is done.", channel)
    stale = Delivery.objects.select_related("post", "channel__credential").get()
    house.settle(delivery)
    assert not advance(stale)
    assert len(house.box.feed()) == 1


def test_the_kill_switch_stops_everything_and_lets_it_go_on(house: House, channel: Channel) -> None:
    switch = Switch.objects.create(name=Switch.PAUSE)
    (delivery,) = house.approved("Held back.", channel)
    for _ in range(3):
        house.round()
        house.later(10)
    assert house.box.feed() == []
    switch.delete()
    house.settle(delivery)
    assert len(house.box.feed()) == 1


def test_too_late_is_missed_and_a_person_may_still_send_it(house: House, channel: Channel) -> None:
    from outbox import manual_actions

    (delivery,) = house.approved("Yesterday's bread.", channel)
    house.later(25 * 3600)
    house.settle(delivery)
    assert delivery.state == State.MISSED
    assert house.box.feed() == []
    manual_actions.post_now(delivery, by=Caller.of(house.owner))
    house.settle(delivery)
    assert delivery.state == State.PUBLISHED


def test_a_discarded_login_blocks_and_a_reconnect_goes_on(house: House, channel: Channel) -> None:
    house.box.fault("revoked", path="*" + STAGES[channel.platform], times=CERTAIN)
    (delivery,) = house.approved("Let me in.", channel)
    for _ in range(2 * CERTAIN):
        house.round()
        house.later(61)
    delivery.refresh_from_db()
    channel.refresh_from_db()
    assert delivery.state == State.BLOCKED
    assert channel.state == Channel.State.BLOCKED
    assert "Reconnect" in delivery.error or "connect" in delivery.error.lower()
    Channel.objects.update(state=Channel.State.ACTIVE)
    Credential.objects.update(state=Credential.State.ACTIVE)
    house.later(60)
    house.settle(delivery, hours=2)
    assert delivery.state == State.PUBLISHED


def test_without_a_public_address_it_is_said_before_anything_is_tried(house: House, settings) -> None:
    channels = house.connect()
    settings.PUBLIC_URL = ""
    deliveries = {delivery.platform: delivery for delivery in house.approved("No door.")}
    for delivery in deliveries.values():
        house.settle(delivery, hours=0.1)
    assert deliveries["facebook"].state == State.PUBLISHED
    for platform in ("instagram", "threads"):
        assert deliveries[platform].state == State.BLOCKED
        assert "PUBLIC_URL or BUCKET_URL" in deliveries[platform].error
        assert not [call for call in house.box.calls(STAGES[platform], method="POST") if platform in call["path"]]
    assert channels["instagram"].state == Channel.State.ACTIVE


def test_after_publishing_the_bytes_are_gone(house: House, settings) -> None:
    house.connect()
    for delivery in house.approved("Gone afterwards."):
        house.settle(delivery)
    house.round()
    assert list(settings.SPOOL.iterdir()) == []
    assert not Blob.objects.exists()


def test_each_picture_is_made_once_for_all_channels_of_its_post(house: House, settings) -> None:
    """Whoever comes first makes it for the others, and what they would make alone is the same."""
    house.connect()
    rows = {each.platform: each for each in house.approved("Once for all.")}
    assert advance(Delivery.objects.select_related("post", "channel__credential").get(pk=rows["facebook"].pk))
    others = Delivery.objects.filter(pk__in=[rows["instagram"].pk, rows["threads"].pk])
    assert list(others.values_list("state", "renditions")) == [(State.QUEUED, []), (State.QUEUED, [])]
    made = {each.pk: renditions_of(each) for each in others}
    for (blob,) in made.values():
        assert hashlib.sha256(where(blob).read_bytes()).hexdigest() == blob.sha256
    (theirs,) = made[rows["threads"].pk]
    where(theirs).unlink()
    house.settle(rows["instagram"])
    house.settle(rows["threads"])
    sums = {pk: [blob.sha256] for pk, (blob,) in made.items()}
    assert {each.pk: [known["sha256"] for known in each.renditions] for each in others.all()} == sums


def test_deliveries_that_show_a_picture_in_one_form_share_its_file(house: House) -> None:
    page = house.connect()["facebook"]
    asset = house.asset()
    rows = [house.approved(text, page, asset=asset)[0] for text in ("One.", "Other.")]
    for row in rows:
        assert advance(Delivery.objects.select_related("post", "channel__credential").get(pk=row.pk))
    assert Blob.objects.filter(asset=asset, purpose="rendition").count() == 1
    assert {house.settle(row).state for row in rows} == {State.PUBLISHED}
    house.round()
    assert files() == []


def test_one_whose_bytes_were_deleted_while_they_were_made_is_made_again_later(house: House) -> None:
    (row,) = house.approved("Gone meanwhile.", house.connect()["facebook"])
    item = row.media[0]
    Delivery.objects.filter(pk=row.pk).update(media=[{**item, "asset": str(uuid4())}])
    assert advance(Delivery.objects.select_related("post", "channel__credential").get(pk=row.pk))
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.QUEUED, BytesMissing())
    Delivery.objects.filter(pk=row.pk).update(media=[item])
    assert house.settle(row).state == State.PUBLISHED


def test_a_picture_that_cannot_be_made_for_one_channel_goes_out_to_the_others(house: House) -> None:
    house.connect()
    rows = {each.platform: each for each in house.approved("Not for all.")}
    media = [{**item, "recipe": {**item["recipe"], "max_bytes": 10}} for item in rows["threads"].media]
    Delivery.objects.filter(pk=rows["threads"].pk).update(media=media)
    ended = {platform: house.settle(row).state for platform, row in rows.items()}
    assert ended == {"facebook": State.PUBLISHED, "instagram": State.PUBLISHED, "threads": State.FAILED}


def test_what_our_reader_stumbles_over_is_tried_again(house: House) -> None:
    """The picture is not to blame, so its post does not fail."""
    (row,) = house.approved("Not now.", house.connect()["facebook"])
    item = row.media[0]
    senseless = {**item, "recipe": {**item["recipe"], "max_width": "wide"}}
    Delivery.objects.filter(pk=row.pk).update(media=[senseless])
    assert advance(Delivery.objects.select_related("post", "channel__credential").get(pk=row.pk))
    row.refresh_from_db()
    assert (row.state, row.reason, row.tries) == (State.QUEUED, WentWrong(name="bread.jpg"), 1)
    Delivery.objects.filter(pk=row.pk).update(media=[item])
    assert house.settle(row).state == State.PUBLISHED
