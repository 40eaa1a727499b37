"""`connect` and `channels`: tokens on standard input, places in the answer."""

from __future__ import annotations

import json

import pytest

from accounts.models import Channel, Credential, User
from accounts.reason_columns import because
from accounts.reasons.logins import NotAccepted
from tests.commands.asking import ask
from tests.factories import ENDED, channel, person
from tests.sandbox_fixture import Box

pytestmark = pytest.mark.django_db
OWNER = "ann@example.org"
CHANNEL_KEYS = {
    "id", "platform", "remote_id", "name", "handle", "state", "problem", "reason", "owner", "account", "practice",
}  # fmt: skip


@pytest.fixture
def ann(settings, sandbox: Box) -> User:
    settings.REMOTE_ROOT = sandbox.root
    return person("Ann", operator=True)


def tokens(sandbox: Box, provider: str = "facebook") -> dict[str, object]:
    """What a script pipes in."""
    given = sandbox.person("google" if provider == "google" else "meta")[provider]
    return {key: given[key] for key in ("access_token", "expires_in", "scopes", "account_id") if key in given}


@pytest.mark.parametrize(
    ("provider", "platforms"),
    [
        ("facebook", ["facebook", "instagram"]),
        ("instagram", ["instagram"]),
        ("threads", ["threads"]),
        ("google", []),
    ],
)
def test_it_connects_and_tells_what_was_found(ann: User, sandbox: Box, provider: str, platforms: list[str]) -> None:
    told = ask("connect", provider, "--owner", OWNER, "--json", stdin=tokens(sandbox, provider) | {"account_id": ""})
    assert told.code == 0
    assert sorted(one["platform"] for one in told.json["channels"]) == platforms
    assert told.json["account"]["provider"] == provider
    assert Credential.objects.get().owner == ann


def test_what_it_has_no_use_for_is_told_and_not_held_against_anybody(ann: User, sandbox: Box) -> None:
    told = ask("connect", "threads", "--owner", OWNER, "--json", stdin=tokens(sandbox, "threads") | {"token_type": "x"})
    assert (told.code, told.json["ignored"]) == (0, ["token_type"])


def test_the_account_may_be_named_by_a_place_that_it_opens(ann: User, sandbox: Box) -> None:
    given = tokens(sandbox)
    page = ask("connect", "facebook", "--owner", OWNER, "--json", stdin=given).json["channels"][0]["remote_id"]
    assert ask("connect", "facebook", "--owner", OWNER, stdin=given | {"account_id": page}).code == 0


@pytest.mark.parametrize("provider", ["facebook", "instagram", "threads"])
def test_the_account_id_must_be_that_of_the_token(ann: User, sandbox: Box, provider: str) -> None:
    right = tokens(sandbox, provider)
    told = ask("connect", provider, "--owner", OWNER, stdin=right | {"account_id": "999"})
    assert (told.code, "not of 999" in told.sentence, Credential.objects.count()) == (1, True, 0)
    assert ask("connect", provider, "--owner", OWNER, stdin=right).code == 0


def test_when_it_ends_is_kept(ann: User, sandbox: Box) -> None:
    ask("connect", "threads", "--owner", OWNER, stdin=tokens(sandbox, "threads") | {"expires_in": 90 * 86400})
    assert Credential.objects.get().expires_at is not None


@pytest.mark.parametrize(
    ("stdin", "sentence"),
    [
        ("", "one JSON object"),
        ("EAAG...", "one JSON object"),
        ({"token": "EAAG"}, "access_token"),
        ({"access_token": "x", "expires_in": "soon"}, "number of seconds"),
        ({"access_token": "x", "scopes": {"a": 1}}, "list of names"),
    ],
)
def test_nonsense_on_standard_input_is_refused_before_anybody_is_asked(
    ann: User, sandbox: Box, stdin: object, sentence: str
) -> None:
    told = ask("connect", "facebook", "--owner", OWNER, "--json", stdin=stdin)
    assert told.code == 1
    assert sentence in told.json["error"] == told.sentence
    assert sandbox.calls() == []


def test_a_token_that_is_refused_fails_with_their_reason_and_without_the_token(ann: User, sandbox: Box) -> None:
    told = ask("connect", "facebook", "--owner", OWNER, stdin={"access_token": "EAAGnonsensenonsense"})
    assert told.code == 1
    assert "EAAGnonsense" not in told.sentence + told.out
    assert told.sentence.endswith(".")


def test_an_owner_that_nobody_knows_is_named_with_those_that_are_known(ann: User) -> None:
    told = ask("connect", "facebook", "--owner", "eve@example.org", stdin={"access_token": "x"})
    assert "eve@example.org" in told.sentence
    assert OWNER in told.sentence


def test_in_practice_everything_that_is_connected_is_practice(ann: User, sandbox: Box, settings) -> None:
    settings.PRACTICE = True
    ask("connect", "threads", "--owner", OWNER, stdin=tokens(sandbox, "threads"))
    assert Credential.objects.get().practice


def test_channels_lists_places_with_what_is_wrong_with_them(ann: User) -> None:
    channel(ann, name="Bakery")
    refused = because(ENDED)
    channel(ann, "threads", name="Bread", state="blocked", **refused)
    channel(person("Bob"), name="Theirs")
    told = ask("channels", "--owner", OWNER, "--json")
    assert {row["name"]: row["problem"] for row in told.json} == {"Bakery": "", "Bread": str(ENDED)}
    assert {row["name"]: row["reason"] for row in told.json} == {"Bakery": "", "Bread": NotAccepted.code}
    assert set(told.json[0]) == CHANNEL_KEYS
    assert len(ask("channels", "--json").json) == Channel.objects.count() == 3
    lines = ask("channels").out
    assert f"Bread: {ENDED}" in lines


def test_without_channels_it_says_how_to_get_some(ann: User) -> None:
    assert "connect --help" in ask("channels").out
    assert json.loads(ask("channels", "--json").out) == []
