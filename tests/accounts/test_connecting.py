"""From tokens to accounts and channels, against the sandbox; again, with less, by others, and back."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.connections import login_doubts
from accounts.connections.blocks import block
from accounts.connections.grants import connect, delete_tokens, release
from accounts.connections.refusals import refused
from accounts.connections.token_refresh import grant_of, token_of
from accounts.models import Channel, Credential, User
from accounts.providers import NO_TOKEN
from accounts.reason_columns import because
from accounts.reasons.connecting import TakenByAnother
from accounts.reasons.logins import Closed, Lacking, Released
from poster.errors import Unauthorized
from poster.models import Event, Rest
from poster.permissions import Caller, NotPossible
from tests.factories import ENDED, THEY_SAID, person
from tests.facts import with_reason
from tests.house import grant
from tests.sandbox_fixture import Box

pytestmark = pytest.mark.django_db
PLATFORMS = ["facebook", "instagram"]


@pytest.fixture
def ann(settings, sandbox: Box) -> User:
    settings.REMOTE_ROOT = sandbox.root
    return person("Ann", operator=True)


def platforms(channels: list[Channel]) -> list[str]:
    return sorted(channel.platform for channel in channels)


def test_one_facebook_login_opens_the_page_and_the_instagram_account_behind_it(ann: User, sandbox: Box) -> None:
    credential, channels = connect(ann, "facebook", grant(sandbox.person()["facebook"]))
    assert platforms(channels) == PLATFORMS
    assert {channel.state for channel in channels} == {"active"}
    assert (credential.state, credential.version, credential.practice) == ("active", 1, False)


@pytest.mark.parametrize("provider", ["instagram", "threads"])
def test_a_login_of_its_own_opens_its_one_account(ann: User, sandbox: Box, provider: str) -> None:
    _, channels = connect(ann, provider, grant(sandbox.person()[provider]))
    assert platforms(channels) == [provider]
    assert channels[0].token is None  # the login's own token is used


def test_a_drive_opens_no_channel(ann: User, sandbox: Box) -> None:
    credential, channels = connect(ann, "google", grant(sandbox.person("google")["google"]))
    assert (credential.provider, channels) == ("google", [])


def test_tokens_lie_sealed_in_the_database_and_open_again(ann: User, sandbox: Box) -> None:
    token = sandbox.person()["threads"]
    credential, _ = connect(ann, "threads", grant(token))
    stored = Credential.objects.get(pk=credential.pk)
    assert token["access_token"].encode() not in stored.__dict__["secret"].blob
    assert grant_of(stored).access_token == token["access_token"]


def test_connecting_again_replaces_the_token_and_unblocks(ann: User, sandbox: Box) -> None:
    tokens = sandbox.person()
    credential, (page, *_) = connect(ann, "facebook", grant(tokens["facebook"]))
    Credential.objects.filter(pk=credential.pk).update(state="blocked", **because(ENDED))
    Channel.objects.filter(pk=page.pk).update(state="blocked", spacing=600, **because(ENDED))
    again, channels = connect(ann, "facebook", grant(tokens["facebook"]))
    page.refresh_from_db()
    assert (again.pk, again.version, again.state, again.reason_code) == (credential.pk, 2, "active", "")
    assert (page.state, page.reason_code, page.spacing) == ("active", "", 600)
    assert Channel.objects.count() == len(channels)


def test_what_the_owner_switched_off_stays_off(ann: User, sandbox: Box) -> None:
    tokens = sandbox.person()
    connect(ann, "threads", grant(tokens["threads"]))
    Channel.objects.update(state="off")
    _, (channel,) = connect(ann, "threads", grant(tokens["threads"]))
    assert channel.state == "off"


def test_a_missing_permission_blocks_the_channel_and_is_named(ann: User, sandbox: Box) -> None:
    lacking = sandbox.person(scopes=["pages_show_list", "pages_read_engagement", "instagram_basic"])
    _, channels = connect(ann, "facebook", grant(lacking["facebook"]))
    page = next(channel for channel in channels if channel.platform == "facebook")
    assert page.state == "blocked"
    assert (page.reason_code, "pages_manage_posts" in page.problem) == (Lacking.code, True)


def test_a_page_without_a_token_is_not_posted_to_with_the_persons(ann: User, sandbox: Box) -> None:
    pages = [{"name": "Bakery", "instagram": "bakery.ch", "two_factor": True}, {"name": "Mill"}]
    login, channels = connect(ann, "facebook", grant(sandbox.person(pages=pages)["facebook"]))
    lacking = [channel for channel in channels if channel.name != "Mill"]
    assert [(each.state, each.reason) for each in lacking] == [
        ("blocked", Lacking(name=each.name, missing=(NO_TOKEN,))) for each in lacking
    ]
    for channel in lacking:
        with pytest.raises(Unauthorized):
            token_of(channel)
    [mill] = [channel for channel in channels if channel.name == "Mill"]
    assert (mill.state, token_of(mill) != grant_of(login).access_token) == ("active", True)


def test_a_page_that_was_connected_without_a_token_stops_alone(ann: User, sandbox: Box) -> None:
    """Older versions took the person's token then, and a refusal counted against the whole login."""
    login, (page, *_) = connect(ann, "facebook", grant(sandbox.person()["facebook"]))
    Channel.objects.filter(pk=page.pk).update(token=None)
    page = Channel.objects.get(pk=page.pk)
    with pytest.raises(Unauthorized) as caught:
        token_of(page)
    assert refused(page, caught.value, uuid4())
    page.refresh_from_db()
    login.refresh_from_db()
    assert (page.state, page.reason) == ("blocked", Lacking(name=page.name, missing=(NO_TOKEN,)))
    assert (login.state, login_doubts.doubt(login), Rest.objects.count()) == ("active", None, 0)


