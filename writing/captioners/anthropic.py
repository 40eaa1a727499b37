"""Claude, over Anthropic's own Messages API with our own HTTP client.

Why not their OpenAI-compatible endpoint: it ignores `response_format`, so no form is guaranteed, and it never
tells a refusal from an answer. Why not their SDK: sixteen packages more for one POST. Sources: Anthropic API
reference, "Messages" and "Errors" (version 2023-06-01).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from poster.errors import OutsideError
from poster.http.client import Answer, Client
from writing.captioners import MOST_PICTURES, SENT, Brief, Key, Words, key_checks
from writing.captioners.answers import Call, price, tokens
from writing.captioners.prompts import MOST_TOKENS, encoded, in_order, question
from writing.captioners.refusals import judged
from writing.captioners.server_answers import Said
from writing.outcomes import Outcome

HOST = "https://api.anthropic.com"
VERSION = "2023-06-01"
MODEL = "claude-haiku-5-5"
ENDINGS = {
    "refusal": Outcome.REFUSED,
    "max_tokens": Outcome.CUT_OFF,
    "model_context_window_exceeded": Outcome.CUT_OFF,
}
COUNTED_IN = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


class Anthropic:
    """A `Captioner`."""

    company, gets, most_pictures = "Anthropic", SENT, MOST_PICTURES
    takes_hints = True

    def describe(self, pictures: Sequence[Path], brief: Brief, key: Key) -> Words:
        """One message, one answer in the form of our schema."""
        call = Call(brief, key, question(brief, len(pictures)), key.model or MODEL, time.monotonic())

        def judge(_method: str, answer: Answer) -> OutsideError | None:
            said = Said(answer.status, answer.headers, answer.body)
            return judged(said, "Anthropic", call, call.used(None, (0, 0), None))

        client = Client(key.base_url.rstrip("/") or HOST, judge, name="Anthropic", headers=_headers(key))
        body = client.call("POST", "/v1/messages", json=_message(call, [encoded(each) for each in pictures])).json()
        return _words(call, body)

    def check(self, key: Key) -> None:
        """Ask for this one model."""
        house = key_checks.House("Anthropic", HOST, _headers(key))
        key_checks.has_model(house, "/v1/models", replace(key, model=key.model or MODEL))


def _headers(key: Key) -> dict[str, str]:
    return {"x-api-key": key.secret, "anthropic-version": VERSION}


def _message(call: Call, pictures: Sequence[str]) -> dict[str, Any]:
    content = in_order(call.question, [_image(each) for each in pictures])
    return {
        "model": call.model,
        "max_tokens": MOST_TOKENS,
        "system": call.question.rules,
        "messages": [{"role": "user", "content": content}],
        "output_config": {"format": {"type": "json_schema", "schema": call.question.schema}},
    }


def _image(picture: str) -> dict[str, Any]:
    return {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": picture}}


def _words(call: Call, body: Mapping[str, Any]) -> Words:
    counted = body.get("usage")
    used: Mapping[str, Any] = counted if isinstance(counted, dict) else {}
    spent = (tokens(used, *COUNTED_IN), tokens(used, "output_tokens"))
    usage = call.used(body.get("model"), spent, price(str(body.get("model")), "anthropic", *spent))
    ending = body.get("stop_reason")
    if ending in ENDINGS:
        raise call.no_words(ENDINGS[ending], usage, _text(body))
    blocks = body.get("content")
    content = _text(body)
    if not content.strip():
        raise call.no_words(Outcome.EMPTY if isinstance(blocks, list) else Outcome.MALFORMED, usage)
    return call.words(content, usage)


def _text(body: Mapping[str, Any]) -> str:
    """What was said aloud: blocks of another type hold thoughts."""
    blocks = body.get("content")
    said = [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    return "".join(
        block["text"] for block in said if block.get("type") == "text" and isinstance(block.get("text"), str)
    )
