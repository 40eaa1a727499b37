"""Reading a chat request, strictly: unknown names, wrong types and impossible wishes are refused.

Source: OpenAI API reference "Create chat completion", openapi 2.3.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.openai.catalogue import is_reasoning
from sandbox.openai.own import OPENAI, OPENROUTER
from sandbox.openai.problems import Problem
from sandbox.openai.schemas import check_strict
from sandbox.openai.sight import Sight, look

Json = dict[str, Any]

NUMBER = (int, float)
PARAMETERS: dict[str, tuple[type, ...]] = {
    "audio": (dict,),
    "frequency_penalty": NUMBER,
    "function_call": (str, dict),
    "functions": (list,),
    "logit_bias": (dict,),
    "logprobs": (bool,),
    "max_completion_tokens": (int,),
    "max_tokens": (int,),
    "messages": (list,),
    "metadata": (dict,),
    "modalities": (list,),
    "model": (str,),
    "moderation": (dict,),
    "n": (int,),
    "parallel_tool_calls": (bool,),
    "prediction": (dict,),
    "presence_penalty": NUMBER,
    "prompt_cache_key": (str,),
    "prompt_cache_options": (dict,),
    "prompt_cache_retention": (str,),
    "reasoning_effort": (str,),
    "response_format": (dict,),
    "safety_identifier": (str,),
    "seed": (int,),
    "service_tier": (str,),
    "stop": (str, list),
    "store": (bool,),
    "stream": (bool,),
    "stream_options": (dict,),
    "temperature": NUMBER,
    "tool_choice": (str, dict),
    "tools": (list,),
    "top_logprobs": (int,),
    "top_p": NUMBER,
    "user": (str,),
    "verbosity": (str,),
    "web_search_options": (dict,),
}
ONLY_AT_OPENROUTER: dict[str, tuple[type, ...]] = {
    "min_p": NUMBER,
    "models": (list,),
    "plugins": (list,),
    "provider": (dict,),
    "reasoning": (dict,),
    "repetition_penalty": NUMBER,
    "route": (str,),
    "top_a": NUMBER,
    "top_k": NUMBER,
    "transforms": (list,),
    "usage": (dict,),
}
ROLES = {"developer", "system", "user", "assistant", "tool", "function"}
MOST_PICTURES = 500  # of one request ("Images and vision", "Image input requirements")
DETAILS = {"auto", "low", "high", "original"}
FORMATS = {"text", "json_object", "json_schema"}
RANGES = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
    "n": (1, 128),
}
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
WORDS = {dict: "an object", list: "an array", str: "a string", int: "an integer", bool: "a boolean"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A chat request, read and complete. `form`: text, json_object or json_schema; `most`: tokens, 0 for any."""

    model: str
    rules: str
    words: str
    pictures: tuple[Sight, ...]
    details: tuple[str, ...]
    form: str
    schema: Json
    most: int
    copies: int


def read(body: object, host: str) -> Asked:
    """The JSON body of a chat request. Raises Problem."""
    if not isinstance(body, dict):
        raise Problem("invalid_value", message="We could not parse the JSON body of your request.")
    _check_names(body, host)
    _check_ranges(body)
    _check_wishes(body, host)
    parts = list(_parts(body["messages"]))
    texts = [(role, part["text"]) for role, part in parts if part["type"] == "text"]
    images = [part["image_url"] for _, part in parts if part["type"] == "image_url"]
    if len(images) > MOST_PICTURES:
        raise Problem("invalid_value", param="messages", message=f"Too many images in request: {len(images)}.")
    form, schema = _form(body.get("response_format") or {"type": "text"}, " ".join(text for _, text in texts))
    rules = {"developer", "system"}
    return Asked(
        model=body["model"],
        rules="\n".join(text for role, text in texts if role in rules),
        words="\n".join(text for role, text in texts if role not in rules),
        pictures=tuple(look(image["url"]) for image in images),
        details=tuple(image.get("detail", "auto") for image in images),
        form=form,
        schema=schema,
        most=body.get("max_completion_tokens") or body.get("max_tokens") or 0,
        copies=body.get("n") or 1,
    )


def _check_names(body: Json, host: str) -> None:
    known = PARAMETERS | (ONLY_AT_OPENROUTER if host == OPENROUTER else {})
    for name, value in body.items():
        if name not in known:
            raise Problem("unknown_parameter", name, param=name)
        _check_type(name, value, known[name])
    for name in ("model", "messages"):
        if name not in body:
            raise Problem("missing_required_parameter", name, param=name)


def _check_type(name: str, value: object, kinds: tuple[type, ...]) -> None:
    is_number_by_accident = isinstance(value, bool) and bool not in kinds
    if value is not None and (is_number_by_accident or not isinstance(value, kinds)):
        got = WORDS.get(type(value), "a number")
        wanted = WORDS.get(kinds[0], "a number")
        raise Problem(
            "invalid_type",
            param=name,
            message=f"Invalid type for '{name}': expected {wanted}, but got {got} instead.",
        )


