"""Meta's Graph over HTTP: requests in, JSON out."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Blueprint, Response, request

from sandbox.faults import Complaint, Rule
from sandbox.meta import errors, graph, numbered
from sandbox.meta.calls import Call
from sandbox.world import World

JSON_TYPE = "application/json; charset=UTF-8"
_VERSION = re.compile(r"v\d+\.\d+")
_METHODS = ["GET", "POST", "DELETE"]
REGAIN_MINUTES = 5


def add_graph(blueprint: Blueprint, world: World) -> None:
    """Serve every Graph host."""

    hosts = ",".join(f'"{host}"' for host in graph.VERSIONS)

    @blueprint.route(f"/<any({hosts}):host>/", methods=_METHODS, defaults={"path": ""})
    @blueprint.route(f"/<any({hosts}):host>/<path:path>", methods=_METHODS)
    def graph_api(host: str, path: str) -> Response:
        return _as_response(graph.answer(world, _call(host, path)))


def _call(host: str, path: str) -> Call:
    parts = [part for part in path.split("/") if part]
    version = parts.pop(0) if parts and _VERSION.fullmatch(parts[0]) else ""
    params = _params()
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    token = params.pop("access_token", "") or (sent if scheme in {"Bearer", "OAuth"} else "")
    files = {name: upload.read() for name, upload in request.files.items()}
    return Call(request.method, host, version, tuple(parts), request.host_url, params, files, token)


def _params() -> dict[str, str]:
    params = {**request.args.to_dict(), **request.form.to_dict()}
    body = request.get_json(silent=True) if request.is_json else None
    if isinstance(body, dict):
        params |= {name: _text(value) for name, value in body.items()}
    return params


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _as_response(reply: graph.Reply) -> Response:
    response = Response(json.dumps(reply.body), reply.status, content_type=JSON_TYPE)
    for name, value in reply.headers.items():
        response.headers[name] = value if isinstance(value, str) else json.dumps(value)
    response.headers["Cache-Control"] = "private, no-cache, no-store, must-revalidate"
    error = reply.body.get("error")
    if isinstance(error, dict) and error.get("code") in {1, 102, 104, 190} | {100} and reply.status == 400:
        response.headers["WWW-Authenticate"] = f'OAuth "Facebook Platform" "{_reason(error)}" "{error["message"]}"'
    return response


def _reason(error: dict[str, Any]) -> str:
    if error.get("error_subcode") in {36007, 36008, 36009}:
        return "invalid_code"
    return "invalid_token" if error["code"] in {102, 104, 190} else "invalid_request"


def complain(world: World, rule: Rule) -> Complaint:
    """The error that the fault panel asks for, in Meta's envelope."""
    error = _complaint(world, rule)
    headers = [("x-fb-trace-id", world.new_trace(length=11)), ("facebook-api-version", graph.OLDEST)]
    if error.code in {4, 17, 32, 80001, 80002}:
        told = {"type": "pages", "call_count": 100, "total_cputime": 100, "total_time": 100}
        told["estimated_time_to_regain_access"] = int(rule.seconds // 60) or REGAIN_MINUTES
        headers.append(("x-business-use-case-usage", json.dumps({"0": [told]})))
    status = rule.status or (429 if rule.kind == "rate" else error.status)
    return Complaint(status, error.body(world.new_trace("A")), tuple(headers))


def _complaint(world: World, rule: Rule) -> errors.GraphError:
    if rule.kind == "expired":
        return errors.expired_token(world.now() - 60, world.now())
    if rule.kind == "revoked":
        return errors.revoked_token(rule.subcode or 458, "0")
    usual = {"rate": 4, "status": 2}.get(rule.kind, 1)
    return numbered.by_number(rule.code or usual, rule.subcode, rule.message)
