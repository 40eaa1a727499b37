"""Chat completions over HTTP, at OpenAI and at the two houses that speak its language."""

from __future__ import annotations

import math
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox import faults
from sandbox.openai import habits, keys
from sandbox.openai.asking import Asked, read
from sandbox.openai.catalogue import Model, is_reasoning, model, models
from sandbox.openai.habits import HABITS, Said
from sandbox.openai.own import GEMINI, OPENAI, OPENROUTER, own
from sandbox.openai.problems import Problem
from sandbox.openai.sight import Sight
from sandbox.openai.words import describe
from sandbox.world import World

Json = dict[str, Any]
PREFIXES = {OPENAI: "/v1", OPENROUTER: "/api/v1", GEMINI: "/v1beta/openai"}
LONGEST_PROMPT = 272_000
CHARACTERS_A_TOKEN = 4
PATCH = 32
MOST_PATCHES = 1536
LOW_DETAIL_TOKENS = 85
THOUGHT_TOKENS = 64


def routes(world: World, host: str) -> Blueprint:
    """One house over one world."""
    house = Blueprint(host.replace(".", "-"), __name__, url_prefix=f"/{host}{PREFIXES[host]}")
    house.register_error_handler(Problem, lambda problem: _say_no(world, problem, host))

    @house.post("/chat/completions")
    def chat() -> Response:
        _check_key(world, host)
        answer = _complete(world, host, request.get_json(silent=True))
        return _with_headers(world, jsonify(answer), host)

    @house.get("/models")
    def listed() -> Response:
        if host != OPENROUTER:
            _check_key(world, host)
        rows = [_model_json(world, one, host) for one in models(host).values()]
        return jsonify({"data": rows} if host == OPENROUTER else {"object": "list", "data": rows})

    @house.get("/key")
    def own_key() -> Response:
        if host != OPENROUTER:
            return unknown("key")
        _check_key(world, host)
        limits = {"limit": None, "limit_remaining": None, "is_free_tier": False}
        return jsonify(data={"label": "sk-or-v1-pra...ice", "usage": 0, **limits})

    @house.get("/models/<path:name>")
    def one_model(name: str) -> Response:
        _check_key(world, host)
        return jsonify(_model_json(world, _model(host, name), host))

    @house.route("/<path:anything>", methods=["GET", "POST", "DELETE"])
    def unknown(anything: str) -> Response:
        where = f"{request.method} {PREFIXES[host]}/{anything}"
        raise Problem("invalid_url", message=f"Invalid URL ({where})", status=404)

    return house


def complete(world: World, host: str, asked: Asked) -> Json:
    """The answer to one request, as that house writes it. Raises Problem."""
    known = _model(host, asked.model)
    if _prompt_tokens(asked) > LONGEST_PROMPT:
        raise Problem("context_length_exceeded", param="messages")
    _check_words(world, host, asked)
    said = _cut(_said(world, host, asked), asked, known)
    usage = _usage(asked, said, known)
    body: Json = {
        "id": ("gen-" if host == OPENROUTER else "chatcmpl-") + world.new_token(length=29),
        "object": "chat.completion",
        "created": int(world.now()),
        "model": asked.model,
        "choices": [_choice(said, number) for number in range(asked.copies)],
        "usage": usage,
    }
    if host == OPENROUTER:
        own = {"provider": known.owner, "system_fingerprint": None}
        return body | own | {"usage": usage | _cost(usage, known)}
    return body | {"service_tier": "default", "system_fingerprint": "fp_practice"}


def _complete(world: World, host: str, body: object) -> Json:
    return complete(world, host, read(body, host))


def _check_words(world: World, host: str, asked: Asked) -> None:
    """Raises what this house says to a request with a word that it does not let pass."""
    rule = faults.trouble(world, "declines", host=host)
    if rule is not None and rule.message and rule.message in f"{asked.rules}\n{asked.words}":
        raise Problem(rule.variant or "content_policy_violation")


def _said(world: World, host: str, asked: Asked) -> Said:
    """What the model says: well, or with the habit that its name or the fault panel asks for."""
    words = describe(asked.pictures, f"{asked.rules}\n{asked.words}")
    habit = habits.habit_of(asked.model)
    trouble = faults.trouble(world, "words", host=host)
    if trouble is not None:
        habit = trouble.variant or "malformed"
    return HABITS[habit](asked, words) if habit in HABITS else habits.speak(asked, words)


