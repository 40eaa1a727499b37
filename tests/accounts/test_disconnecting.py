"""Leaving: the permission goes back, the tokens go, what stays is said; and logins that come to their end."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from accounts.connections import expiry, flows
from accounts.connections.blocks import block
from accounts.connections.disconnection import disconnect, forget
from accounts.connections.grants import connect
from accounts.connections.provider_apps import app_of
from accounts.models import Channel, Credential, Flow, User
from accounts.providers import PROVIDERS, Grant
from accounts.reasons.connecting import StillConnected, WatchesUseIt
from accounts.reasons.logins import NotAccepted
from accounts.tasks import round
from poster import clock
from poster.models import Event
from poster.permissions import TERMINAL, NotPossible
from sandbox.google.people import Client
from tests.accounts.browsing import Browser, text_of
from tests.factories import THEY_SAID, channel, delivery, login, person, post, watch
from tests.facts import with_reason
from tests.house import grant
from tests.sandbox_fixture import Box
from tests.walls import walls_down

pytestmark = pytest.mark.django_db
ALL = ["google", "facebook", "instagram", "threads"]


@pytest.fixture
def ann(settings, sandbox: Box) -> User:
    settings.REMOTE_ROOT, settings.PUBLIC_URL = sandbox.root, "http://testserver"
    cache.clear()
    return person("Ann")


@pytest.fixture
def people(ann: User, sandbox: Box, settings) -> dict[str, dict]:
    """Logins at all four, and our apps there."""
    made = sandbox.person(pages=[{"name": "Bakery", "instagram": "bakery.ch"}]) | sandbox.person("google")
    settings.PROVIDER_APPS = {
        provider: (
            made[provider].get("client_id") or made[provider]["app_id"],
            made[provider].get("client_secret") or made[provider]["app_secret"],
        )
        for provider in ALL
    }
    return made


def connected(owner: User, provider: str, people: dict[str, dict]) -> Credential:
    made, _ = connect(owner, provider, grant(people[provider]))
    return made


def everything_written() -> str:
    """All of the database, as bytes would show it."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        found = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the names are the database's own
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.mark.parametrize(
    ("provider", "asked", "how"), [("google", "/revoke", "POST"), ("facebook", "/permissions", "DELETE")]
)
def test_s9_p33_disconnecting_gives_the_permission_back(provider, asked, how, ann: User, people, sandbox: Box) -> None:
    made = connected(ann, provider, people)
    told = disconnect(made, by=TERMINAL)
    assert "took the permission back" in told
    assert [call["status"] for call in sandbox.calls(asked, method=how)] == [200]
    assert not any(people[provider]["access_token"] in json.dumps(call) for call in sandbox.calls())


@pytest.mark.parametrize("provider", ["instagram", "threads"])
def test_s9_where_there_is_no_way_back_the_person_is_told_where_to_go(provider, ann: User, people) -> None:
    told = disconnect(connected(ann, provider, people), by=TERMINAL)
    assert "remove the app" in told
    assert "Settings" in told


@pytest.mark.parametrize("provider", ALL)
def test_p14_the_token_is_deleted_and_its_rows_stay(provider: str, ann: User, people) -> None:
    made = connected(ann, provider, people)
    places = Channel.objects.count()
    disconnect(made, by=TERMINAL)
    made.refresh_from_db()
    assert (made.state, made.secret, made.expires_at) == ("blocked", {"access_token": ""}, None)
    assert Channel.objects.filter(token__isnull=True).count() == places
    line = Event.objects.get(kind="disconnect")
    assert (line.person, str(made) in line.sentence) == (ann.pk, True)


@pytest.mark.parametrize("kind", ["error", "lost", "expired"])
def test_s9_a_provider_that_does_not_answer_holds_nothing_up(kind: str, ann: User, people, sandbox: Box) -> None:
    made = connected(ann, "facebook", people)
    sandbox.fault(kind, host="graph.facebook.com", **({"status": 500} if kind == "error" else {}))
    told = disconnect(made, by=TERMINAL)
    assert "in your settings there" in told
    made.refresh_from_db()
    assert made.secret == {"access_token": ""}


def test_a_permission_that_two_people_live_on_is_not_given_back(ann: User, people, sandbox: Box) -> None:
    mine = connected(ann, "google", people)
    theirs = connected(person("Bob"), "google", people)
    assert "would end both" in disconnect(mine, by=TERMINAL)
    assert not sandbox.calls("/revoke")
    assert "took the permission back" in disconnect(theirs, by=TERMINAL)


