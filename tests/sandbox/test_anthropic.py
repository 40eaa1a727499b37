"""Anthropic's Messages API as the sandbox plays it: our own captioner, strictness, and the official answer schema."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, cast

import pytest
import requests

from tests.sandbox.google_world import picture
from tests.sandbox.test_openai_chat import CAPTION
from tests.sandbox_fixture import Box

LOOSE = {"type": "object", "properties": {}}
HEADERS = {"x-api-key": "sk-ant-practice", "anthropic-version": "2023-06-01"}


def ask(box: Box, headers: dict[str, str] = HEADERS, **changes: Any) -> requests.Response:
    source = {"type": "base64", "media_type": "image/jpeg", "data": base64.b64encode(picture()).decode()}
    content = [
        {"type": "text", "text": "Describe it."},
        {"type": "image", "source": source | changes.pop("source", {})},
    ]
    usual: dict[str, Any] = {
        "model": "claude-haiku-5-5",
        "max_tokens": 500,
        "messages": [{"role": "user", "content": content}],
        "output_config": {"format": {"type": "json_schema", "schema": cast(Any, CAPTION)["json_schema"]["schema"]}},
    }
    sent = {name: value for name, value in (usual | changes).items() if value is not None}
    return requests.post(f"{box.root}/api.anthropic.com/v1/messages", json=sent, headers=headers, timeout=20)


def test_an_answer_is_in_the_form_that_was_asked_for(sandbox: Box, shared: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")  # takes seconds to load, and only here
    told = ask(sandbox).json()
    assert set(json.loads(told["content"][0]["text"])) == {"caption", "alt_text", "hashtags"}
    assert (told["stop_reason"], told["usage"]["service_tier"]) == ("end_turn", "standard")
    jsonschema.validate(told, json.loads((shared / "specs/anthropic/messages.response.schema.json").read_text()))


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"headers": {"anthropic-version": "2023-06-01"}}, 401, "authentication_error"),
        ({"headers": HEADERS | {"x-api-key": "nonsense"}}, 401, "authentication_error"),
        ({"headers": {"x-api-key": "sk-ant-practice"}}, 400, "invalid_request_error"),
        ({"model": "claude-of-old"}, 404, "not_found_error"),
        ({"max_tokens": None}, 400, "invalid_request_error"),
        ({"response_format": {}}, 400, "invalid_request_error"),
        ({"source": {"media_type": "image/png"}}, 400, "invalid_request_error"),
        ({"output_config": {"format": {"type": "json_schema", "schema": LOOSE}}}, 400, "invalid_request_error"),
    ],
)  # fmt: skip
def test_what_they_refuse(changes: dict[str, Any], status: int, kind: str, sandbox: Box) -> None:
    told = ask(sandbox, **changes)
    assert (told.status_code, told.json()["error"]["type"], told.json()["type"]) == (status, kind, "error")


def test_more_pictures_than_a_model_looks_at_are_refused(sandbox: Box) -> None:
    source = {"type": "base64", "media_type": "image/jpeg", "data": base64.b64encode(picture()).decode()}
    images = [{"type": "image", "source": source}]
    told = [ask(sandbox, messages=[{"role": "user", "content": images * number}]) for number in (10, 101)]
    assert [each.status_code for each in told] == [200, 400]


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ({"kind": "rate"}, 429, "rate_limit_error"),
        ({"kind": "error", "variant": "billing_error"}, 402, "billing_error"),
        ({"kind": "error", "status": 529}, 529, "overloaded_error"),
    ],
)
def test_faults_in_their_envelope(fault: dict[str, Any], status: int, kind: str, sandbox: Box) -> None:
    sandbox.fault(host="api.anthropic.com", **fault)
    told = ask(sandbox)
    assert (told.status_code, told.json()["error"]["type"]) == (status, kind)


def test_models_are_asked_for_by_name(sandbox: Box) -> None:
    where = f"{sandbox.root}/api.anthropic.com/v1/models"
    assert requests.get(where, headers=HEADERS, timeout=20).json()["data"][0]["type"] == "model"
    assert requests.get(f"{where}/claude-haiku-5-5", headers=HEADERS, timeout=20).status_code == 200
    assert requests.get(f"{where}/claude-of-old", headers=HEADERS, timeout=20).status_code == 404
    assert requests.get(f"{where}/claude-haiku-5-5", timeout=20).status_code == 401
