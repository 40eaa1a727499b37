"""The Graph: from a call to the model that answers it. No HTTP in here; `web.py` does that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.faults import trouble
from sandbox.meta import errors, numbered, tokens
from sandbox.meta.calls import Answer, Call
from sandbox.meta.endpoints import EDGES, EVERYWHERE, FIXED, Endpoint
from sandbox.meta.rows import Container, Instagram, Media, Page, Person, Photo, Post, Threads, Usage
from sandbox.meta.tokens import Caller
from sandbox.world import World

VERSIONS = {
    "graph.facebook.com": {"v21.0", "v22.0", "v23.0", "v24.0", "v25.0", "v26.0", "v27.0"},
    "graph.instagram.com": {"v21.0", "v22.0", "v23.0", "v24.0", "v25.0", "v26.0", "v27.0"},
    "graph.threads.net": {"v1.0"},
    "graph.threads.com": {"v1.0"},
    "api.instagram.com": set(),
}
OLDEST = "v21.0"  # answers a call that names no version
USUAL_VERSION = {"graph.threads.net": "v1.0", "graph.threads.com": "v1.0"}
CALLS_AN_HOUR = 4_800
POSTING = {
    "photos",
    "photo_stories",
    "feed",
    "media",
    "media_publish",
    "threads",
    "threads_publish",
}  # edges, when posted to


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer without HTTP."""

    status: int
    body: Answer
    headers: dict[str, Any] = field(default_factory=dict)


Node = Person | Page | Photo | Post | Instagram | Threads | Container | Media
KINDS: tuple[type[Node], ...] = (Person, Page, Photo, Post, Instagram, Threads, Container, Media)


def answer(world: World, call: Call) -> Reply:
    """Do what the call asks. An error is a Reply too; every Reply carries the vendor's trace headers."""
    trace_id = world.new_trace("A")
    headers: dict[str, Any] = {
        "facebook-api-version": call.version or USUAL_VERSION.get(call.host, OLDEST),
        "x-fb-trace-id": world.new_trace(length=11),
        "x-fb-rev": "1029384756",
    }
    try:
        body = _dispatch(world, call, headers)
    except errors.GraphError as error:
        return Reply(error.status, _in_the_words_of(call.host, error.body(trace_id)), headers)
    return Reply(200, body, headers)


def _dispatch(world: World, call: Call, headers: dict[str, Any]) -> Answer:
    if call.version and call.version not in VERSIONS[call.host]:
        raise errors.unknown_path(call.version)
    fixed = FIXED.get((call.host, "/".join(call.parts)))
    if fixed is not None:
        _know_all_parameters(call, fixed)
        return fixed.do(world, call)
    if not call.parts or not call.parts[0].replace("_", "").isalnum() or len(call.parts) > 3:
        raise errors.unknown_path("/".join(call.parts))
    caller = tokens.who(world, call)
    headers |= usage(world, caller)
    node = _find(world, call, caller)
    _two_factor(world, node)
    edge = call.parts[1] if len(call.parts) > 1 else ""
    endpoint = EDGES.get((call.method, _kind(node), edge))
    if endpoint is None:
        raise errors.missing_object(call.method, call.parts[0]) if not edge else errors.unknown_path(edge)
    _know_all_parameters(call, endpoint)
    if call.method == "POST" and edge in POSTING:
        _may_post(world, call)
    return endpoint.do(world, call, node, caller)


def _two_factor(world: World, node: Node) -> None:
    """Nothing of such a Page, or of the account behind it, is answered (facebook-java-business-sdk issue 437)."""
    about = _owner(node)
    for page in world.table(Page).values():
        if page.two_factor and about in {page.id, page.instagram_id}:
            raise numbered.by_number(*numbered.TWO_FACTOR)


def _may_post(world: World, call: Call) -> None:
    """Whether they have suspended this account. Such a refusal certainly does nothing."""
    if rule := trouble(world, "suspended", host=call.host, path="/" + "/".join((call.version, *call.parts))):
        raise numbered.by_number(rule.code or 368, rule.subcode, rule.message)


def _know_all_parameters(call: Call, endpoint: Endpoint) -> None:
    for name in call.params:
        if name.partition("[")[0] not in endpoint.params | EVERYWHERE:
            raise errors.unknown_parameter(name)


def _find(world: World, call: Call, caller: Caller) -> Node:
    own = tokens.account_of(world, caller.token)
    if call.parts[0] == "me" or call.parts[0] == getattr(own, "scoped_id", ""):
        return own
    for kind in KINDS:
        node: Node | None = world.table(kind).get(call.parts[0])
        if node is not None and _owner(node) in _reach(world, caller):
            return node
    raise errors.missing_object(call.method, call.parts[0])


def _owner(node: Node) -> str:
    if isinstance(node, Photo | Post):
        return node.page_id
    return node.account_id if isinstance(node, Container | Media) else node.id


def _reach(world: World, caller: Caller) -> set[str]:
    """The ids of all accounts that this token may speak for."""
    if caller.token.kind in {"IG", "TH"}:
        return {caller.token.account_id}
    own = caller.grant.pages if caller.token.kind == "USER" else [caller.token.account_id]
    linked = {world.table(Page)[page_id].instagram_id for page_id in own}
    return {caller.token.account_id, *own, *linked}


def _kind(node: Node) -> str:
    name = type(node).__name__
    return f"{node.platform} {name}" if isinstance(node, Container | Media) else name


def usage(world: World, caller: Caller) -> dict[str, Any]:
    """The usage headers: percentages of an hour's calls, of the app and of the account."""
    token = caller.token
    kind = {"PAGE": "pages", "IG": "instagram", "TH": "threads"}.get(token.kind, "")
    headers: dict[str, Any] = {"x-app-usage": _share(world, token.app_id)}
    if kind:
        told = {"type": kind, **_share(world, token.account_id), "estimated_time_to_regain_access": 0}
        headers["x-business-use-case-usage"] = {token.account_id: [told]}
    return headers


def _share(world: World, name: str) -> dict[str, int]:
    used = world.table(Usage).setdefault(name, Usage(name))
    hour = int(world.now() // 3600)
    used.calls = used.calls + 1 if used.hour == hour else 1
    used.hour = hour
    percent = min(100, -(-used.calls * 100 // CALLS_AN_HOUR))
    return {"call_count": percent, "total_cputime": percent, "total_time": percent}


def _in_the_words_of(host: str, body: Answer) -> Answer:
    """The same error under the type name, or in the old envelope, that this host uses."""
    error = body["error"]
    if host == "api.instagram.com":
        return {"error_type": "OAuthException", "code": 400, "error_message": _old_words(error)}
    named = {"graph.instagram.com": "IGApiException"}.get(host, "THApiException" if "threads" in host else "")
    if named and (error["type"] == "GraphMethodException" or error["code"] in {2500, 190}):
        error["type"] = named if error["code"] != 190 else "OAuthException"
    return body


def _old_words(error: dict[str, Any]) -> str:
    if error.get("error_subcode") == 36009:
        return "Matching code was not found or was already used"
    return str(error["message"])
