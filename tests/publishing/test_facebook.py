"""Facebook Pages: what is particular to them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from poster import clock
from poster.errors import Refused, Unauthorized, Unavailable
from publishing.platforms import Verdict


def before() -> dt.datetime:
    return clock.now() - dt.timedelta(seconds=1)


def evidence(facebook, handle, since):
    return facebook.platform.find(facebook.draft, handle, since)


def test_the_bytes_are_sent_so_no_public_address_is_needed(facebook):
    hidden = replace(facebook.draft.media[0], url="")
    place = replace(facebook, draft=replace(facebook.draft, media=(hidden,)))
    place.publish(place.prepare())
    assert len(facebook.feed()) == 1


def test_several_pictures_make_one_post_that_is_found_by_any_of_them(facebook):
    medium = facebook.draft.media[0]
    album = replace(facebook, draft=replace(facebook.draft, media=(medium, replace(medium, alt_text="Another view"))))
    since, handle = before(), album.prepare()
    receipt = album.publish(handle)
    assert [picture["alt_text"] for picture in facebook.feed()[0]["pictures"]] == [medium.alt_text, "Another view"]
    facebook.box.fault("no_story_id")
    photo, listed = evidence(album, handle, since)
    assert (photo.verdict, photo.authoritative) == (Verdict.NOT_THERE, False)
    assert (listed.verdict, listed.receipt.remote_id) == (Verdict.THERE, receipt.remote_id)


def test_the_photo_itself_is_proof_although_the_lists_lag(facebook):
    since, handle = before(), facebook.prepare()
    receipt = facebook.publish(handle)
    facebook.box.fault("listing_lag", seconds=600)
    photo, listed = evidence(facebook, handle, since)
    assert (photo.verdict, photo.authoritative, photo.receipt.remote_id) == (Verdict.THERE, True, receipt.remote_id)
    assert (listed.verdict, listed.authoritative) == (Verdict.NOT_THERE, False)


def test_a_photo_that_names_no_post_proves_nothing_alone(facebook):
    photo, listed = evidence(facebook, facebook.prepare(), before())
    assert (photo.verdict, photo.authoritative) == (Verdict.NOT_THERE, False)
    assert (listed.verdict, listed.authoritative) == (Verdict.NOT_THERE, False)


def test_the_list_is_read_to_its_end_before_it_counts(facebook):
    since, handle = before(), facebook.prepare()
    receipt = facebook.publish(handle)
    other = facebook.saying("Something else")
    for _ in range(60):
        other.publish(other.prepare())
    facebook.box.fault("no_story_id")
    assert evidence(facebook, handle, since)[1].receipt.remote_id == receipt.remote_id


def test_a_list_that_breaks_off_is_no_answer(facebook):
    since, handle = before(), facebook.prepare()
    for _ in range(60):
        facebook.publish(facebook.prepare())
    facebook.box.fault("status", status=500, path="*/published_posts", nth=2)
    assert evidence(facebook, handle, since)[1].verdict is Verdict.NO_ANSWER


def test_the_same_words_under_another_picture_are_not_ours(facebook):
    since, handle = before(), facebook.prepare()
    facebook.publish(facebook.prepare())
    assert Verdict.THERE not in {one.verdict for one in evidence(facebook, handle, since)}


def test_a_second_publish_of_one_photo_is_found_but_never_prevented_by_them(facebook):
    """Why nothing but proof leads back from checking: Facebook takes it twice."""
    handle = facebook.prepare()
    facebook.publish(handle)
    facebook.publish(handle)
    assert len(facebook.feed()) == 2


def test_a_page_without_the_task_to_post_is_unauthorized(sandbox, facebook):
    login = sandbox.person(pages=[{"name": "Mill", "tasks": ["ANALYZE"]}])["facebook"]["pages"][0]
    place = replace(facebook, draft=replace(facebook.draft, account_id=login["id"], token=login["access_token"]))
    with pytest.raises(Unauthorized):
        place.prepare()


def test_a_picture_that_is_none_is_refused(facebook, tmp_path):
    path = tmp_path / "notes.jpg"
    path.write_text("no picture")
    with pytest.raises(Refused):
        facebook.platform.prepare(replace(facebook.draft, media=(replace(facebook.draft.media[0], path=path),)))


def test_a_picture_that_is_not_on_disk_is_waited_for(facebook, tmp_path):
    lost = replace(facebook.draft.media[0], path=tmp_path / "gone.jpg")
    with pytest.raises(Unavailable):
        facebook.platform.prepare(replace(facebook.draft, media=(lost,)))


def test_no_name_of_the_owners_file_goes_out(facebook, tmp_path, sandbox):
    private = tmp_path / "passport of Ann.jpg"
    private.write_bytes(facebook.draft.media[0].path.read_bytes())
    draft = replace(facebook.draft, media=(replace(facebook.draft.media[0], path=private),))
    facebook.platform.publish(draft, facebook.platform.prepare(draft))
    assert "passport" not in str(sandbox.feed()) + str(sandbox.calls())


def test_a_photo_that_was_thrown_away_after_a_day_is_not_guessed_about(facebook):
    since, handle = before(), facebook.prepare()
    facebook.box.advance(25 * 3600)
    assert {one.verdict for one in evidence(facebook, handle, since)} == {Verdict.NO_ANSWER, Verdict.NOT_THERE}


def test_signed_calls_are_accepted_by_an_app_that_wants_them(sandbox, facebook):
    login = sandbox.person(require_proof=True)["facebook"]
    page = login["pages"][0]
    draft = replace(facebook.draft, account_id=page["id"], token=page["access_token"], app_secret=login["app_secret"])
    assert facebook.platform.publish(draft, facebook.platform.prepare(draft)).remote_id


def test_without_a_picture_there_is_nothing_to_prepare(facebook):
    with pytest.raises(Refused):
        facebook.platform.prepare(replace(facebook.draft, media=()))


def test_what_was_never_laid_down_is_found_in_nobodys_post(facebook):
    since = before()
    facebook.publish(facebook.prepare())
    assert {piece.verdict for piece in evidence(facebook, "", since)} == {Verdict.NO_ANSWER}
