"""Why a login or a place is not as it should be is a code; sentences are made of it, and none decides anything."""

from __future__ import annotations

import pytest

from accounts.models import Channel, Credential
from accounts.providers.facebook.provider import POSTING
from accounts.reason_columns import WELL, because
from accounts.reasons.logins import NO_TASK, NO_TOKEN, EndsSoon, Lacking, LoginNotAccepted
from poster import clock
from poster.reasons import Because
from poster.reasons.known import reasons
from poster.reasons.outside_logins import LoginEnded
from tests import factories


@pytest.mark.django_db
def test_a_place_that_is_posted_to_with_its_login_says_what_is_wrong_with_that() -> None:
    ann = factories.person("Ann")
    login = factories.login(ann, "threads", state="blocked", **because(factories.ENDED))
    place = factories.channel(ann, "threads", credential=login, state="blocked", **because(LoginNotAccepted()))
    assert (place.problem, login.problem) == (str(factories.ENDED), str(factories.ENDED))
    Credential.objects.update(**WELL)
    assert Channel.objects.get().problem == str(LoginNotAccepted())


def test_what_they_said_is_told_with_what_comes_next() -> None:
    said = LoginEnded(service="Facebook")
    assert str(EndsSoon(cause=Because(said))).endswith(str(said))
    assert str(factories.ENDED) == str(said)


def test_what_a_page_lacks_is_not_called_a_permission_where_no_box_can_be_ticked_for_it() -> None:
    assert POSTING == NO_TASK
    for each in (NO_TASK, NO_TOKEN):
        told = Lacking(name="Bakery", missing=(each,))
        assert "Bakery lacks the permission" not in told.what()
        assert each != NO_TOKEN or each not in str(told)
        both = Lacking(name="Bakery", missing=("pages_manage_posts", each))
        assert "Bakery lacks the permission pages_manage_posts." in both.what()
        assert told.what() in both.what()
        assert told.next() in both.next()


def test_providers_have_reasons_of_their_own() -> None:
    assert {"google.file_gone", "facebook.not_renewable"} <= reasons().keys()


def test_a_moment_is_told_in_the_zone_of_whoever_reads() -> None:
    from accounts.reasons.logins import InDoubt

    at = clock.now()
    assert f"{at:%Y-%m-%d %H:%M}" in str(InDoubt(refusals=1, certain=3, tried_at=at))
