"""What every platform keeps to, over real HTTP, whatever goes wrong on the way."""

from __future__ import annotations

import datetime as dt
import socket

import pytest
import requests

from poster import clock
from poster.errors import OutsideError, RateLimited, Refused, Unanswered, Unauthorized, Unavailable
from poster.http import endpoints
from poster.http.client import listening
from publishing.platforms import PLATFORMS, Form, Listing, Platform, Staged, Verdict
from publishing.platforms.containers import same_words
from tests.meta_places import ALT_TEXT, TEXT, Place

UNKNOWN = {"code": 987_654}

# kind, how, what it means when it strikes the call that publishes, and how many posts there are then
AT_PUBLISHING = [
    ("lost", {}, Unanswered, 1),
    ("drop", {}, Unanswered, 0),
    ("status", {"status": 500}, Unanswered, 0),
    ("status", {"status": 500, "after": True}, Unanswered, 1),
    ("status", {"status": 502, "body": "html"}, Unanswered, 0),
    ("status", {"status": 504, "body": "html", "after": True}, Unanswered, 1),
    ("malformed", {}, Unanswered, 1),
    ("truncated", {}, Unanswered, 1),
    ("empty", {}, Unanswered, 1),
    ("flood", {"code": 3_000_000}, Unanswered, 1),
    ("redirect", {"message": "https://example.com/"}, Unanswered, 0),
    ("rate", {"retry_after": "120"}, RateLimited, 0),
    ("expired", {}, Unauthorized, 0),
    ("revoked", {"subcode": 460}, Unauthorized, 0),
    ("error", {"code": 200}, Unauthorized, 0),
    ("error", {"code": 1}, Unanswered, 0),
    ("error", {"code": 1, "after": True}, Unanswered, 1),
    ("error", {"code": 2}, Unanswered, 0),
    ("error", {"code": 368}, Unanswered, 0),
    ("error", {"code": 506, "after": True}, Unanswered, 1),
    ("error", {"code": 4, "subcode": 2207051, "after": True}, Unanswered, 1),
    ("error", {**UNKNOWN, "status": 400}, Unanswered, 0),
    ("error", {**UNKNOWN, "status": 400, "after": True}, Unanswered, 1),
]
AT_STAGING = [
    ("lost", {}, Unavailable),
    ("drop", {}, Unavailable),
    ("status", {"status": 500}, Unavailable),
    ("status", {"status": 503, "body": "html"}, Unavailable),
    ("malformed", {}, Unavailable),
    ("truncated", {}, Unavailable),
    ("empty", {}, Unavailable),
    ("redirect", {"message": "https://example.com/"}, Unavailable),
    ("rate", {"retry_after": "120"}, RateLimited),
    ("expired", {}, Unauthorized),
    ("revoked", {}, Unauthorized),
    ("error", {"code": 1}, Unavailable),
    ("error", {**UNKNOWN, "status": 400}, Refused),
]
AT_READING = [(kind, how) for kind, how, _ in AT_STAGING] + [("error", {"code": 100, "subcode": 33})]


def named(cases):
    return [pytest.param(*case, id="-".join([case[0], *map(str, case[1].values())])) for case in cases]


def before() -> dt.datetime:
    return clock.now() - dt.timedelta(seconds=1)


def verdicts(place: Place, laid: Staged, since: dt.datetime) -> set[Verdict]:
    return {evidence.verdict for evidence in place.find(laid, since)}


def positive(place: Place, laid: Staged, since: dt.datetime):
    found = place.find(laid, since)
    return next(evidence for evidence in found if evidence.verdict is Verdict.THERE)


def secrets_of(place: Place) -> list[str]:
    return [secret for secret in (place.account.token, place.account.app_secret) if secret]


@pytest.mark.parametrize("key", list(PLATFORMS))
def test_every_platform_has_what_the_seam_asks_for(key):
    platform = PLATFORMS[key]()
    for method in ("prepare", "publish", "find", "permalink"):
        assert callable(getattr(platform, method))
    assert set(Platform.__annotations__) <= set(dir(platform))
    for form, limits in platform.limits.items():
        assert isinstance(form, Form)
        assert limits.sweet_spot <= limits.text
        assert limits.settle > 0
        assert (limits.parts == 0) == (form is Form.TEXT)


