"""The `fields` parameter: parsing, choosing, and the paging of lists."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from sandbox.meta import errors
from sandbox.meta.calls import Call

_WORD = re.compile(r"[A-Za-z0-9_]+")
CURSORS_ALONE = {"graph.threads.net", "graph.threads.com"}
_CALLS = re.compile(r"(\.[a-z_]+\([^)]*\))*")


@dataclass(frozen=True, slots=True)
class Field:
    """One wanted field and, in braces, the fields wanted inside it."""

    name: str
    inner: tuple[Field, ...] = ()


Fields = tuple[Field, ...]
Node = dict[str, Any]


def parse(text: str) -> Fields:
    """`id,media{id,caption},comments.limit(0).summary(true)` as a tree. Raises GraphError 2500."""
    found, rest = _level(text.replace(" ", ""))
    if rest:
        raise errors.GraphError(f'Syntax error "Expected end of string instead of "{rest[0]}"."', 2500)
    return found


def _level(text: str) -> tuple[Fields, str]:
    found: list[Field] = []
    while match := _WORD.match(text):
        name, text = match.group(), text[match.end() :]
        text = text[_CALLS.match(text).end() :]  # type: ignore[union-attr]
        inner: Fields = ()
        if text.startswith("{"):
            inner, text = _level(text[1:])
            text = text.removeprefix("}")
        found.append(Field(name, inner))
        if not text.startswith(","):
            break
        text = text[1:]
    return tuple(found), text


def choose(kind: str, node: Node, wanted: Fields, usual: str) -> Node:
    """The wanted fields of a node; `usual` ones when none are named. What is None is left out, as Meta does.

    A value may be a function of the fields wanted inside it. Raises GraphError 100 for an unknown field.
    """
    chosen: Node = {}
    for field in wanted or parse(usual):
        if field.name not in node:
            raise errors.unknown_field(field.name, kind)
        value = node[field.name]
        value = value(field.inner) if callable(value) else value
        if value is not None:
            chosen[field.name] = value
    return chosen | {"id": node["id"]} if "id" in node else chosen


class Listed(Protocol):
    """Anything that a list can hold."""

    id: str


Thing = TypeVar("Thing", bound=Listed)


def page_of(call: Call, things: Sequence[Thing], show: Callable[[Thing], Node], *, most: int = 100) -> Node:
    """One page of a list with cursors; `next` and `previous` are whole addresses, token included.

    Threads shows the cursors alone (its Postman collection).
    """
    limit = max(1, min(most, int(call.number("limit", 25))))
    ids = [thing.id for thing in things]
    start = _place(ids, call.param("after")) + 1 if call.param("after") else 0
    if call.param("before"):
        end = _place(ids, call.param("before"))
        start, limit = max(0, end - limit), min(limit, end)
    shown = things[start : start + limit]
    answer: Node = {"data": [show(thing) for thing in shown]}
    if not shown:
        return answer
    paging: Node = {"cursors": {"before": _cursor(shown[0].id), "after": _cursor(shown[-1].id)}}
    if call.host in CURSORS_ALONE:
        return answer | {"paging": paging}
    if start + len(shown) < len(things):
        paging["next"] = _address(call, after=paging["cursors"]["after"])
    if start:
        paging["previous"] = _address(call, before=paging["cursors"]["before"])
    return answer | {"paging": paging}


def page_by_time(
    call: Call, things: Sequence[Thing], show: Callable[[Thing], Node], at: Callable[[Thing], float], *, most: int = 100
) -> Node:
    """One page of a list with times, no cursors, and a `next` until a page is empty.

    Recorded: python-facebook, posts of a Page. Within one second only `__paging_token` says where to go on.
    """
    limit = max(1, min(most, int(call.number("limit", 25))))
    token = call.param("__paging_token").removeprefix("enc_")
    start = _place([thing.id for thing in things], token) + 1 if token else 0
    shown = things[start : start + limit]
    answer: Node = {"data": [show(thing) for thing in shown]}
    if not shown:
        return answer
    first, last = shown[0], shown[-1]
    back = {"__previous": "1", "since": f"{math.ceil(at(first))}", "until": "", "__paging_token": _token(first)}
    on = {"until": f"{math.ceil(at(last))}", "since": "", "__paging_token": _token(last), "__previous": ""}
    return answer | {"paging": {"previous": _address(call, **back), "next": _address(call, **on)}}


def _token(thing: Listed) -> str:
    return f"enc_{_cursor(thing.id)}"


def _cursor(thing_id: str) -> str:
    return base64.urlsafe_b64encode(thing_id.encode()).decode().rstrip("=") + "ZD"


def _place(ids: Sequence[str], cursor: str) -> int:
    try:
        return ids.index(base64.urlsafe_b64decode(cursor.removesuffix("ZD") + "==").decode())
    except ValueError as error:
        raise errors.invalid_parameter("Invalid cursors values") from error


def _address(call: Call, **cursor: str) -> str:
    kept = {name: value for name, value in call.params.items() if name not in {"after", "before", "access_token"}}
    kept = {name: value for name, value in kept.items() if name not in cursor}
    return f"{call.address}?{urlencode({'access_token': call.token_text} | kept | cursor)}"
