"""Every server that speaks OpenAI's chat completions: one adapter over their SDK, one line a vendor.

Sources: OpenAI API reference, "Create chat completion" and "Error codes"; OpenRouter, "API reference" and "Errors";
Gemini API, "OpenAI compatibility". The SDK's own retries and redirects are off, and the answer is read by us: at most
a minute and a megabyte for all of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from accounts.providers.companies import GOOGLE
from poster.errors import OutsideError, Suspended, Unanswered, Unavailable
from poster.http import ssrf
from poster.http.endpoints import address, is_mapped
from poster.reasons import _
from poster.reasons.outside import Unreachable
from poster.reasons.rendering import Message
from writing.captioners import MOST_PICTURES, SENT, Brief, Key, Usage, Words, key_checks
from writing.captioners.answers import Call, price, tokens
from writing.captioners.faults import Fault
from writing.captioners.prompts import MOST_TOKENS, Question, encoded, in_order, question
from writing.captioners.refusals import judged
from writing.captioners.server_answers import Said
from writing.outcomes import Outcome
from writing.reasons import words as reasons

if TYPE_CHECKING:
    from openai import OpenAI as Sdk

SECONDS = 60.0
CONNECT_SECONDS = 10.0
MOST_BYTES = 1024 * 1024

TEXT_PARTS = {"text", "output_text"}
# Gemini ends with its own names for what OpenAI calls content_filter (Gemini API, `FinishReason`).
DECLINED = {"content_filter", "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY"} | {
    *("IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"),
}

JSON_SCHEMA, JSON_OBJECT = "json_schema", "json_object"


@dataclass(frozen=True, slots=True)
class Vendor:
    """What differs. `formats`: the forms of answer to ask for, the next when a server does not know one."""

    name: str
    base_url: str
    model: str
    prices: str  # the provider in genai-prices; "" when nobody knows the price
    formats: tuple[str | None, ...] = (JSON_SCHEMA,)
    most_tokens: str = "max_completion_tokens"
    extra: tuple[tuple[str, Any], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


class Chat:
    """A `Captioner` for one vendor."""

    vendor: Vendor
    company: Message = ""
    gets, most_pictures, takes_hints = SENT, MOST_PICTURES, True

    def describe(self, pictures: Sequence[Path], brief: Brief, key: Key) -> Words:
        """Ask once, or once per form of answer that the server has to be asked in.

        Of a model that looks at one picture only, the first one is asked about.
        """
        asked = question(brief, len(pictures))
        call = Call(brief, key, asked, self._with_model(key).model, time.monotonic())
        with _client(self.vendor, key) as client:
            said = self._asked(client, call, [encoded(each) for each in pictures])
        if said.is_of_too_many_pictures and len(pictures) > 1:
            return self.describe(pictures[:1], brief, key)
        body = said.body if isinstance(said.body, dict) else {}
        usage = self._usage(call, body)
        failure = judged(said, self.vendor.name, call, usage)
        if failure:
            raise failure
        return self._words(call, body, usage)

    def check(self, key: Key) -> None:
        """Ask for this one model."""
        key_checks.has_model(self._house(key), "/models", self._with_model(key))

    def _house(self, key: Key) -> key_checks.House:
        return key_checks.House(self.vendor.name, self.vendor.base_url, key_checks.bearer(key))

    def _with_model(self, key: Key) -> Key:
        """Raises Suspended when none is named, and there is no usual one."""
        model = key.model or self.vendor.model
        if not model:
            raise Suspended(reasons.NoModelNamed(service=self.vendor.name), code=Fault.MODEL)
        return replace(key, model=model)

    def _asked(self, client: Sdk, call: Call, pictures: Sequence[str]) -> Said:
        *firsts, last = self.vendor.formats
        for form in firsts:
            said = _posted(client, self._wishes(call, pictures, form), call.began)
            if not said.rejects_form:
                return said
        return _posted(client, self._wishes(call, pictures, last), call.began)

    def _wishes(self, call: Call, pictures: Sequence[str], form: str | None) -> dict[str, Any]:
        wishes: dict[str, Any] = {
            "model": call.model,
            "messages": _messages(call.question, pictures),
            self.vendor.most_tokens: MOST_TOKENS,
        }
        if form:
            wishes["response_format"] = _form(form, call.question)
        return wishes | {"extra_body": dict(self.vendor.extra), "extra_headers": dict(self.vendor.headers)}

    def _words(self, call: Call, body: Mapping[str, Any], usage: Usage) -> Words:
        choice, message = _choice(body)
        ending = choice.get("finish_reason")
        content = _text(message.get("content"))
        if message.get("refusal") or str(ending).partition(":")[0] in DECLINED:
            raise call.no_words(Outcome.REFUSED, usage, content or str(message.get("refusal") or ""))
        if ending == "error" or choice.get("error"):
            raise Unavailable(reasons.BrokeOff(service=self.vendor.name))
        if ending == "length":
            raise call.no_words(Outcome.CUT_OFF, usage, content)
        if not content.strip():
            raise call.no_words(Outcome.MALFORMED if message.get("tool_calls") else Outcome.EMPTY, usage)
        return call.words(content, usage, tolerant=None in self.vendor.formats)

    def _usage(self, call: Call, body: Mapping[str, Any]) -> Usage:
        counted = body.get("usage")
        used: Mapping[str, Any] = counted if isinstance(counted, dict) else {}
        asked = tokens(used, "prompt_tokens")
        # Gemini counts its thinking only in the total.
        answered = max(tokens(used, "completion_tokens"), tokens(used, "total_tokens") - asked)
        usage = call.used(body.get("model"), (asked, answered), None)
        cost = _charged(used)
        if cost is None:
            cost = price(usage.model, self.vendor.prices, asked, answered)
        return call.used(body.get("model"), (asked, answered), cost)


def _form(name: str, asked: Question) -> dict[str, Any]:
    if name != JSON_SCHEMA:
        return {"type": name}
    return {"type": name, "json_schema": {"name": "caption", "strict": True, "schema": asked.schema}}


def _messages(asked: Question, pictures: Sequence[str]) -> list[dict[str, Any]]:
    """Text before the pictures, as OpenRouter advises."""
    parts = in_order(asked, [_image(each) for each in pictures])
    return [{"role": "system", "content": asked.rules}, {"role": "user", "content": parts}]


def _image(picture: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{picture}", "detail": "auto"}}


def _client(vendor: Vendor, key: Key) -> Sdk:
    import openai  # a second and 60 MB: only where it is used

    base_url = address((key.base_url or vendor.base_url).rstrip("/"))
    return openai.OpenAI(
        api_key=key.secret or "none",  # local servers want none, the SDK wants something
        base_url=base_url,
        max_retries=0,
        timeout=openai.Timeout(SECONDS, connect=CONNECT_SECONDS),
        http_client=openai.DefaultHttpxClient(follow_redirects=False, transport=_transport(key, base_url)),
    )


def _transport(key: Key, base_url: str) -> Any:  # noqa: ANN401 - of a library that is imported late
    """To a server that the operator named: exactly where its name led when it was checked. None: the usual one."""
    if not key.base_url:
        return None
    ssrf.spelled(key.base_url)
    if is_mapped(base_url):
        return None
    from writing.captioners.pinned import Pinned

    return Pinned(ssrf.checked(base_url, private=key.private))


def _posted(client: Sdk, wishes: dict[str, Any], began: float) -> Said:
    """One POST. What they answered, whatever its status; raises when no complete answer came."""
    import httpx2
    import openai

    failure: OutsideError
    try:
        with client.chat.completions.with_streaming_response.create(**wishes) as response:
            return Said(response.status_code, response.headers, read_within(response.iter_bytes(), began))
    except openai.APIStatusError as error:
        return Said(error.status_code, error.response.headers, error.response.content)
    except openai.APIConnectionError as error:
        never_sent = isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout)
        failure = _lost(never_sent=never_sent)
    except (httpx2.HTTPError, TimeoutError):
        failure = _lost(never_sent=False)
    # Outside of the block: the SDK's error holds the request, and the request holds the key.
    raise failure


def read_within(chunks: Iterable[bytes], began: float) -> bytes:
    """The whole body; `TimeoutError` when it is larger or slower (since `began`, monotonic) than one may be."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MOST_BYTES or time.monotonic() - began > SECONDS:
            raise TimeoutError("The answer does not end.")
    return bytes(body)


