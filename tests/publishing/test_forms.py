"""Several pictures, words alone, stories: complete and in order, or not at all, and found whatever is answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from poster import clock
from poster.errors import OutsideError, Refused, Unanswered
from publishing.platforms import Form, Spoilt, Staged, Verdict
from tests.meta_places import Place, Served

MOST = {"facebook": 10, "instagram": 10, "threads": 20}
EVERYWHERE = ["facebook", "instagram", "instagram_login", "threads"]
CONTAINERS = EVERYWHERE[1:]


def before() -> dt.datetime:
    return clock.now() - dt.timedelta(seconds=1)


@pytest.fixture
def album(request: pytest.FixtureRequest, served: Served) -> Place:
    """Three pictures to a place."""
    place: Place = request.getfixturevalue(request.param)
    return place.showing_parts(*(served.other(number) for number in range(3)))


def to_the_end(place: Place, laid: Staged = Staged()) -> Staged:  # noqa: B008 - a value
    """Until it is ready, however long they want us to wait."""
    for _ in range(200):
        if laid.ready:
            return laid
        laid = place.step(laid)
        place.box.advance(laid.wait)
    raise AssertionError("It is never ready.")


def shown(place: Place) -> list[list[tuple[str, str]]]:
    return [[(one["sha256"], one["alt_text"]) for one in post["pictures"]] for post in place.feed()]


def wanted(place: Place) -> list[tuple[str, str]]:
    return [(part.sha256, part.alt_text) for part in place.request.parts]


# --- albums


@pytest.mark.parametrize("album", EVERYWHERE, indirect=True)
def test_an_album_shows_all_its_pictures_in_their_order_each_with_its_alt_text(album: Place) -> None:
    laid = to_the_end(album)
    assert album.feed() == []
    album.publish(laid)
    assert shown(album) == [wanted(album)]


@pytest.mark.parametrize("name", ["facebook", "instagram", "threads"])
def test_as_many_as_they_take_and_not_one_more(name: str, request: pytest.FixtureRequest, served: Served) -> None:
    place: Place = request.getfixturevalue(name)
    parts = [served.other(number) for number in range(MOST[name] + 1)]
    with pytest.raises(Refused):
        place.showing_parts(*parts).step(Staged())
    assert place.box.calls(method="POST") == []
    most = place.showing_parts(*parts[:-1])
    most.publish(to_the_end(most))
    assert shown(place) == [wanted(most)]


@pytest.mark.parametrize("album", EVERYWHERE, indirect=True)
def test_each_step_is_one_request_and_goes_on_from_what_the_one_before_has_told(album: Place) -> None:
    laid, calls = Staged(), 0
    while not laid.ready:
        laid = album.step(laid)
        made = len(album.box.calls())
        assert made - calls <= 1
        calls = made
    assert laid.done == laid.total


@pytest.mark.parametrize("album", CONTAINERS, indirect=True)
def test_nothing_is_put_around_a_picture_that_they_still_work_on(album: Place) -> None:
    album.box.settings(processing_seconds=30)
    laid = Staged()
    while not laid.wait:
        laid = album.step(laid)
    assert len(laid.refs) == 3
    album.publish(to_the_end(album, laid))
    assert shown(album) == [wanted(album)]


@pytest.mark.parametrize("album", CONTAINERS, indirect=True)
@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_picture_that_they_spoil_is_laid_down_again_alone_and_in_its_place(album: Place, place: int) -> None:
    laid = Staged()
    for number in range(1, 4):
        if number == place:
            album.box.fault("container_error", code=2207052, times=1)
        laid = album.step(laid)
    with pytest.raises(Spoilt) as caught:
        to_the_end(album, laid)
    left = caught.value.left
    assert left is not None
    assert (len(left.refs), left.redone, left.ready) == (2, 1, False)
    album.publish(to_the_end(album, left))
    assert shown(album) == [wanted(album)]


@pytest.mark.parametrize("album", CONTAINERS, indirect=True)
def test_an_album_that_is_spoilt_as_a_whole_is_put_around_the_same_pictures_again(album: Place) -> None:
    laid = Staged()
    while len(laid.refs) < 3 or laid.keys["done"] < 3:
        laid = album.step(laid)
    album.box.fault("container_error", code=2207052, times=1)
    laid = album.step(laid)
    with pytest.raises(Spoilt) as caught:
        album.step(laid)
    left = caught.value.left
    assert left is not None
    assert left.refs == laid.refs[:3]
    album.publish(to_the_end(album, left))
    assert shown(album) == [wanted(album)]


@pytest.mark.parametrize("album", CONTAINERS, indirect=True)
def test_what_expired_is_laid_down_anew_as_a_whole(album: Place) -> None:
    laid = album.step(album.step(Staged()))
    album.box.advance(25 * 3600)
    with pytest.raises(Spoilt) as caught:
        to_the_end(album, laid)
    assert caught.value.left is None
    assert album.feed() == []


def test_a_picture_of_an_album_that_they_would_refuse_again_ends_it(instagram: Place, served: Served) -> None:
    album = instagram.showing_parts(served.other(1), served.other(2))
    album.box.fault("container_error", code=2207009)
    with pytest.raises(Refused) as caught:
        to_the_end(album)
    assert not isinstance(caught.value, Spoilt)
    assert album.feed() == []


@pytest.mark.parametrize("album", CONTAINERS, indirect=True)
def test_a_picture_whose_state_nobody_tells_is_taken_for_done_in_the_end(
    album: Place,
) -> None:
    laid = Staged()
    while len(laid.refs) < 3:
        laid = album.step(laid)
    album.break_reading("error", code=100, subcode=33)
    with pytest.raises(OutsideError):
        album.step(laid)
    long_ago = {**laid.keys, "at": (clock.now() - dt.timedelta(minutes=6)).isoformat()}
    assert album.step(replace(laid, keys=long_ago)).keys["done"] == 1


def test_that_it_was_made_with_ai_is_said_of_the_album_and_not_of_its_pictures(
    instagram: Place, served: Served
) -> None:
    album = instagram.showing_parts(served.other(1), served.other(2))
    album = replace(album, request=replace(album.request, ai=True))
    album.publish(to_the_end(album))
    assert [post["ai"] for post in album.feed()] == [True]


# --- words alone


@pytest.mark.parametrize("name", ["facebook", "threads"])
def test_words_alone_are_laid_down_unseen_and_then_shown(name: str, request: pytest.FixtureRequest) -> None:
    place: Place = request.getfixturevalue(name).showing_parts()
    laid = to_the_end(place)
    assert place.feed() == []
    assert {one.verdict for one in place.find(laid, before()) if one.authoritative} == {Verdict.NOT_THERE}
    receipt = place.publish(laid)
    assert [(post["id"], post["text"], post["pictures"]) for post in place.feed()] == [
        (receipt.remote_id, place.request.text, [])
    ]


def test_a_page_post_that_is_switched_on_twice_is_one_post(facebook: Place) -> None:
    """Why words alone are laid down first: the same switch again does no harm, and the post says how it stands."""
    place = facebook.showing_parts()
    since, laid = before(), to_the_end(place)
    assert place.publish(laid) == place.publish(laid)
    assert len(place.feed()) == 1
    (piece,) = place.find(laid, since)
    assert (piece.verdict, piece.authoritative, piece.receipt.remote_id) == (Verdict.THERE, True, laid.refs[0])
    assert piece.receipt.permalink == place.feed()[0]["permalink"]


def test_a_post_that_does_not_tell_whether_it_is_out_is_no_answer(facebook: Place) -> None:
    place = facebook.showing_parts()
    laid = to_the_end(place)
    place.break_reading("status", status=500)
    assert [one.verdict for one in place.find(laid, before())] == [Verdict.NO_ANSWER]
    place.box.no_faults()
    assert [one.verdict for one in place.find(Staged(), before())] == [Verdict.NO_ANSWER]


def test_there_are_no_words_alone_on_instagram_and_no_stories_on_threads(instagram: Place, threads: Place) -> None:
    for place in (instagram.showing_parts(), threads.as_story()):
        with pytest.raises(Refused):
            place.step(Staged())
        assert place.request.form not in place.platform.limits


# --- stories


@pytest.mark.parametrize("name", ["facebook", "instagram", "instagram_login"])
def test_a_story_is_the_picture_alone(name: str, request: pytest.FixtureRequest) -> None:
    place: Place = request.getfixturevalue(name).as_story()
    since, laid = before(), to_the_end(place)
    assert place.feed() == []
    receipt = place.publish(laid)
    (story,) = place.feed()
    assert (story["id"], story["text"], story["story"]) == (receipt.remote_id, "", True)
    assert Verdict.THERE in {one.verdict for one in place.find(laid, since)}
    assert list(place.platform.posted(place.account, since)) == []  # a story is in no list of posts


def test_a_story_whose_answer_was_lost_is_found_by_its_photo(facebook: Place) -> None:
    place = facebook.as_story()
    since, laid = before(), to_the_end(place)
    place.break_showing("lost")
    with pytest.raises(Unanswered):
        place.publish(laid)
    place.box.no_faults()
    (piece,) = place.find(laid, since)
    assert (piece.verdict, piece.receipt.remote_id) == (Verdict.THERE, place.feed()[0]["id"])


def test_that_no_story_shows_it_is_one_listings_word_and_no_proof(facebook: Place) -> None:
    place = facebook.as_story()
    (piece,) = place.find(to_the_end(place), before())
    assert (piece.verdict, piece.authoritative) == (Verdict.NOT_THERE, False)
    place.break_reading("truncated")
    (piece,) = place.find(Staged(refs=("1",)), before())
    assert piece.verdict is Verdict.NO_ANSWER


def test_the_shape_of_a_story_is_that_of_a_phone() -> None:
    from publishing.platforms import PLATFORMS

    for name in PLATFORMS:
        story = PLATFORMS[name].limits.get(Form.STORY)
        assert story is None or (story.min_ratio == story.max_ratio == 9 / 16 and story.text == 0)
