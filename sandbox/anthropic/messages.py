"""POST /v1/messages and GET /v1/models, strictly read. Source: Anthropic API reference, "Messages", "Models"."""

from __future__ import annotations

from base64 import b64decode
from typing import Any, NoReturn

from flask import Blueprint, Response, jsonify, request

from sandbox.anthropic.problems import HOST, body, status_of
from sandbox.openai import keys
from sandbox.openai.asking import Asked
from sandbox.openai.catalogue import Model, model, models
from sandbox.openai.chat import complete
from sandbox.openai.problems import Problem
from sandbox.openai.schemas import check_strict
from sandbox.openai.sight import look
from sandbox.world import World

Json = dict[str, Any]
PARAMETERS: dict[str, type | tuple[type, ...]] = {
    "max_tokens": int,
    "messages": list,
    "metadata": dict,
    "model": str,
    "output_config": dict,
    "service_tier": str,
    "stop_sequences": list,
    "system": (str, list),
    "temperature": (int, float),
    "thinking": dict,
    "tool_choice": dict,
    "tools": list,
    "top_k": int,
    "top_p": (int, float),
}
LARGEST = 5 * 1024 * 1024  # bytes of one picture
MOST_PICTURES = 100  # of one request ("Vision", "General limits")
MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG", "image/gif": b"GIF8", "image/webp": b"RIFF"}
ENDINGS = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}


def routes(world: World) -> Blueprint:
    """The house over one world."""
    house = Blueprint("anthropic", __name__, url_prefix=f"/{HOST}/v1")
    house.register_error_handler(Problem, lambda problem: _say_no(world, problem))

    @house.post("/messages")
    def messages() -> Response:
        _check_key(world)
        return jsonify(_message(complete(world, HOST, _read(request.get_json(silent=True)))))

    @house.get("/models")
    def listed() -> Response:
        _check_key(world)
        rows = [_model_json(one) for one in models(HOST).values()]
        return jsonify(data=rows, has_more=False, first_id=rows[0]["id"], last_id=rows[-1]["id"])

    @house.get("/models/<name>")
    def one_model(name: str) -> Response:
        _check_key(world)
        found = model(HOST, name)
        if found is None:
            raise Problem("model_not_found", message=f"model: {name}")
        return jsonify(_model_json(found))

    return house


def _check_key(world: World) -> None:
    key = request.headers.get("x-api-key", "")
    if not key:
        raise Problem("invalid_api_key", message="x-api-key header is required")
    if not keys.is_good(world, HOST, key):
        raise Problem("invalid_api_key", message="invalid x-api-key")
    if not request.headers.get("anthropic-version"):
        _refuse("anthropic-version: header is required")


def _read(sent: object) -> Asked:
    if not isinstance(sent, dict):
        raise Problem("invalid_value", message="The request body is not valid JSON")
    for name, value in sent.items():
        if name not in PARAMETERS:
            _refuse(f"{name}: Extra inputs are not permitted")
        if not isinstance(value, PARAMETERS[name]) or isinstance(value, bool):
            _refuse(f"{name}: Input is of another type")
    for name in ("max_tokens", "messages", "model"):
        if name not in sent:
            _refuse(f"{name}: Field required")
    if model(HOST, sent["model"]) is None:
        raise Problem("model_not_found", message=f"model: {sent['model']}")
    blocks = list(_blocks(sent["messages"]))
    images = [block["source"] for block in blocks if block["type"] == "image"]
    if len(images) > MOST_PICTURES:
        _refuse(f"messages: too many images: {len(images)} > {MOST_PICTURES}")
    pictures = tuple(look(_data_url(source)) for source in images)
    schema = _schema(sent.get("output_config") or {})
    return Asked(
        model=sent["model"],
        rules=str(sent.get("system", "")),
        words="\n".join(block["text"] for block in blocks if block["type"] == "text"),
        pictures=pictures,
        details=("auto",) * len(pictures),
        form="json_schema" if schema else "text",
        schema=schema,
        most=sent["max_tokens"],
        copies=1,
    )


def _blocks(messages: list[Any]) -> Any:  # noqa: ANN401 - a generator of blocks as they were sent
    if not messages or not isinstance(messages[0], dict) or messages[0].get("role") != "user":
        _refuse("messages: first message must use the user role")
    for message in messages:
        if not isinstance(message, dict) or message.get("role") not in {"user", "assistant"}:
            _refuse('messages: roles are "user" and "assistant"')
        content = message.get("content")
        for block in [{"type": "text", "text": content}] if isinstance(content, str) else content or []:
            if block.get("type") not in {"text", "image"}:
                _refuse("messages.content.type: Input tag does not match any of the expected tags")
            yield block


def _data_url(source: Json) -> str:
    if source.get("type") != "base64" or source.get("media_type") not in MAGIC:
        _refuse("messages.content.image.source: the sandbox takes base64 of jpeg, png, gif or webp")
    content = b64decode(source.get("data", ""))
    if len(content) > LARGEST:
        _refuse("image exceeds 5 MB maximum")
    if not content.startswith(MAGIC[source["media_type"]]):
        _refuse(f"The image was specified using the {source['media_type']} media type, but does not appear to be one")
    return f"data:{source['media_type']};base64,{source['data']}"


def _schema(wishes: Json) -> Json:
    form = wishes.get("format") or {}
    if not form:
        return {}
    if form.get("type") != "json_schema" or not isinstance(form.get("schema"), dict):
        _refuse("output_config.format: a json_schema with its schema is expected")
    schema: Json = form["schema"]
    check_strict("output_config", schema)
    return schema


def _message(completed: Json) -> Json:
    """A chat completion in Anthropic's words."""
    [choice] = completed["choices"]
    said, usage = choice["message"], completed["usage"]
    refused = said["refusal"] is not None
    text = said["refusal"] if refused else said["content"]
    return {
        "id": completed["id"].replace("chatcmpl-", "msg_"),
        "type": "message",
        "role": "assistant",
        "model": completed["model"],
        "content": [{"type": "text", "text": text}] if text else [],
        "stop_reason": "refusal" if refused else ENDINGS[choice["finish_reason"]],
        "stop_sequence": None,
        "usage": {
            "input_tokens": usage["prompt_tokens"],
            "output_tokens": usage["completion_tokens"],
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "service_tier": "standard",
        },
    }


def _model_json(one: Model) -> Json:
    return {"type": "model", "id": one.id, "display_name": one.id, "created_at": "2026-09-01T00:00:00Z"}


def _refuse(message: str) -> NoReturn:
    raise Problem("invalid_value", message=message)


def _say_no(world: World, problem: Problem) -> Response:
    status = status_of(problem)
    response = jsonify(body(world, status, problem))
    response.status_code = status
    if problem.code == "rate_limit_exceeded":
        response.headers["retry-after"] = "20"
    return response
