"""What the services really answer when they say no means what it has to mean, for every captioner that can meet it."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from poster import clock
from poster.errors import Actor, OutsideError, RateLimited, Suspended, Unauthorized
from tests.contracts.captioner_houses import BRIEF, HOUSES, SECRET, key_for
from tests.contracts.model_server import Reply
from tests.contracts.recorded_refusals import RECORDED, Recorded
from writing.captioners import CAPTIONERS, NoWords
from writing.captioners.faults import Fault
from writing.captioners.phrases import PHRASES
from writing.outcomes import Outcome

MINUTE = 60


def raised(recorded: Recorded, picture, server, **reply) -> Any:
    house = next(each for each in HOUSES if each.captioner == recorded.captioner)
    server.say(Reply(recorded.body, recorded.status, **reply))
    with pytest.raises(OutsideError) as raised:
        CAPTIONERS[recorded.captioner]().describe([picture], BRIEF, key_for(house))
    return raised.value


def code_of(error: OutsideError) -> str:
    if isinstance(error, Unauthorized):
        return Fault.KEY
    return str(getattr(error, "code", ""))


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda each: each.id)
def test_it_means_what_it_means(recorded, picture, server):
    error = raised(recorded, picture, server)
    assert (type(error), code_of(error)) == (recorded.error, recorded.code)
    assert error.sentence.endswith((".", ")"))
    assert "{" not in error.sentence
    if isinstance(error, NoWords):
        assert (error.outcome, error.trace.status) == (Outcome.REFUSED, recorded.status)
    else:
        assert error.trace.status == recorded.status
    if isinstance(error, Suspended):
        assert error.actor is Actor.OPERATOR
    assert SECRET not in "".join(traceback.format_exception(error)) + repr(vars(error))


def test_an_answer_that_passes_by_itself_says_when(picture, server):
    waits = {each.name: each for each in RECORDED if each.error is RateLimited}
    assert raised(waits["quota_a_minute"], picture, server).retry_after == 31
    assert raised(waits["upstream_busy"], picture, server).retry_after == 17
    assert raised(waits["in_flight"], picture, server, headers={"Retry-After": "9"}).retry_after == 9


@pytest.mark.parametrize("inside", [True, False])
def test_openrouter_says_in_milliseconds_when_a_limit_is_over(picture, server, inside):
    over = {"X-RateLimit-Reset": str(int((clock.now().timestamp() + 20 * MINUTE) * 1000))}
    metadata = {"metadata": {"headers": over}} if inside else {}
    body = {"error": {"code": 429, "message": "Rate limit exceeded", **metadata}}
    recorded = Recorded("openrouter", "", 429, body, RateLimited)
    error = raised(recorded, picture, server, **({} if inside else {"headers": over}))
    assert 19 * MINUTE < error.retry_after < 21 * MINUTE


@pytest.mark.parametrize("nonsense", ["soon", "-1", "1", "9" * 30, ""])
def test_a_nonsensical_reset_is_none(picture, server, nonsense):
    body = {"error": {"code": 429, "message": "no", "metadata": {"headers": {"X-RateLimit-Reset": nonsense}}}}
    assert raised(Recorded("openrouter", "", 429, body, RateLimited), picture, server).retry_after is None


@pytest.mark.parametrize("stage", [
    {"type": "guardrail", "name": "content-filter", "data": {"action": "blocked"}},
    {"type": "guardrail", "name": "regex_pi_detection", "summary": "Blocked: prompt injection detected"},
])  # fmt: skip
def test_a_stage_of_openrouters_guardrails_is_a_refusal_of_this_picture(picture, server, stage):
    """It is told when the request asks for it, so ours does."""
    body = {"error": {"code": 403, "message": "No."}, "openrouter_metadata": {"pipeline": [{"type": "plugin"}, stage]}}
    assert type(raised(Recorded("openrouter", "", 403, body, NoWords), picture, server)) is NoWords
    assert server.asked[0].headers["x-openrouter-metadata"] == "enabled"


def test_a_stage_that_let_it_pass_is_none(picture, server):
    stage = {"type": "guardrail", "name": "content-filter", "data": {"action": "redacted"}}
    body = {"error": {"code": 403, "message": "No."}, "openrouter_metadata": {"pipeline": [stage]}}
    assert type(raised(Recorded("openrouter", "", 403, body, Unauthorized), picture, server)) is Unauthorized


@pytest.mark.parametrize("error", [
    {"metadata": []}, {"metadata": {"raw": 5, "headers": []}}, {"details": 5}, {"details": [{"violations": 5}]},
    {"details": {"error_code": []}}, {"metadata": {"raw": "[" * 9000}}, {"metadata": {"patterns": None}},
    {"message": 5},
])  # fmt: skip
@pytest.mark.parametrize("captioner", ["openai", "anthropic", "gemini", "openrouter", "compatible"])
def test_an_error_of_another_form_is_an_error(picture, server, error, captioner):
    body = {"error": {"type": "some_error", "code": 400} | error, "openrouter_metadata": 5}
    assert not isinstance(raised(Recorded(captioner, "", 400, body, Suspended), picture, server), NoWords)


def test_words_are_read_only_where_no_code_tells(picture, server):
    told = next(each for each in RECORDED if each.id == "openai insufficient_quota")
    body = {"error": {**told.body["error"], "message": "User location is not supported for the API use."}}
    error = raised(Recorded("openai", "", 429, body, Suspended), picture, server)
    assert code_of(error) == Fault.CREDITS


def test_every_phrase_has_its_source_and_is_met_here():
    said = [(each.status, str(each.body).casefold()) for each in RECORDED]
    for phrase in PHRASES:
        assert phrase.source
        assert any(status in phrase.statuses and phrase.words in text for status, text in said), phrase
