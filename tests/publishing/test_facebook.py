"""Facebook Pages: what is particular to them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from poster import clock
from poster.errors import Refused, Unauthorized
from publishing.platforms import Account, Staged, Verdict
from tests.meta_places import part_of


def before() -> dt.datetime:
    return clock.now() - dt.timedelta(seconds=1)


def evidence(facebook, laid, since):
    return facebook.find(laid, since)


def test_the_bytes_are_sent_so_no_public_address_is_needed(facebook):
    place = facebook.showing_parts(replace(facebook.request.parts[0], address=None))
    place.publish(place.prepare())
    assert len(facebook.feed()) == 1


def test_several_pictures_make_one_post_that_is_found_by_any_of_them(facebook):
    medium = facebook.request.parts[0]
    album = facebook.showing_parts(medium, replace(medium, alt_text="Another view"))
    since, laid = before(), album.prepare()
    receipt = album.publish(laid)
    assert [picture["alt_text"] for picture in facebook.feed()[0]["pictures"]] == [medium.alt_text, "Another view"]
    facebook.box.fault("no_story_id")
    photo, listed = evidence(album, laid, since)
    assert (photo.verdict, photo.authoritative) == (Verdict.NOT_THERE, False)
    assert (listed.verdict, listed.receipt.remote_id) == (Verdict.THERE, receipt.remote_id)


def test_the_photo_itself_is_proof_although_the_lists_lag(facebook):
    since, laid = before(), facebook.prepare()
    receipt = facebook.publish(laid)
    facebook.box.fault("listing_lag", seconds=600)
    photo, listed = evidence(facebook, laid, since)
    assert (photo.verdict, photo.authoritative, photo.receipt.remote_id) == (Verdict.THERE, True, receipt.remote_id)
    assert (listed.verdict, listed.authoritative) == (Verdict.NOT_THERE, False)


def test_a_photo_that_names_no_post_proves_nothing_alone(facebook):
    photo, listed = evidence(facebook, facebook.prepare(), before())
    assert (photo.verdict, photo.authoritative) == (Verdict.NOT_THERE, False)
    assert (listed.verdict, listed.authoritative) == (Verdict.NOT_THERE, False)


def test_the_list_is_read_to_its_end_before_it_counts(facebook):
    since, laid = before(), facebook.prepare()
    receipt = facebook.publish(laid)
    other = facebook.saying("Something else")
    for _ in range(60):
        other.publish(other.prepare())
    facebook.box.fault("no_story_id")
    assert evidence(facebook, laid, since)[1].receipt.remote_id == receipt.remote_id


def test_a_list_that_breaks_off_is_no_answer(facebook):
    since, laid = before(), facebook.prepare()
    for _ in range(60):
        facebook.publish(facebook.prepare())
    facebook.box.fault("status", status=500, path="*/published_posts", nth=2)
    assert evidence(facebook, laid, since)[1].verdict is Verdict.NO_ANSWER


def test_the_same_words_under_another_picture_are_not_ours(facebook):
    since, laid = before(), facebook.prepare()
    facebook.publish(facebook.prepare())
    assert Verdict.THERE not in {one.verdict for one in evidence(facebook, laid, since)}


def test_a_second_publish_of_one_photo_is_found_but_never_prevented_by_them(facebook):
    """Why nothing but proof leads back from checking: Facebook takes it twice."""
    laid = facebook.prepare()
    facebook.publish(laid)
    facebook.publish(laid)
    assert len(facebook.feed()) == 2


def test_a_page_without_the_task_to_post_is_unauthorized(sandbox, facebook):
    login = sandbox.person(pages=[{"name": "Mill", "tasks": ["ANALYZE"]}])["facebook"]["pages"][0]
    place = replace(facebook, account=Account(login["id"], login["access_token"], "facebook"))
    with pytest.raises(Unauthorized):
        place.prepare()


def test_a_picture_that_is_none_is_refused(facebook):
    with pytest.raises(Refused):
        facebook.showing_parts(part_of(b"no picture")).prepare()


def test_a_photo_that_was_thrown_away_after_a_day_is_not_guessed_about(facebook):
    since, laid = before(), facebook.prepare()
    facebook.box.advance(25 * 3600)
    assert {one.verdict for one in evidence(facebook, laid, since)} == {Verdict.NO_ANSWER, Verdict.NOT_THERE}


def test_signed_calls_are_accepted_by_an_app_that_wants_them(sandbox, facebook):
    login = sandbox.person(require_proof=True)["facebook"]
    page = login["pages"][0]
    place = replace(facebook, account=Account(page["id"], page["access_token"], "facebook", login["app_secret"]))
    assert place.publish(place.prepare()).remote_id


def test_what_was_never_laid_down_is_found_in_nobodys_post(facebook):
    since = before()
    facebook.publish(facebook.prepare())
    assert {piece.verdict for piece in evidence(facebook, Staged(), since)} == {Verdict.NO_ANSWER}