def _lost(*, never_sent: bool) -> OutsideError:
    if never_sent:
        return Unavailable(Unreachable(service="The model's server"))
    return Unanswered(reasons.AskedAndLost(service="The model"))


def _choice(body: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The first choice and its message; empty ones when the answer has none."""
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    message = choice.get("message")
    return choice, message if isinstance(message, dict) else {}


def _text(content: object) -> str:
    """A string, or the text of a list of parts, thoughts left out; "" for anything else."""
    if isinstance(content, list):
        parts = [part for part in content if isinstance(part, dict) and part.get("type", "text") in TEXT_PARTS]
        return "".join(part["text"] for part in parts if isinstance(part.get("text"), str))
    return content if isinstance(content, str) else ""


def _charged(used: Mapping[str, Any]) -> Decimal | None:
    """What OpenRouter says it charged, in US dollars."""
    try:
        cost = Decimal(str(used["cost"]))
    except (KeyError, InvalidOperation):
        return None
    return cost if cost.is_finite() and cost >= 0 else None


class OpenAI(Chat):
    company = "OpenAI"
    vendor = Vendor("OpenAI", "https://api.openai.com/v1", "gpt-6-luna", "openai")


class Gemini(Chat):
    company = GOOGLE
    vendor = Vendor(
        "Google Gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "gemini-3.5-flash-lite",
        "google",
    )


class OpenRouter(Chat):
    company = _("OpenRouter, and the maker of the model")
    vendor = Vendor(
        "OpenRouter",
        "https://openrouter.ai/api/v1",
        "openai/gpt-6-luna",
        "openrouter",
        # Only hosts of the model that know json_schema.
        extra=(("provider", {"require_parameters": True}),),
        # So that a 403 tells whether one of their guardrails stopped the picture.
        headers=(("X-OpenRouter-Metadata", "enabled"),),
    )

    def check(self, key: Key) -> None:
        """The key by itself, as their list of models is public. What follows a colon is a way to have a model."""
        wanted, house = self._with_model(key), self._house(key)
        house.get("/key", wanted)
        if not wanted.model.startswith("@"):  # a preset of the person's own
            key_checks.is_listed(house, "/models", wanted, wanted.model.partition(":")[0])


class Compatible(Chat):
    """Ollama, LM Studio, llama.cpp, vLLM: the operator names the address and the model."""

    vendor = Vendor(
        "The model's server",
        "http://localhost:11434/v1",
        "",
        "",
        formats=(JSON_SCHEMA, JSON_OBJECT, None),
        most_tokens="max_tokens",
    )

    def check(self, key: Key) -> None:
        """Where there is a list. Ollama calls a model without a tag the latest one."""
        wanted = self._with_model(key)
        try:
            key_checks.is_listed(self._house(key), "/models", wanted, f"{wanted.model}:latest")
        except OutsideError as error:
            if error.trace.status not in key_checks.NO_LIST:
                raise