def test_a_permission_that_somebody_elses_page_lives_on_is_not_given_back(ann: User, people, sandbox: Box) -> None:
    theirs = connected(person("Bob"), "facebook", people)
    block(theirs, THEY_SAID)
    mine = login(ann, "facebook", remote_id=theirs.remote_id)
    assert "would end both" in disconnect(mine, by=TERMINAL)
    assert not sandbox.calls("permissions", method="DELETE")


def test_forgetting_a_login_that_ended_by_itself_says_what_is_left_to_do(ann: User, people) -> None:
    made = connected(ann, "threads", people)
    block(made, THEY_SAID)
    told = forget(made, by=TERMINAL)
    assert "is forgotten" in told
    assert "remove the app" in told
    assert not Credential.objects.exists()


def test_p57_forgetting_deletes_what_came_from_the_platform(ann: User, people) -> None:
    made = connected(ann, "facebook", people)
    page = Channel.objects.filter(platform="facebook").get()
    sent = delivery(post(ann, page), page, "published")
    ids, names = [page.remote_id, made.remote_id], [made.name]
    with pytest.raises(NotPossible, check=with_reason(StillConnected)):
        forget(made, by=TERMINAL)
    disconnect(made, by=TERMINAL)
    assert "stays in the history" in forget(made, by=TERMINAL)
    sent.refresh_from_db()
    assert (sent.channel, sent.channel_name) == (None, page.name)
    assert not Credential.objects.exists()
    assert not Channel.objects.exists()
    # The security log told by name what was connected and disconnected; it goes with its own time.
    with walls_down():
        Event.objects.all()._raw_delete("default")
    written = everything_written()
    assert not any(text in written for text in ids + names)


def test_a_login_that_watches_look_through_is_not_forgotten(ann: User, people) -> None:
    made = connected(ann, "google", people)
    order = watch(ann, source="drive")
    order.stream.credential = made
    order.stream.save()
    disconnect(made, by=TERMINAL)
    with pytest.raises(NotPossible, check=with_reason(WatchesUseIt)):
        forget(made, by=TERMINAL)


def test_the_buttons_say_what_goes_and_what_stays(ann: User, people, sandbox: Box) -> None:
    made = connected(ann, "facebook", people)
    browser = Browser(ann, sandbox)
    where = reverse("admin:accounts_credential_change", args=[made.pk])
    page = text_of(browser.client.get(where))
    assert "Its tokens are deleted here" in page
    assert "the history of your posts stay" in page
    gone = browser.client.post(reverse("admin:accounts_credential_do", args=[made.pk, "disconnect"]), {"back": where})
    assert gone["Location"] == where
    assert "took the permission back" in text_of(browser.client.get(where))
    last = browser.client.post(
        reverse("admin:accounts_credential_do", args=[made.pk, "forget"]), {"back": where}, follow=True
    )
    assert "is forgotten" in text_of(last)
    assert not Credential.objects.exists()


# -- logins that come to their end ------------------------------------------------------------------------------------


def lasting(owner: User, provider: str, **left: float) -> Credential:
    return login(owner, provider, ends_at=clock.now() + dt.timedelta(**left))


def test_an_end_is_mailed_once_with_what_to_do(ann: User) -> None:
    made = lasting(ann, "facebook", days=6)
    assert expiry.warn() == 1
    assert expiry.warn() == 0
    [letter] = mail.outbox
    assert letter.to == [ann.email]
    assert str(made) in letter.body
    assert "Connect again" in letter.body
    Credential.objects.update(ends_at=clock.now() + dt.timedelta(days=5))
    assert expiry.warn() == 1  # another end


@pytest.mark.parametrize(
    ("provider", "days", "told"), [("facebook", 8, 0), ("facebook", 6, 1), ("google", 3, 0), ("google", 1, 1)]
)
def test_an_end_is_told_in_its_own_time(provider: str, days: int, told: int, ann: User, sandbox: Box) -> None:
    made = lasting(ann, provider, days=days)
    if provider != "google":
        channel(ann, provider, credential=made)
    assert (expiry.warn(), expiry.soon(made)) == (told, bool(told))
    counted = Browser(ann, sandbox).client.get(reverse("admin:index")).context["menu"]
    counts = {line.label: line.count for _, lines in counted for line in lines}
    assert counts["Accounts"] == (str(told) if told else "")


