"""Logins at Facebook, Instagram and Threads: whose they are, what they open, how they live on."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from accounts.providers import NO_TOKEN, PROVIDERS, App, CodeRefused, Grant, RedirectRefused
from accounts.providers.instagram.provider import _judge
from accounts.providers.meta.login import about_code
from poster import clock
from poster.errors import Actor, OutsideError, RateLimited, Refused, Unauthorized, Unavailable
from poster.http.client import Answer, listening
from sandbox.meta.rows import NEW_TASKS

DAY = 86_400
OWN_LOGINS = ["instagram", "threads"]
ALL = ["facebook", *OWN_LOGINS]


@pytest.fixture
def person(sandbox, settings):
    """Makes a person at Meta; his logins by provider."""
    settings.REMOTE_ROOT = sandbox.root
    return sandbox.person


def grant_of(login, **changes) -> Grant:
    expires_at = clock.now() + dt.timedelta(seconds=login["expires_in"])
    return Grant(
        **{"access_token": login["access_token"], "expires_at": expires_at, "scopes": tuple(login["scopes"])} | changes
    )


def app_of(login) -> App:
    return App(login["app_id"], login["app_secret"])


MISMATCH = (  # as recorded, wrapped and not
    "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the "
    "OAuth dialog request"
)


@pytest.mark.parametrize(
    ("code", "subcode", "message", "expected"),
    [
        (100, 36008, MISMATCH, RedirectRefused),
        (100, 36008, "Invalid verification code format.", CodeRefused),
        (100, 36007, "This authorization code has expired.", CodeRefused),
        (100, 36009, "This authorization code has been used.", CodeRefused),
        (191, 0, "The specified URL is not owned by the application", RedirectRefused),
        (190, 1349187, "Not https", RedirectRefused),
        (1, 0, "Error validating client secret.", Refused),
        (101, 0, "Error validating application. Invalid application ID.", Refused),
    ],
)
def test_what_is_said_about_a_code(code, subcode, message, expected):
    told = {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode}
    error = about_code("Facebook", "POST", Answer(400, {}, json.dumps({"error": told}).encode()))
    assert type(error) is expected
    assert (getattr(error, "actor", None) is Actor.OPERATOR) is (expected is not CodeRefused)


@pytest.mark.parametrize(
    ("message", "expected"),
    [(MISMATCH, RedirectRefused), ("Matching code was not found or was already used", CodeRefused)],
)
def test_instagram_says_it_without_an_envelope(message, expected):
    told = {"error_type": "OAuthException", "code": 400, "error_message": message}
    assert type(_judge("Instagram", "POST", Answer(400, {}, json.dumps(told).encode()))) is expected


@pytest.mark.parametrize("key", ALL)
def test_a_login_says_whose_it_is(person, key):
    login = person(name="Ada Example")[key]
    profile = PROVIDERS[key]().identify(grant_of(login))
    assert profile.remote_id == login["account_id"]
    assert profile.name


def test_facebook_opens_pages_and_the_instagram_accounts_behind_them(person):
    login = person(pages=[{"name": "Bakery", "instagram": "bakery.ch"}, {"name": "Mill"}])["facebook"]
    places = PROVIDERS["facebook"]().discover(grant_of(login))
    bakery, mill = login["pages"]
    assert [(place.platform, place.remote_id, place.token) for place in places] == [
        ("facebook", bakery["id"], bakery["access_token"]),
        ("instagram", bakery["instagram_id"], bakery["access_token"]),
        ("facebook", mill["id"], mill["access_token"]),
    ]
    assert [(place.name, place.handle) for place in places] == [
        ("Bakery", "bakery"),
        ("Bakery Ch", "bakery.ch"),
        ("Mill", "mill"),
    ]
    assert not any(place.missing for place in places)


def test_all_pages_are_found_however_many_there_are(person):
    login = person(pages=[{"name": f"Page {number}"} for number in range(120)])["facebook"]
    assert len(PROVIDERS["facebook"]().discover(grant_of(login))) == 120


def test_a_page_without_the_task_to_post_says_so(person):
    login = person(pages=[{"name": "Bakery", "tasks": ["ANALYZE", "MODERATE"]}])["facebook"]
    [place] = PROVIDERS["facebook"]().discover(grant_of(login))
    assert place.missing == ("CREATE_CONTENT",)


@pytest.mark.parametrize(
    "tasks",
    [["PROFILE_PLUS_CREATE_CONTENT"], ["PROFILE_PLUS_ANALYZE", "PROFILE_PLUS_FULL_CONTROL"], ["MANAGE"], NEW_TASKS],
)
def test_the_task_to_post_has_other_names_in_the_new_pages_experience(person, tasks):
    login = person(pages=[{"name": "Bakery", "tasks": list(tasks)}])["facebook"]
    [place] = PROVIDERS["facebook"]().discover(grant_of(login))
    assert place.missing == ()


@pytest.mark.parametrize("tasks", [[], ["PROFILE_PLUS_ANALYZE", "PROFILE_PLUS_MESSAGING"]])
def test_other_tasks_are_not_enough_to_post(person, tasks):
    login = person(pages=[{"name": "Bakery", "tasks": tasks}])["facebook"]
    [place] = PROVIDERS["facebook"]().discover(grant_of(login))
    assert place.missing == ("CREATE_CONTENT",)


def test_tasks_that_are_not_told_are_not_missing(person):
    login = person(pages=[{"name": "Bakery", "tasks_told": False}])["facebook"]
    [place] = PROVIDERS["facebook"]().discover(grant_of(login))
    assert (place.missing, bool(place.token)) == ((), True)


def test_a_page_without_a_token_says_so_and_so_does_the_account_behind_it(person):
    pages = [{"name": "Bakery", "instagram": "bakery.ch", "two_factor": True}, {"name": "Mill"}]
    page, account, other = PROVIDERS["facebook"]().discover(grant_of(person(pages=pages)["facebook"]))
    assert [(place.token, place.missing) for place in (page, account)] == [("", (NO_TOKEN,))] * 2
    assert (bool(other.token), other.missing) == (True, ())


def test_permissions_that_were_declined_are_told_for_each_place(person):
    kept = ["pages_show_list", "pages_read_engagement", "instagram_basic"]
    login = person(scopes=kept, pages=[{"name": "Bakery", "instagram": "bakery.ch"}])["facebook"]
    page, account = PROVIDERS["facebook"]().discover(grant_of(login, scopes=()))
    assert page.missing == ("pages_manage_posts",)
    assert account.missing == ("instagram_content_publish",)


@pytest.mark.parametrize("key", OWN_LOGINS)
def test_an_own_login_opens_one_place_that_uses_its_token(person, key):
    login = person()[key]
    [place] = PROVIDERS[key]().discover(grant_of(login))
    assert (place.platform, place.remote_id, place.token, place.missing) == (key, login["account_id"], "", ())
    assert place.handle


@pytest.mark.parametrize("key", OWN_LOGINS)
def test_scopes_that_were_not_granted_are_missing_and_unknown_ones_are_not(person, key):
    provider, login = PROVIDERS[key](), person()[key]
    [place] = provider.discover(grant_of(login, scopes=provider.scopes[:1]))
    assert place.missing == provider.scopes[1:]
    [place] = provider.discover(grant_of(login, scopes=()))
    assert place.missing == ()


@pytest.mark.parametrize("key", OWN_LOGINS)
def test_an_own_login_is_renewed_for_sixty_days(sandbox, person, key):
    login = person()[key]
    sandbox.advance(2 * DAY)
    renewed = PROVIDERS[key]().refresh(grant_of(login), app_of(login))
    assert renewed.access_token != login["access_token"]
    assert renewed.expires_at > clock.now() + dt.timedelta(days=59)
    assert renewed.scopes == tuple(login["scopes"])
    assert PROVIDERS[key]().identify(renewed).remote_id == login["account_id"]


@pytest.mark.parametrize("key", OWN_LOGINS)
def test_a_login_of_today_cannot_be_renewed_yet(person, key):
    login = person()[key]
    with pytest.raises(Refused) as caught:
        PROVIDERS[key]().refresh(grant_of(login), app_of(login))
    assert not isinstance(caught.value, Unauthorized)


@pytest.mark.parametrize("key", OWN_LOGINS)
def test_a_login_that_has_ended_wants_a_new_one(sandbox, person, key):
    login = person()[key]
    sandbox.advance(61 * DAY)
    with pytest.raises(Unauthorized):
        PROVIDERS[key]().refresh(grant_of(login), app_of(login))


def test_a_facebook_login_of_an_hour_becomes_one_of_sixty_days(person):
    login = person(long=False)["facebook"]
    long = PROVIDERS["facebook"]().refresh(grant_of(login), app_of(login))
    assert long.expires_at > clock.now() + dt.timedelta(days=59)
    assert PROVIDERS["facebook"]().identify(long).remote_id == login["account_id"]


def test_a_long_facebook_login_cannot_be_renewed_but_its_pages_go_on(person):
    login = person()["facebook"]
    with pytest.raises(Unauthorized, match="go on"):
        PROVIDERS["facebook"]().refresh(grant_of(login), app_of(login))


def test_without_our_apps_secret_no_facebook_login_can_be_lengthened(person):
    login = person(long=False)["facebook"]
    with pytest.raises(Unauthorized):
        PROVIDERS["facebook"]().refresh(grant_of(login), App())


def test_a_wrong_app_secret_is_for_the_operator(person):
    login = person(long=False)["facebook"]
    with pytest.raises(Refused) as caught:
        PROVIDERS["facebook"]().refresh(grant_of(login), App(login["app_id"], "wrong"))
    assert caught.value.actor is Actor.OPERATOR
    assert not isinstance(caught.value, Unauthorized)


def test_an_app_that_wants_its_calls_signed_gets_them_signed(person):
    login = person(require_proof=True)["facebook"]
    with pytest.raises(Refused):
        PROVIDERS["facebook"]().identify(grant_of(login))
    assert PROVIDERS["facebook"]().identify(grant_of(login), app_of(login)).remote_id == login["account_id"]
    assert PROVIDERS["facebook"]().discover(grant_of(login), app_of(login))


@pytest.mark.parametrize("key", ALL)
@pytest.mark.parametrize(
    ("kind", "how", "meaning"),
    [
        ("lost", {}, Unavailable),
        ("drop", {}, Unavailable),
        ("malformed", {}, Unavailable),
        ("empty", {}, Unavailable),
        ("status", {"status": 500}, Unavailable),
        ("rate", {"retry_after": "9"}, RateLimited),
        ("expired", {}, Unauthorized),
        ("revoked", {}, Unauthorized),
    ],
)
def test_trouble_is_told_as_what_it_means_and_shows_no_token(sandbox, person, key, kind, how, meaning):
    login = person(long=False)[key]
    sandbox.fault(kind, **how)
    provider = PROVIDERS[key]()
    for asked in (provider.identify, provider.discover, lambda grant: provider.refresh(grant, app_of(login))):
        with listening() as heard, pytest.raises(OutsideError) as caught:
            asked(grant_of(login))
        assert type(caught.value) is meaning
        assert login["access_token"] not in repr(heard) + repr(caught.value)
        assert login["app_secret"] not in repr(heard) + repr(caught.value)


@pytest.mark.parametrize("key", ALL)
def test_tokens_are_not_shown_by_our_values(person, key):
    login = person()[key]
    provider = PROVIDERS[key]()
    shown = repr(provider.discover(grant_of(login))) + repr(grant_of(login)) + repr(app_of(login))
    assert login["access_token"] not in shown
    assert login["app_secret"] not in shown
