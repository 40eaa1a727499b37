"""JSON schemas of structured answers: what strict mode demands of them, and filling one in.

Source: OpenAI "Structured outputs", section "Supported schemas".
"""

from __future__ import annotations

from typing import Any

from sandbox.openai.problems import Problem

Json = dict[str, Any]
FORBIDDEN = ("allOf", "not", "oneOf", "if", "then", "else", "dependentRequired", "dependentSchemas")
EMPTY = {"string": "", "integer": 0, "number": 0, "boolean": False, "null": None}


def check_strict(name: str, schema: Json) -> None:
    """Refuse what strict mode refuses. Raises Problem in OpenAI's words."""
    if schema.get("type") != "object":
        _refuse(name, (), f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'.")
    _check(name, schema, ())


def fill(schema: Json, known: Json) -> Any:  # noqa: ANN401 - whatever the schema asks for
    """An answer in this schema. `known` holds what there is to say, by property name."""
    return _value(schema, known, "", schema.get("$defs", {}))


def _check(name: str, schema: object, where: tuple[str, ...]) -> None:
    if not isinstance(schema, dict):
        _refuse(name, where, "a schema must be an object.")
        return
    for word in FORBIDDEN:
        if word in schema:
            _refuse(name, where, f"'{word}' is not permitted.")
    if schema.get("type") == "object":
        _check_object(name, schema, where)
    for key, inner in schema.get("properties", {}).items():
        _check(name, inner, (*where, "properties", key))
    for key, inner in schema.get("$defs", {}).items():
        _check(name, inner, (*where, "$defs", key))
    for place, inner in enumerate(schema.get("anyOf", [])):
        _check(name, inner, (*where, "anyOf", str(place)))
    if isinstance(schema.get("items"), dict):
        _check(name, schema["items"], (*where, "items"))
    elif schema.get("type") == "array":
        _refuse(name, where, "array schema missing items.")


def _check_object(name: str, schema: Json, where: tuple[str, ...]) -> None:
    if schema.get("additionalProperties") is not False:
        _refuse(name, where, "'additionalProperties' is required to be supplied and to be false.")
    missing = [key for key in schema.get("properties", {}) if key not in schema.get("required", [])]
    if missing:
        _refuse(
            name,
            where,
            "'required' is required to be supplied and to be an array including every key in properties. "
            f"Missing '{missing[0]}'.",
        )


def _refuse(name: str, where: tuple[str, ...], why: str) -> None:
    raise Problem(
        "invalid_json_schema",
        param="response_format",
        message=f"Invalid schema for response_format '{name}': In context={where}, {why}",
    )


def _value(schema: Json, known: Json, name: str, defs: Json) -> Any:  # noqa: ANN401
    schema = _resolved(schema, defs)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    kind = _kind(schema)
    if kind == "object":
        return {key: _value(inner, known, key, defs) for key, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return _array(schema, known, name, defs)
    return _plain(schema, kind, known.get(name))


def _array(schema: Json, known: Json, name: str, defs: Json) -> list[Any]:
    values = known.get(name)
    items = _resolved(schema.get("items", {}), defs)
    if not isinstance(values, list) or _kind(items) != "string":
        values = [_value(items, known, name, defs)] * schema.get("minItems", 0)
    return list(values[: schema.get("maxItems", len(values))])


def _plain(schema: Json, kind: str, said: object) -> object:
    if kind == "string":
        text = " ".join(said) if isinstance(said, list) else said or ""
        return str(text)[: schema.get("maxLength", 100_000)]
    return schema.get("minimum", EMPTY.get(kind))


def _resolved(schema: Json, defs: Json) -> Json:
    """Through references, and through "this or null" to this."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = defs.get(str(schema["$ref"]).rpartition("/")[2], {})
        else:
            schema = next((one for one in schema["anyOf"] if one.get("type") != "null"), schema["anyOf"][0])
    return schema


def _kind(schema: Json) -> str:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        return str(next((one for one in kind if one != "null"), "null"))
    return str(kind)
