"""Is this key accepted, and is this model there? Reads only: it costs nothing.

Sources: OpenAI API reference, "Retrieve model"; Gemini API, "OpenAI compatibility"; Anthropic API reference, "Get a
model"; OpenRouter, "Get current API key" and "List available models"; Ollama, "OpenAI compatibility".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from poster.errors import OutsideError, Suspended, Unavailable
from poster.http import ssrf
from poster.http.client import Answer, Client
from writing.captioners import Key
from writing.captioners.faults import Fault
from writing.captioners.refusals import refusal
from writing.captioners.server_answers import Said
from writing.reasons import words as reasons

PATIENCE = 10.0  # seconds: somebody waits for it
# The key is one of theirs and may do less than look at the list of models: what it may do is not told by this.
NARROW = {"missing_scope"}
NO_LIST = {400, 404, 405, 501}  # of a server that speaks of chats alone
ANY_NAME = {"llamacpp"}  # it has one model, and takes it by any name


@dataclass(frozen=True, slots=True)
class House:
    """Whom we ask. `headers` carry the key."""

    name: str
    base_url: str
    headers: Mapping[str, str]

    def get(self, path: str, key: Key) -> dict[str, Any]:
        """The body of what they answer. Raises what it means when they say no."""
        private = key.private if key.base_url else None
        if key.base_url:
            ssrf.spelled(key.base_url)
        base = (key.base_url or self.base_url).rstrip("/")
        client = Client(base, self._judge(key), self.name, dict(self.headers), PATIENCE, private=private)
        return client.call("GET", path).json()

    def _judge(self, key: Key) -> Any:  # noqa: ANN401 - as the client takes it
        def judge(_method: str, answer: Answer) -> OutsideError | None:
            said = Said(answer.status, answer.headers, answer.body)
            if NARROW & said.codes:
                return Unavailable(reasons.ListNotAllowed(service=self.name))
            return refusal(said, self.name, key)

        return judge


def bearer(key: Key) -> dict[str, str]:
    """How most carry the key; a server without one is asked without."""
    return {"Authorization": f"Bearer {key.secret}"} if key.secret else {}


def has_model(house: House, path: str, key: Key) -> None:
    """Their own word about this one model."""
    if {"", ".", ".."} & set(key.model.split("/")):  # that would be another address
        raise unknown(house.name, key.model)
    house.get(f"{path}/{quote(key.model, safe='/-._:')}", key)


def is_listed(house: House, path: str, key: Key, *names: str) -> None:
    """Is it in the list, by one of these names? What is no list, or an empty one, tells nothing."""
    rows = house.get(path, key).get("data")
    listed = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    known = {row.get("id") for row in listed} & {key.model, *names}
    if listed and not known and not any(row.get("owned_by") in ANY_NAME for row in listed):
        raise unknown(house.name, key.model)


def unknown(name: str, model: str) -> Suspended:
    """Nobody there has it."""
    return Suspended(reasons.ModelNotListed(service=name, model=model[:100]), code=Fault.MODEL)
