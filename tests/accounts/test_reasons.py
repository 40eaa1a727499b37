"""Why a login or a place is not as it should be is a code; sentences are made of it, and none decides anything."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Channel, Credential
from accounts.providers import NO_TOKEN
from accounts.providers.facebook.provider import POSTING
from accounts.reasons import ELSEWHERE, Reason, because, sentence
from tests import factories

PARAMS: dict[str, dict[str, Any]] = {
    Reason.REFUSED: {"said": "They say no."},
    Reason.NOT_RENEWED: {"said": "They say no."},
    Reason.ENDS_SOON: {"said": "They say no."},
    Reason.REMOVED: {"name": "Facebook"},
    Reason.LACKING: {"name": "Bakery", "missing": ["pages_manage_posts", "CREATE_CONTENT"]},
}


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


def test_what_a_page_lacks_is_not_called_a_permission_where_no_box_can_be_ticked_for_it() -> None:
    lacking = {each: sentence(Reason.LACKING, {"name": "Bakery", "missing": [each]}) for each in ELSEWHERE}
    assert [told.startswith("Bakery lacks the permission") for told in lacking.values()] == [False] * len(ELSEWHERE)
    assert {POSTING, NO_TOKEN} == set(ELSEWHERE)