def test_what_an_account_shows_is_listed_with_words_time_link_and_picture(place):
    """For the day on which we ourselves may have forgotten something."""
    since = before()
    listing = place.platform
    assert isinstance(listing, Listing)
    assert list(listing.posted(place.account, since)) == []
    receipt = place.publish(place.prepare())
    (post,) = listing.posted(place.account, since)
    assert (post.remote_id, same_words(post.words, TEXT)) == (receipt.remote_id, True)
    assert post.permalink == place.platform.permalink(place.account, receipt.remote_id)
    assert requests.get(endpoints.address(post.picture), timeout=10).headers["Content-Type"] == "image/jpeg"
    later = post.at + dt.timedelta(minutes=10)
    assert [shown for shown in place.platform.posted(place.account, later) if shown.at >= later] == []


@pytest.mark.parametrize("kind", ["", "pages_by_time"])
def test_a_long_list_is_read_to_its_end_however_it_goes_on(place, kind):
    """By cursors with `next`, by cursors alone (Threads), or by time; short pages are not the last."""
    since, texts = before(), [f"Loaf number {number}, still warm." for number in range(3)]
    places = [place.saying(text) for text in texts]
    laids = [each.prepare() for each in places]
    ids = [each.publish(laid).remote_id for each, laid in zip(places, laids, strict=True)]
    place.box.fault("short_pages", code=1)
    place.box.fault("no_story_id")
    if kind:
        place.box.fault(kind)
    found = list(place.platform.posted(place.account, since))
    assert [post.remote_id for post in found] == ids[::-1]
    listed = places[0].find(laids[0], since)[-1]
    assert (listed.verdict, listed.receipt.remote_id) == (Verdict.THERE, ids[0])


@pytest.mark.parametrize(("kind", "how"), AT_READING, ids=[kind for kind, _ in AT_READING])
def test_a_list_that_cannot_be_read_to_its_end_is_no_list(place, kind, how):
    place.box.fault(kind, method="GET", **how)
    with pytest.raises(OutsideError):
        list(place.platform.posted(place.account, before()))


def test_what_is_prepared_is_not_seen(place):
    first, second = place.prepare(), place.prepare()
    assert first != second
    assert place.feed() == []


def test_a_person_sees_it_on_the_page_that_we_name(place):
    place.publish(place.prepare())
    whose, name = "me" if place.key == "threads" else place.account.remote_id, ""
    if place.key != "facebook":
        name = place.platform.graph(place.account).get(f"/{whose}", fields="username")["username"]
    page = place.platform.page(place.account.remote_id, name)
    answer = requests.get(endpoints.address(page), timeout=10)
    assert (answer.status_code, TEXT.split(",")[0] in answer.text) == (200, True)


def test_publishing_shows_one_post_with_the_words_the_picture_and_its_alt_text(place):
    laid = place.prepare()
    assert place.ready(laid)
    receipt = place.publish(laid)
    [shown] = place.feed()
    assert shown["id"] == receipt.remote_id
    assert shown["text"] == TEXT
    assert [(one["sha256"], one["alt_text"]) for one in shown["pictures"]] == [
        (place.request.parts[0].sha256, ALT_TEXT)
    ]


def test_a_post_without_words_is_published_too(place):
    silent = place.saying("")
    silent.publish(silent.prepare())
    assert [shown["text"] for shown in place.feed()] == [""]


def test_the_permalink_is_asked_for_later_and_shows_the_post(place):
    receipt = place.publish(place.prepare())
    assert place.platform.permalink(place.account, receipt.remote_id) == place.feed()[0]["permalink"]


def test_publishing_is_one_call_and_nothing_after_it(place):
    laid = place.prepare()
    already = len(place.box.calls())
    place.publish(laid)
    assert len(place.box.calls()) == already + 1


