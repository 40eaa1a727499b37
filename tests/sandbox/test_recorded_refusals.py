"""The sandbox says no as the services do: the answers that were recorded are the answers it gives."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox.openai.own import OWN
from tests.contracts.recorded_refusals import RECORDED, Recorded
from tests.sandbox.test_anthropic import ask
from tests.sandbox.test_openai_chat import CAPTION, messages, post
from tests.sandbox_fixture import Box

BASES = {
    "openai": "api.openai.com/v1",
    "gemini": "generativelanguage.googleapis.com/v1beta/openai",
    "openrouter": "openrouter.ai/api/v1",
}
MODELS = {"openai": "gpt-6-luna", "gemini": "gemini-2.5-flash", "openrouter": "openai/gpt-6-luna"}
PLAYED = [each for each in RECORDED if each.captioner != "compatible"]


def asked(sandbox: Box, captioner: str) -> requests.Response:
    if captioner == "anthropic":
        return ask(sandbox)
    return post(sandbox, base=BASES[captioner], model=MODELS[captioner])


def host_of(captioner: str) -> str:
    return BASES.get(captioner, "api.anthropic.com/v1").partition("/")[0]


def error_of(body: Any) -> dict[str, Any]:
    return dict((body[0] if isinstance(body, list) else body)["error"])


def signs(error: dict[str, Any]) -> dict[str, Any]:
    """All that somebody decides on, without the words."""
    metadata = error.get("metadata") or {}
    told = {name: error.get(name) for name in ("type", "code", "status", "details")}
    return told | {
        f"metadata.{name}": value for name, value in metadata.items() if name not in ("raw", "flagged_input")
    }


@pytest.mark.parametrize("recorded", PLAYED, ids=lambda each: each.id)
def test_it_says_no_as_was_recorded(sandbox: Box, recorded: Recorded) -> None:
    sandbox.fault("status", host=host_of(recorded.captioner), variant=recorded.name)
    answer = asked(sandbox, recorded.captioner)
    mine, theirs = error_of(answer.json()), error_of(recorded.body)
    assert answer.status_code == recorded.status
    assert signs(mine) == signs(theirs)
    assert mine["message"].split()[:4] == theirs["message"].split()[:4]


def test_every_case_that_is_own_to_a_house_was_recorded() -> None:
    recorded = {(host_of(each.captioner), each.name) for each in PLAYED}
    played = {(host, name) for host, cases in OWN.items() for name in cases}
    assert played - recorded == {("api.anthropic.com", "content_policy_violation")}  # another name of a case of theirs


def test_a_word_that_is_not_let_pass_stops_this_request_and_no_other(sandbox: Box) -> None:
    sandbox.fault("declines", host="openrouter.ai", message="zebra", variant="guardrail")
    where: dict[str, Any] = {"base": BASES["openrouter"], "model": MODELS["openrouter"], "response_format": CAPTION}
    assert post(sandbox, messages=messages("Describe the zebra."), **where).status_code == 403
    assert post(sandbox, messages=messages("Describe the cat."), **where).status_code == 200


@pytest.mark.parametrize("wanted", [True, False])
def test_openrouter_tells_its_stages_to_whom_asks_for_them(sandbox: Box, wanted: bool) -> None:
    sandbox.fault("declines", host="openrouter.ai", message="zebra", variant="content_filter")
    headers = {"Authorization": "Bearer sk-practice"} | ({"X-OpenRouter-Metadata": "enabled"} if wanted else {})
    answer = requests.post(
        f"{sandbox.root}/{BASES['openrouter']}/chat/completions",
        json={"model": MODELS["openrouter"], "messages": messages("A zebra.")},
        headers=headers,
        timeout=20,
    )
    assert ("openrouter_metadata" in answer.json()) is wanted


def test_a_bad_key_is_a_bad_request_at_gemini(sandbox: Box) -> None:
    answer = post(sandbox, base=BASES["gemini"], model=MODELS["gemini"], key="nonsense")
    assert (answer.status_code, error_of(answer.json())["details"][0]["reason"]) == (400, "API_KEY_INVALID")