def test_a_place_that_the_login_opens_no_more_is_blocked(ann: User, sandbox: Box) -> None:
    tokens = sandbox.person()
    credential, _ = connect(ann, "threads", grant(tokens["threads"]))
    lost = Channel.objects.create(
        owner=ann, credential=credential, platform="threads", remote_id="lost", name="Lost", token="t"
    )
    connect(ann, "threads", grant(tokens["threads"]))
    lost.refresh_from_db()
    assert (lost.state, lost.token) == ("blocked", None)
    assert (lost.reason_code, lost.released) == (Closed.code, False)


def test_what_one_person_posts_to_is_not_connected_by_another(ann: User, sandbox: Box) -> None:
    token = grant(sandbox.person()["threads"])
    connect(ann, "threads", token)
    with pytest.raises(NotPossible, check=with_reason(TakenByAnother)):
        connect(person("Bob"), "threads", token)
    assert Channel.objects.get().owner == ann


def test_what_somebody_disconnected_is_free(ann: User, sandbox: Box) -> None:
    token = grant(sandbox.person()["threads"])
    mine, _ = connect(ann, "threads", token)
    delete_tokens(mine)
    _, [theirs] = connect(person("Bob"), "threads", token)
    assert theirs.state == "active"


@pytest.mark.parametrize("blocked", ["login", "channel"])
def test_an_expired_login_gives_its_channels_to_nobody(ann: User, sandbox: Box, blocked: str) -> None:
    token = grant(sandbox.person()["threads"])
    credential, [channel] = connect(ann, "threads", token)
    if blocked == "login":
        block(credential, THEY_SAID)
    else:
        Channel.objects.filter(pk=channel.pk).update(state="blocked", **because(ENDED))
    with pytest.raises(NotPossible, check=with_reason(TakenByAnother)):
        connect(person("Bob"), "threads", token)
    _, [again] = connect(ann, "threads", token)
    assert (again.pk, again.state) == (channel.pk, "active")


@pytest.mark.parametrize("by", ["Ann", "Olga"])
def test_what_was_released_is_free_until_it_is_connected_again(ann: User, sandbox: Box, by: str) -> None:
    token = grant(sandbox.person()["threads"])
    bob, olga = person("Bob"), person("Olga", operator=True)
    credential, [channel] = connect(ann, "threads", token)
    block(credential, THEY_SAID)
    with pytest.raises(NotPossible):
        release(channel, by=Caller.of(bob))
    release(channel, by=Caller.of({"Ann": ann, "Olga": olga}[by]))
    channel.refresh_from_db()
    assert (channel.state, channel.reason_code) == ("blocked", Released.code)
    _, [theirs] = connect(bob, "threads", token)
    assert theirs.state == "active"
    with pytest.raises(NotPossible, check=with_reason(TakenByAnother)):
        connect(ann, "threads", token)


def test_two_people_may_connect_the_same_account_where_the_operator_allows_it(
    ann: User, sandbox: Box, settings
) -> None:
    settings.ALLOW_SHARED_CHANNELS = True
    token = grant(sandbox.person()["threads"])
    mine, _ = connect(ann, "threads", token)
    theirs, _ = connect(person("Bob"), "threads", token)
    assert mine.pk != theirs.pk
    assert Channel.objects.count() == 2


def test_a_login_of_somebody_else_than_expected_is_not_kept(ann: User, sandbox: Box) -> None:
    with pytest.raises(NotPossible, match="not of 12345"):
        connect(ann, "threads", grant(sandbox.person()["threads"]), expecting="12345")
    assert not Credential.objects.exists()


def test_a_token_that_is_not_accepted_changes_nothing(ann: User, sandbox: Box) -> None:
    token = sandbox.person()["threads"]
    credential, _ = connect(ann, "threads", grant(token))
    with pytest.raises(Unauthorized):
        connect(ann, "threads", grant(token | {"access_token": "THAAnonsense"}))
    credential.refresh_from_db()
    assert (credential.state, credential.version) == ("active", 1)


def test_disconnecting_forgets_every_token_and_keeps_the_rows(ann: User, sandbox: Box) -> None:
    credential, channels = connect(ann, "facebook", grant(sandbox.person()["facebook"]))
    delete_tokens(credential)
    credential.refresh_from_db()
    assert credential.secret == {"access_token": ""}
    assert {(one.state, one.token) for one in Channel.objects.all()} == {("blocked", None)}
    assert Channel.objects.count() == len(channels)
    with pytest.raises(Unauthorized, match="Disconnected"):
        grant_of(credential)


def test_connecting_after_disconnecting_brings_the_same_rows_back(ann: User, sandbox: Box) -> None:
    tokens = sandbox.person()
    credential, channels = connect(ann, "facebook", grant(tokens["facebook"]))
    delete_tokens(credential)
    again, revived = connect(ann, "facebook", grant(tokens["facebook"]))
    assert again.pk == credential.pk
    assert {one.pk for one in revived} == {one.pk for one in channels}
    assert {one.state for one in revived} == {"active"}


@pytest.mark.parametrize(("practice", "lines"), [(False, 1), (True, 0)])
def test_what_is_connected_with_tokens_is_in_the_security_log(ann, sandbox, practice: bool, lines: int) -> None:
    token = sandbox.person()["threads"]
    connect(ann, "threads", grant(token), practice=practice)
    told = Event.objects.filter(kind="connect", person=ann.pk)
    assert told.count() == lines
    assert not any(token["access_token"] in line.sentence for line in told)
