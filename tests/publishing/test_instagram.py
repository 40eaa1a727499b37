"""Instagram, and what it shares with Threads: containers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from poster import clock
from poster.errors import Actor, RateLimited, Refused, Unanswered, Unauthorized, Unavailable
from poster.reasons.outside import CannotFetch
from poster.reasons.outside_posts import ShapeRefused
from publishing.platforms import Spoilt, Verdict
from publishing.platforms.containers import same_words
from publishing.reasons.sending import NeedsAddress
from tests.facts import with_reason
from tests.meta_places import TEXT, jpeg, part_of

CONTAINERS = ["instagram", "instagram_login", "threads"]


@pytest.fixture(params=CONTAINERS)
def place(request):
    """The platforms that make a container first."""
    return request.getfixturevalue(request.param)


def before() -> dt.datetime:
    return clock.now() - dt.timedelta(seconds=1)


def ready(place, laid) -> bool:
    return place.ready(laid)


def evidence(place, laid, since):
    return place.find(laid, since)


def test_it_is_ready_when_they_have_finished_working_on_it(place):
    place.box.settings(processing_seconds=30)
    laid = place.prepare()
    assert not ready(place, laid)
    place.box.advance(31)
    assert ready(place, laid)


def test_publishing_too_early_has_no_effect_and_the_same_container_is_published_later(place):
    place.box.settings(processing_seconds=30)
    laid = place.prepare()
    with pytest.raises(Unavailable) as caught:
        place.publish(laid)
    assert caught.value.retry_after == 30
    place.box.advance(31)
    place.publish(laid)
    assert len(place.feed()) == 1


def test_not_ready_although_finished_is_waited_for_with_the_same_container(place):
    laid = place.prepare()
    place.box.fault("not_ready", times=2)
    for _ in range(2):
        with pytest.raises(Unavailable):
            place.publish(laid)
    place.publish(laid)
    assert len(place.feed()) == 1


@pytest.mark.parametrize("variant", ["", "same"])
def test_publishing_one_container_twice_never_shows_two_posts(place, variant):
    laid = place.prepare()
    place.publish(laid)
    place.box.fault("second_publish", variant=variant)
    if variant == "same":
        assert place.publish(laid).remote_id == place.feed()[0]["id"]
    else:
        with pytest.raises((Unanswered, Unavailable)):
            place.publish(laid)
    assert len(place.feed()) == 1


def test_a_container_that_is_out_already_is_looked_for_and_not_published(place):
    laid = place.prepare()
    place.publish(laid)
    with pytest.raises(Unanswered):
        ready(place, laid)


def test_an_expired_container_is_prepared_anew(place):
    laid = place.prepare()
    place.box.advance(25 * 3600)
    with pytest.raises(Spoilt):
        ready(place, laid)


def test_the_status_of_an_expired_container_proves_that_it_was_not_shown(place):
    since, laid = before(), place.prepare()
    place.box.advance(25 * 3600)
    container, listed = evidence(place, laid, since)
    assert (container.verdict, container.authoritative) == (Verdict.NOT_THERE, True)
    assert (listed.verdict, listed.authoritative) == (Verdict.NOT_THERE, False)


def test_a_status_that_cannot_be_read_is_asked_again(place):
    laid = place.prepare()
    place.break_reading("error", code=100, subcode=33)
    with pytest.raises(Unavailable) as caught:
        ready(place, laid)
    assert type(caught.value) is Unavailable


def test_a_status_under_an_ended_login_is_unauthorized(place):
    laid = place.prepare()
    place.break_reading("expired")
    with pytest.raises(Unauthorized):
        ready(place, laid)


def test_a_container_in_progress_or_in_error_is_no_answer(place):
    since = before()
    place.box.fault("container_stuck", times=1)
    stuck = place.prepare()
    place.box.fault("container_error", code=2207026)
    broken = place.prepare()
    for laid in (stuck, broken):
        assert evidence(place, laid, since)[0].verdict is Verdict.NO_ANSWER


def test_the_container_is_proof_although_the_list_lags(place):
    since, laid = before(), place.prepare()
    place.publish(laid)
    place.box.fault("listing_lag", seconds=600)
    container, listed = evidence(place, laid, since)
    assert (container.verdict, container.authoritative) == (Verdict.THERE, True)
    assert container.receipt.remote_id == ""
    assert listed.verdict is Verdict.NOT_THERE


def test_of_two_posts_with_the_same_words_none_is_taken_for_ours(place):
    since = before()
    place.publish(place.prepare())
    laid = place.prepare()
    place.publish(laid)
    container, listed = evidence(place, laid, since)
    assert (container.verdict, container.receipt.remote_id) == (Verdict.THERE, "")
    assert listed.verdict is Verdict.NO_ANSWER


def test_the_newest_post_is_not_taken_for_ours(place):
    since, laid = before(), place.prepare()
    receipt = place.publish(laid)
    other = place.saying("Somebody posts something else meanwhile.")
    other.publish(other.prepare())
    assert evidence(place, laid, since)[0].receipt.remote_id == receipt.remote_id


def test_a_post_without_words_is_not_told_from_others_by_a_list(place):
    silent = place.saying("")
    since, laid = before(), silent.prepare()
    silent.publish(laid)
    container, listed = evidence(silent, laid, since)
    assert (container.verdict, container.receipt.remote_id) == (Verdict.THERE, "")
    assert listed.verdict is Verdict.NO_ANSWER


def test_without_a_public_address_the_operator_is_told_what_to_set(place):
    hidden = replace(place.request.parts[0], address=None)
    with pytest.raises(Refused, check=with_reason(NeedsAddress)) as caught:
        place.showing_parts(hidden).prepare()
    assert caught.value.actor is Actor.OPERATOR
    assert not place.box.calls(method="POST")


def test_an_address_that_they_cannot_reach_is_tried_again(place):
    wrong = replace(place.request.parts[0], address=lambda: "http://127.0.0.1:9/bread.jpg")
    with pytest.raises(Unavailable, check=with_reason(CannotFetch)):
        place.showing_parts(wrong).prepare()


def test_the_daily_quota_is_waited_for(place):
    laid = place.prepare()
    place.box.fault("quota", code=0)
    with pytest.raises(RateLimited):
        place.publish(laid)
    assert place.feed() == []


@pytest.mark.parametrize("code", [2207026, 2207009, 2207050])
def test_an_error_that_a_new_container_would_repeat_is_refused(instagram, code):
    instagram.box.fault("container_error", code=code)
    laid = instagram.prepare()
    with pytest.raises(Refused) as caught:
        ready(instagram, laid)
    assert not isinstance(caught.value, Spoilt)
    assert caught.value.trace.subcode == str(code)


@pytest.mark.parametrize("code", [2207052, 2207077, 2207053, 9999999])
def test_an_error_that_may_pass_is_prepared_anew(instagram, code):
    instagram.box.fault("container_error", code=code)
    laid = instagram.prepare()
    with pytest.raises(Spoilt, match=str(code)):
        ready(instagram, laid)


def test_a_picture_of_the_wrong_shape_is_refused(instagram, served):
    tall = jpeg(400, 1200)
    with pytest.raises(Refused, check=with_reason(ShapeRefused)):
        instagram.showing_parts(part_of(tall, served.gallery.show(tall, name="tall.jpg"))).prepare()


def test_each_login_speaks_to_its_own_host(place):
    place.publish(place.prepare())
    assert {call["host"] for call in place.box.calls("_publish")} == {place.host}


@pytest.mark.parametrize(
    ("shown", "same"),
    [
        (TEXT, True),
        (" ".join(TEXT.split()), True),
        (TEXT.replace("é", "e\u0301"), True),
        (TEXT.replace("🥖", "🥖\ufe0f"), True),
        (TEXT[:45] + "…", True),
        ("Fresh bread", False),
        ("", False),
        (TEXT + " and more", False),
        (None, False),
        (7, False),
    ],
)
def test_our_words_are_recognised_although_they_were_touched(shown, same):
    assert same_words(shown, TEXT) is same


# --- made with AI


@pytest.mark.parametrize("ai", [True, False])
def test_that_it_was_made_with_ai_is_told_where_there_is_a_field_for_it(place, ai):
    place = replace(place, request=replace(place.request, ai=ai))
    place.publish(place.prepare())
    (shown,) = place.feed()
    assert shown["ai"] is (ai and place.key == "instagram")
