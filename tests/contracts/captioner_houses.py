"""The houses that captioners ask, as a server of our own plays them: how each answers, and how it says no."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal

import pytest
from PIL import Image

from tests.contracts.model_server import serving
from writing.captioners import Brief, Key

SECRET = "practiceZq8vK2mN4xR7tL1pW9yB"
BRIEF = Brief(
    prompt="A warm caption for the Mill Bakery, please.",
    language="en",
    hard_limit=280,
    sweet_spot=120,
    max_hashtags=3,
    name_words="Sourdough rye",
    folder_words="Autumn breads",
    taken_on=dt.date(2025, 10, 3),
)
ANSWER = {
    "caption": "Sourdough rye, still warm from the oven.",
    "alt_text": "A round loaf on a wooden board.",
    "hashtags": ["#sourdough", "Sourdough", "rye", "bakery", "autumn"],
}
SEVERAL = {
    "caption": "Three of our mornings.",
    "alt_texts": ["A loaf.", "A shelf.", "An oven."],
    "hashtags": ["bakery"],
}


@dataclass(frozen=True)
class House:
    """How one vendor writes its answers and says no."""

    captioner: str
    path: str
    model: str
    cost: Decimal | None

    def answer(self, content, *, ending="", refusal=None, usage=True):
        text = content if isinstance(content, str) or content is None else json.dumps(content)
        if self.captioner == "anthropic":
            return self._message(text, ending, usage)
        counts: dict[str, float] = {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200}
        if self.captioner == "openrouter":
            counts["cost"] = 0.00042
        message = {"role": "assistant", "content": text, "refusal": refusal}
        choice = {"index": 0, "message": message, "finish_reason": ending or "stop"}
        return {"id": "x", "model": self.model, "choices": [choice]} | ({"usage": counts} if usage else {})

    def _message(self, text, ending, usage):
        counts = {"input_tokens": 900, "cache_read_input_tokens": 100, "output_tokens": 200}
        content = [{"type": "text", "text": text}] if text is not None else []
        body = {"type": "message", "model": self.model, "content": content, "stop_reason": ending or "end_turn"}
        return body | ({"usage": counts} if usage else {})

    def ending(self, name):
        return ENDINGS_OF_CLAUDE[name] if self.captioner == "anthropic" else name

    def error(self, status, code):
        if self.captioner == "anthropic":
            return {"type": "error", "error": {"type": code, "message": f"no: {SECRET}"}, "request_id": "req_1"}
        if self.captioner == "openrouter":
            return {"error": {"code": status, "message": f"no: {SECRET}"}, "user_id": None}
        if self.captioner == "gemini":
            return [{"error": {"code": status, "message": f"no: {SECRET}", "status": code}}]
        return {"error": {"message": f"no: {SECRET}", "type": code, "param": None, "code": code}}


ENDINGS_OF_CLAUDE = {"length": "max_tokens", "content_filter": "refusal"}
CHEAP = Decimal("0.0002")  # 1000 tokens in, 200 out, at 0.10 and 0.50 dollars a million
HOUSES = [
    House("openai", "/api.openai.com/v1/chat/completions", "gpt-6-luna", CHEAP),
    House("anthropic", "/api.anthropic.com/v1/messages", "claude-haiku-5-5", CHEAP),
    House(
        "gemini",
        "/generativelanguage.googleapis.com/v1beta/openai/chat/completions",
        "gemini-3.5-flash-lite",
        Decimal("0.0008"),
    ),
    House("openrouter", "/openrouter.ai/api/v1/chat/completions", "openai/gpt-6-luna", Decimal("0.00042")),
    House("compatible", "/models.mill.lan/v1/chat/completions", "llava", None),
]


@pytest.fixture(scope="module")
def running():
    with serving() as server:
        yield server


@pytest.fixture
def server(running, settings):
    running.asked.clear()
    settings.REMOTE_ROOT = running.root
    return running


@pytest.fixture(params=HOUSES, ids=lambda house: house.captioner)
def house(request):
    return request.param


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "picture.jpg"
    Image.new("RGB", (64, 48), (200, 120, 40)).save(path)
    return path


def key_for(house):
    if house.captioner == "compatible":
        return Key(SECRET, base_url="https://models.mill.lan/v1", model="llava")
    return Key(SECRET)