def _cut(said: Said, asked: Asked, known: Model) -> Said:
    """No more than the tokens that were allowed; thinking comes first and counts."""
    room = (asked.most - _thoughts(known)) * CHARACTERS_A_TOKEN
    if not asked.most or said.content is None or len(said.content) <= room:
        return said
    return Said(said.content[: max(0, room)], "length")


def _choice(said: Said, number: int) -> Json:
    message: Json = {"role": "assistant", "content": said.content, "refusal": said.refusal, "annotations": []}
    return {"index": number, "message": message, "logprobs": None, "finish_reason": said.finish_reason}


def _usage(asked: Asked, said: Said, known: Model) -> Json:
    prompt = _prompt_tokens(asked)
    text = (said.content or "") + (said.refusal or "")
    thoughts = min(_thoughts(known), asked.most or THOUGHT_TOKENS)
    answer = thoughts + asked.copies * _tokens(text)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "total_tokens": prompt + answer,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": thoughts,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _cost(usage: Json, known: Model) -> Json:
    """What OpenRouter charges, in US dollars."""
    spent_in = usage["prompt_tokens"] * known.price_in / 1e6
    spent_out = usage["completion_tokens"] * known.price_out / 1e6
    return {
        "cost": round(spent_in + spent_out, 9),
        "is_byok": False,
        "cost_details": {
            "upstream_inference_cost": None,
            "upstream_inference_prompt_cost": spent_in,
            "upstream_inference_completions_cost": spent_out,
        },
    }


def _prompt_tokens(asked: Asked) -> int:
    pictures = zip(asked.pictures, asked.details, strict=True)
    return 7 + _tokens(asked.rules + asked.words) + sum(_picture_tokens(*one) for one in pictures)


def _picture_tokens(sight: Sight, detail: str) -> int:
    """By 32-pixel patches, at most 1536 of them (OpenAI "Images and vision", newer models)."""
    if detail == "low":
        return LOW_DETAIL_TOKENS
    patches = math.ceil(sight.width / PATCH) * math.ceil(sight.height / PATCH)
    return min(patches, MOST_PATCHES)


def _tokens(text: str) -> int:
    return math.ceil(len(text) / CHARACTERS_A_TOKEN)


def _thoughts(known: Model) -> int:
    return THOUGHT_TOKENS if is_reasoning(known.id.rpartition("/")[2]) else 0


def _model(host: str, name: str) -> Model:
    found = model(host, name)
    if found is None:
        raise Problem("model_not_found", name, param="model")
    return found


def _model_json(world: World, known: Model, host: str) -> Json:
    if host == OPENROUTER:
        return {
            "id": known.id,
            "name": known.id,
            "created": int(world.now()),
            "context_length": LONGEST_PROMPT,
            "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
            "pricing": {"prompt": f"{known.price_in / 1e6:.9f}", "completion": f"{known.price_out / 1e6:.9f}"},
        }
    name = f"models/{known.id}" if host == GEMINI else known.id
    return {"id": name, "object": "model", "created": 1_790_000_000, "owned_by": known.owner}


def _check_key(world: World, host: str) -> None:
    """Raises Problem when there is no key, or one that no house would give out."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not key:
        raise Problem(
            "invalid_api_key",
            message="You didn't provide an API key. You need to provide your API key in an Authorization "
            "header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
        )
    if not keys.is_good(world, host, key):
        raise Problem("invalid_api_key", f"{key[:4]}{'*' * 8}{key[-4:] if len(key) > 12 else ''}")


def _with_headers(world: World, response: Response, host: str) -> Response:
    response.headers["x-request-id"] = "req_" + world.new_token(length=32).lower()
    if host == OPENAI:
        response.headers.extend(
            {
                "openai-version": "2020-10-01",
                "openai-organization": "org-practice",
                "openai-processing-ms": "420",
                "x-ratelimit-limit-requests": "500",
                "x-ratelimit-remaining-requests": "499",
                "x-ratelimit-reset-requests": "120ms",
                "x-ratelimit-limit-tokens": "200000",
                "x-ratelimit-remaining-tokens": "199000",
                "x-ratelimit-reset-tokens": "300ms",
            }
        )
    return response


def _say_no(world: World, problem: Problem, host: str) -> Response:
    body, special = problem.body(host), own(host, problem.code)
    if special and special.stage and request.headers.get("X-OpenRouter-Metadata") == "enabled":
        body["openrouter_metadata"] = {"strategy": "direct", "pipeline": [special.stage]}
    response = _with_headers(world, jsonify(body), host)
    response.status_code = problem.status_at(host)
    for name, value in problem.headers(host):
        response.headers[name] = value
    return response