@pytest.mark.parametrize(("days", "told"), [(80, 0), (84, 1), (89, 1), (91, 0)])
@pytest.mark.parametrize("state", ["active", "blocked"])
def test_what_facebook_promises_for_ninety_days_is_told_before(ann: User, days: int, told: int, state: str) -> None:
    """The login itself has ended by then, and the Page's token, which Instagram is posted to with, has not."""
    made = login(ann, "facebook", state=state, refreshed_at=clock.now() - dt.timedelta(days=days))
    channel(ann, "facebook", credential=made, token="EAApage")
    behind = channel(ann, "instagram", credential=made, token="EAApage")
    assert (expiry.warn(), expiry.warn()) == (told + (state == "blocked"), 0)  # that it has ended is another mail
    data = [True] * told + [False] * (state == "blocked")
    assert [behind.name in letter.body for letter in mail.outbox] == data


def test_pages_alone_need_nobody_after_ninety_days(ann: User) -> None:
    old = clock.now() - dt.timedelta(days=85)
    channel(ann, "facebook", credential=login(ann, "facebook", refreshed_at=old), token="EAApage")
    channel(ann, "instagram", credential=login(ann, "instagram", refreshed_at=old))
    made = login(ann, "facebook", refreshed_at=old)
    channel(ann, "instagram", credential=made, token="EAApage", state="blocked")
    assert expiry.warn() == 0


def test_practice_warns_nobody(ann: User, settings) -> None:
    settings.PRACTICE = True
    lasting(ann, "facebook", days=1)
    assert expiry.warn() == 0


def test_a_login_that_ends_soon_has_a_badge_and_a_button(ann: User, sandbox: Box) -> None:
    lasting(ann, "facebook", days=5)
    lasting(ann, "threads", days=50)
    page = text_of(Browser(ann, sandbox).client.get(reverse("admin:accounts_credential_changelist")))
    assert page.count("ends ") == 1
    assert page.count("Connect again") == 1
    assert "renews by itself" in page


def test_a_blocked_place_leads_to_its_login(ann: User, sandbox: Box) -> None:
    blocked = channel(ann, "threads", state="blocked")
    page = Browser(ann, sandbox).client.get(reverse("admin:accounts_channel_changelist")).content.decode()
    assert reverse("connect_again", args=[blocked.credential_id]) in page


def test_a_google_login_of_an_app_in_testing_tells_its_end(ann: User, people, sandbox: Box) -> None:
    for client in sandbox.world.table(Client).values():
        client.testing = True
    browser = Browser(ann, sandbox)
    made = browser.connect("google", people["google"]["email"])
    assert made.ends_at is not None
    assert dt.timedelta(days=6) < made.ends_at - clock.now() <= dt.timedelta(days=7)


def test_a_pages_token_is_asked_about_once_a_day(ann: User, people, sandbox: Box) -> None:
    connected(ann, "facebook", people)
    assert expiry.check_places() == 0
    asked = len(sandbox.calls("debug_token"))
    expiry.check_places()
    assert len(sandbox.calls("debug_token")) == asked == 2  # the Page, and the Instagram account behind it


def test_a_pages_token_that_died_is_found_before_a_post_fails(ann: User, people) -> None:
    made = connected(ann, "facebook", people)
    disconnected = made.secret["access_token"]
    PROVIDERS["facebook"]().revoke(Grant(disconnected), app_of("facebook"))
    assert expiry.check_places() == 2
    assert {one.state for one in Channel.objects.all()} == {"blocked"}
    assert {one.reason_code for one in Channel.objects.all()} == {NotAccepted.code}


def test_trouble_at_the_daily_question_is_no_verdict(ann: User, people, sandbox: Box) -> None:
    connected(ann, "facebook", people)
    sandbox.fault("error", host="graph.facebook.com", status=500, times=9)
    assert expiry.check_places() == 0
    assert set(Channel.objects.values_list("state", flat=True)) == {"active"}


def test_what_was_never_finished_is_cleared_away_and_given_back(ann: User, people, sandbox: Box) -> None:
    browser = Browser(ann, sandbox)
    browser.leave("threads")
    browser.back(browser.allow(browser.leave("facebook"), people["facebook"]["account_id"]))
    assert Flow.objects.count() == 2
    Flow.objects.update(created_at=clock.now() - flows.CHOICE - dt.timedelta(seconds=1))
    assert "2 unfinished connections" in round()
    assert not Flow.objects.exists()
    assert sandbox.calls("permissions", method="DELETE")
