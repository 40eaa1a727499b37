"""A world for people takes no AI key but those that it shows them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
import requests

from sandbox.app import create_app
from sandbox.openai import keys
from sandbox.server import listen
from sandbox.world import World

MODELS = {
    "OpenAI": "api.openai.com/v1/models",
    "OpenRouter": "openrouter.ai/api/v1/key",
    "Gemini": "generativelanguage.googleapis.com/v1beta/openai/models",
    "Anthropic": "api.anthropic.com/v1/models",
}


@pytest.fixture
def root() -> Iterator[str]:
    server = listen(create_app(World(seed=1, practice=True)), 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def status(root: str, name: str, key: str) -> int:
    headers = {"Authorization": f"Bearer {key}", "x-api-key": key, "anthropic-version": "2023-06-01"}
    return requests.get(f"{root}/{MODELS[name]}", headers=headers, timeout=10).status_code


@pytest.mark.parametrize("name", MODELS)
def test_a_key_that_it_shows_is_good_and_one_that_only_looks_like_it_is_not(root: str, name: str) -> None:
    shown = dict(re.findall(r"<dt>(\w+)</dt><dd><code>([\w-]+)</code>", requests.get(f"{root}/feed/", timeout=10).text))
    assert set(shown) == set(MODELS) == set(keys.NAMES.values())
    assert status(root, name, shown[name]) == 200
    assert status(root, name, shown[name] + "-0123456789abcdef") == (400 if name == "Gemini" else 401)
