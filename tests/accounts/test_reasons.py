"""Why a login or a place is not as it should be is a code; sentences are made of it, and none decides anything."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import Channel, Credential
from accounts.providers import NO_TOKEN
from accounts.providers.facebook.provider import POSTING
from accounts.reasons import ELSEWHERE, Reason, because, sentence
from tests import factories
from tests.elsewhere import connected_to

PARAMS: dict[str, dict[str, Any]] = {
    Reason.REFUSED: {"said": "They say no."},
    Reason.NOT_RENEWED: {"said": "They say no."},
    Reason.ENDS_SOON: {"said": "They say no."},
    Reason.REMOVED: {"name": "Facebook"},
    Reason.LACKING: {"name": "Bakery", "missing": ["pages_manage_posts", "CREATE_CONTENT"]},
}
BEFORE_PARAMS = {**PARAMS, Reason.LACKING: {"name": "Bakery", "missing": ["pages_manage_posts", "instagram_basic"]}}


@pytest.mark.parametrize("reason", Reason.values)
def test_every_code_has_a_sentence_with_all_that_it_is_about(reason: str) -> None:
    params = PARAMS.get(reason, {})
    told = sentence(reason, params)
    assert told not in {"", reason}
    for value in params.values():
        for part in [value] if isinstance(value, str) else value:
            assert part in told


@pytest.mark.parametrize(("reason", "params"), [("of_a_later_version", {}), (Reason.REFUSED, {}), (Reason.LACKING, {})])
def test_what_this_version_cannot_say_is_shown_as_its_code(reason: str, params: dict[str, Any]) -> None:
    assert sentence(reason, params) == reason


@pytest.mark.django_db
def test_a_place_that_is_posted_to_with_its_login_says_what_is_wrong_with_that() -> None:
    ann = factories.person("Ann")
    login = factories.login(ann, "threads", state="blocked", **because(Reason.REFUSED, said="They say no."))
    place = factories.channel(ann, "threads", credential=login, state="blocked", **because(Reason.LOGIN))
    assert (place.problem, login.problem) == ("They say no.", "They say no.")
    Credential.objects.update(**because(""))
    assert Channel.objects.get().problem not in {"", Reason.LOGIN}


def test_the_sentences_of_now_are_told_apart_by_the_migration() -> None:
    """What an install of before wrote: the same words but for what a provider said."""
    code_of = importlib.import_module("accounts.migrations.0006_why_is_a_code").code_of
    for reason in Reason.values:
        if reason != Reason.LOGIN:
            params = BEFORE_PARAMS.get(reason, {})
            assert code_of(sentence(reason, params), reason) == (reason, params)
    assert code_of("", "refused") == ("", {})


def test_what_a_page_lacks_is_not_called_a_permission_where_no_box_can_be_ticked_for_it() -> None:
    lacking = {each: sentence(Reason.LACKING, {"name": "Bakery", "missing": [each]}) for each in ELSEWHERE}
    assert [told.startswith("Bakery lacks the permission") for told in lacking.values()] == [False] * len(ELSEWHERE)
    assert {POSTING, NO_TOKEN} == set(ELSEWHERE)


DISCONNECTED = "Disconnected. Connect the account again to go on."
LEFT_OUT = "You left it out when you connected. Connect again and choose it."
BEFORE = {
    # own token, problem of the login, of the channel; afterwards: reason of the login, of the channel
    "a Page that they refused": (True, "", "They say no.", "", "refused"),
    "a login with its place": (False, "It ended.", "It ended.", "refused", "login"),
    "a place without a token of its own": (False, "", "It ended.", "refused", "login"),
    "disconnected": (False, DISCONNECTED, DISCONNECTED, "disconnected", "disconnected"),
    "left out": (False, "", LEFT_OUT, "", "left_out"),
}
LAST = ("accounts", "0005_mails_are_kept_until_they_went_out")


@pytest.fixture
def before(empty_file: Path, tmp_path: Path, django_db_blocker: Any) -> Any:
    """The rows as they were before, on a database of their own."""
    shutil.copy(empty_file, tmp_path / "old.sqlite3")
    with django_db_blocker.unblock(), connected_to(f"sqlite:///{tmp_path}/old.sqlite3"):
        call_command("migrate", *LAST, verbosity=0)
        yield MigrationExecutor(connection).loader.project_state([LAST]).apps


def test_what_was_written_before_keeps_its_meaning(before: Any) -> None:
    ann = before.get_model("accounts", "User").objects.create(email="ann@example.org")
    token = Channel._meta.get_field("token").seal(ann.pk, "EAA")
    for case, (own, of_login, of_channel, _, _) in BEFORE.items():
        login = before.get_model("accounts", "Credential").objects.create(
            owner=ann,
            provider="threads",
            remote_id=case,
            secret=token,
            state="blocked" if of_login else "active",
            problem=of_login,
        )
        place = {"remote_id": case, "platform": "threads", "token": token if own else None, "problem": of_channel}
        before.get_model("accounts", "Channel").objects.create(owner=ann, credential=login, state="blocked", **place)
    call_command("migrate", verbosity=0)
    for case, (_, _, of_channel, login_after, channel_after) in BEFORE.items():
        found = Channel.objects.select_related("credential").get(remote_id=case)
        blocked = "blocked" if login_after else "active"
        assert (found.credential.state, found.credential.reason) == (blocked, login_after)
        assert (found.state, found.reason, found.problem) == ("blocked", channel_after, of_channel)