@pytest.mark.parametrize(("kind", "how", "meaning", "posts"), named(AT_PUBLISHING))
def test_whatever_happens_at_publishing_is_told_as_what_it_means(place, kind, how, meaning, posts):
    laid = place.prepare()
    place.break_showing(kind, **how)
    with listening() as heard, pytest.raises(OutsideError) as caught:
        place.publish(laid)
    assert type(caught.value) is meaning
    assert len(place.feed()) == posts
    assert caught.value.sentence.endswith(".")
    for secret in secrets_of(place):
        assert secret not in repr(heard) + repr(caught.value) + repr(caught.value.__context__)


@pytest.mark.parametrize(("kind", "how", "meaning", "posts"), named(AT_PUBLISHING))
def test_after_no_clear_answer_find_says_what_is_true(place, kind, how, meaning, posts):
    since, laid = before(), place.prepare()
    place.break_showing(kind, **how)
    with pytest.raises(OutsideError):
        place.publish(laid)
    place.box.no_faults()
    if posts:
        assert positive(place, laid, since).receipt.remote_id == place.feed()[0]["id"]
    else:
        assert Verdict.NOT_THERE in verdicts(place, laid, since)
        assert Verdict.THERE not in verdicts(place, laid, since)


@pytest.mark.parametrize(("kind", "how", "meaning"), named(AT_STAGING))
def test_whatever_happens_at_preparing_is_told_as_what_it_means_and_shows_nothing(place, kind, how, meaning):
    place.break_staging(kind, **how)
    with listening() as heard, pytest.raises(OutsideError) as caught:
        place.prepare()
    assert type(caught.value) is meaning
    assert place.feed() == []
    for secret in secrets_of(place):
        assert secret not in repr(heard) + repr(caught.value)


@pytest.mark.parametrize(("kind", "how"), named(AT_READING))
def test_trouble_while_looking_is_no_answer_and_never_an_error(place, kind, how):
    since, laid = before(), place.prepare()
    place.publish(laid)
    place.break_reading(kind, **how)
    assert verdicts(place, laid, since) == {Verdict.NO_ANSWER}


@pytest.mark.parametrize(("kind", "how", "meaning"), named(AT_STAGING))
def test_trouble_while_asking_for_the_permalink_is_one_of_our_errors(place, kind, how, meaning):
    receipt = place.publish(place.prepare())
    place.break_reading(kind, **how)
    with pytest.raises(meaning):
        place.platform.permalink(place.account, receipt.remote_id)
    assert len(place.feed()) == 1


def test_a_call_that_never_left_had_no_effect(place, settings):
    laid = place.prepare()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    settings.REMOTE_ROOT = f"http://127.0.0.1:{closed}"
    with pytest.raises(Unavailable) as caught:
        place.publish(laid)
    assert type(caught.value) is Unavailable
    assert place.feed() == []


def test_a_positive_is_found_although_they_changed_the_spaces(place):
    since, laid = before(), place.prepare()
    place.box.fault("edited_text")
    receipt = place.publish(laid)
    assert positive(place, laid, since).receipt.remote_id == receipt.remote_id


def test_an_older_post_with_the_same_words_is_not_taken_for_ours(place):
    place.publish(place.prepare())
    since = clock.now() + dt.timedelta(hours=1)
    place.box.advance(3600)
    laid = place.prepare()
    assert Verdict.THERE not in verdicts(place, laid, since)
    assert Verdict.NOT_THERE in verdicts(place, laid, since)


def test_tokens_travel_in_the_header_only(place):
    since, laid = before(), place.prepare()
    place.ready(laid)
    receipt = place.publish(laid)
    place.find(laid, since)
    place.platform.permalink(place.account, receipt.remote_id)
    assert {call["token_in"] for call in place.box.calls()} == {"header"}


def test_the_wait_that_they_ask_for_is_passed_on(place):
    """They say it twice: in Retry-After, and as the minutes until there is room again. The longer one counts."""
    place.break_staging("rate", retry_after="1200")
    with pytest.raises(RateLimited) as caught:
        place.prepare()
    assert caught.value.retry_after == 1200


def test_our_values_show_no_token(place):
    for secret in secrets_of(place):
        assert secret not in repr(place.account)