def _check_ranges(body: Json) -> None:
    for name, (least, most) in RANGES.items():
        value = body.get(name)
        if value is not None and not least <= value <= most:
            raise Problem(
                "invalid_value",
                param=name,
                message=f"Invalid '{name}': expected a value between {least} and {most}, but got {value}.",
            )
    for name in ("max_completion_tokens", "max_tokens"):
        if (body.get(name) or 1) < 1:
            raise Problem("invalid_value", param=name, message=f"Invalid '{name}': expected a value of at least 1.")


def _check_wishes(body: Json, host: str) -> None:
    """What this kind of model, or this sandbox, cannot do."""
    if body.get("stream"):
        raise Problem("unsupported_value", param="stream", message="The sandbox does not stream.")
    if host == OPENROUTER and body.get("max_tokens") is not None:  # they still take it; whoever uses it should learn
        raise Problem("unsupported_parameter", param="max_tokens", message="Deprecated: use max_completion_tokens.")
    if host != OPENAI or not is_reasoning(body["model"]):
        return
    if body.get("max_tokens") is not None:
        raise Problem(
            "unsupported_parameter",
            param="max_tokens",
            message="Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
        )
    if body.get("temperature") not in (None, 1):
        raise Problem(
            "unsupported_value",
            param="temperature",
            message=f"Unsupported value: 'temperature' does not support {body['temperature']} with this "
            "model. Only the default (1) value is supported.",
        )


def _parts(messages: list[Any]) -> Iterator[tuple[str, Json]]:
    """Every text and picture of the conversation, with the role that said it."""
    if not messages:
        raise Problem("invalid_value", param="messages", message="Invalid 'messages': empty array.")
    for place, one in enumerate(messages):
        where = f"messages[{place}]"
        message = _object(where, one)
        if message.get("role") not in ROLES:
            raise Problem("invalid_value", str(message.get("role")), param=f"{where}.role")
        content = message.get("content")
        _check_type(f"{where}.content", content, (str, list))
        if content is None and message["role"] != "assistant":
            raise Problem("missing_required_parameter", f"{where}.content", param=f"{where}.content")
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
        for number, part in enumerate(parts):
            yield message["role"], _part(part, message["role"], f"{where}.content[{number}]")


def _part(given: object, role: str, where: str) -> Json:
    part = _object(where, given)
    kind = part.get("type")
    if kind == "text":
        _check_type(f"{where}.text", part.get("text"), (str,))
        if part.get("text") is not None:
            return part
        raise Problem("missing_required_parameter", f"{where}.text", param=f"{where}.text")
    if kind == "image_url" and role == "user":
        return _picture_part(part, where)
    raise Problem("invalid_value", str(kind), param=f"{where}.type")


def _object(where: str, value: object) -> Json:
    if not isinstance(value, dict):
        raise Problem("invalid_type", param=where, message=f"Invalid type for '{where}': expected an object.")
    return value


def _picture_part(part: Json, where: str) -> Json:
    image = part.get("image_url")
    if not isinstance(image, dict) or not isinstance(image.get("url"), str):
        raise Problem(
            "invalid_type",
            param=f"{where}.image_url",
            message=f"Invalid type for '{where}.image_url': expected an object.",
        )
    if image.get("detail", "auto") not in DETAILS or set(image) - {"url", "detail"}:
        raise Problem("invalid_value", str(image.get("detail")), param=f"{where}.image_url")
    return part


def _form(wanted: Json, said: str) -> tuple[str, Json]:
    """The form of the answer, and its schema if it has one."""
    kind = wanted.get("type")
    if kind not in FORMATS:
        raise Problem("invalid_value", str(kind), param="response_format.type")
    if kind == "json_object" and "json" not in said.lower():
        raise Problem(
            "invalid_value",
            param="messages",
            message="'messages' must contain the word 'json' in some form, to use 'response_format' of type "
            "'json_object'.",
        )
    return kind, _schema(wanted.get("json_schema")) if kind == "json_schema" else {}


def _schema(wanted: object) -> Json:
    if not isinstance(wanted, dict):
        name = "response_format.json_schema"
        raise Problem("missing_required_parameter", name, param=name)
    if not NAME.fullmatch(str(wanted.get("name", ""))):
        raise Problem("invalid_value", str(wanted.get("name")), param="response_format.json_schema.name")
    unknown = set(wanted) - {"name", "schema", "strict", "description"}
    if unknown:
        name = f"response_format.json_schema.{min(unknown)}"
        raise Problem("unknown_parameter", name, param=name)
    schema = _object("response_format.json_schema.schema", wanted.get("schema") or {})
    if wanted.get("strict"):
        check_strict(wanted["name"], schema)
    return dict(schema)
