"""The control API under /_sandbox/: for the product's `start`, for tests, for scripts. JSON in and out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from sandbox import faults
from sandbox.vendors import Published, Vendor
from sandbox.wire import Call
from sandbox.world import World

Answer = Response | tuple[Response, int]


def routes(world: World, vendors: tuple[Vendor, ...], calls: Sequence[Call]) -> Blueprint:
    """All of the control API over one world; `calls` is the live log of the wire."""
    control = Blueprint("control", __name__, url_prefix="/_sandbox")
    control.before_request(refuse_strangers)
    _about_the_world(control, world, calls)
    _about_faults(control, world)
    _about_people(control, world, vendors)
    return control


def refuse_strangers() -> None:
    """A page on some other site must not steer the sandbox through the visitor's browser."""
    if request.method == "GET":
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(403)


def _about_the_world(control: Blueprint, world: World, calls: Sequence[Call]) -> None:
    @control.get("/")
    def health() -> Answer:
        return jsonify(sandbox="ai-poster", practice=world.practice, time=world.now())

    @control.post("/reset")
    def reset() -> Answer:
        world.reset()
        calls.clear()  # type: ignore[attr-defined]
        return jsonify(ok=True)

    @control.post("/clock")
    def clock() -> Answer:
        world.advance(float(_wishes().get("seconds", 0)))
        return jsonify(time=world.now())

    @control.post("/settings")
    def settings() -> Answer:
        wishes = _wishes()
        world.processing_seconds = float(wishes.get("processing_seconds", world.processing_seconds))
        return jsonify(processing_seconds=world.processing_seconds)

    @control.get("/calls")
    def log() -> Answer:
        return jsonify(data=[call.as_json() for call in list(calls)])

    @control.get("/media/<sha256>")
    def media(sha256: str) -> Response:
        return picture(world, sha256)


def _about_faults(control: Blueprint, world: World) -> None:
    @control.get("/faults")
    def kept() -> Answer:
        return jsonify(data=list(world.table(faults.Rule).values()))

    @control.post("/faults")
    def add() -> Answer:
        try:
            return jsonify(faults.add(world, _wishes())), 201
        except faults.WrongRule as error:
            return jsonify(error=str(error)), 400

    @control.delete("/faults")
    def clear() -> Answer:
        world.table(faults.Rule).clear()
        return jsonify(ok=True)

    @control.delete("/faults/<rule_id>")
    def remove(rule_id: str) -> Answer:
        return jsonify(ok=world.table(faults.Rule).pop(rule_id, None) is not None)


def _about_people(control: Blueprint, world: World, vendors: tuple[Vendor, ...]) -> None:
    @control.post("/accounts")
    def accounts() -> Answer:
        wishes = _wishes() or {"meta": {}}
        made = [vendor.people(world, wishes[vendor.name]) for vendor in vendors if vendor.name in wishes]
        return jsonify(_merged(made))

    @control.post("/practice")
    def practice() -> Answer:
        return jsonify(_merged([vendor.practice(world) for vendor in vendors]))

    @control.get("/feed")
    def feed() -> Answer:
        return jsonify(data=[as_json(post) for post in published(world, vendors)])


def published(world: World, vendors: tuple[Vendor, ...]) -> list[Published]:
    """Everything that anybody can see, newest first."""
    posts = [post for vendor in vendors for post in vendor.published(world)]
    return sorted(posts, key=lambda post: post.created_at, reverse=True)


def as_json(post: Published) -> dict[str, Any]:
    """A published post for tests; media are addresses on this server."""
    root = request.host_url
    pictures = [
        {"sha256": shown.sha256, "alt_text": shown.alt_text, "url": f"{root}_sandbox/media/{shown.sha256}"}
        for shown in post.pictures
    ]
    return {
        "platform": post.platform,
        "account_id": post.account_id,
        "account_name": post.account_name,
        "id": post.id,
        "text": post.text,
        "created_at": post.created_at,
        "permalink": f"{root}{post.permalink}",
        "pictures": pictures,
        **post.facts,
    }


def picture(world: World, sha256: str) -> Response:
    """The bytes of a published picture as followers get them."""
    try:
        content = world.blob(sha256)
    except KeyError:
        abort(404)
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    return Response(content, mimetype=kind, headers={"Cache-Control": "private, max-age=3600"})


def _wishes() -> dict[str, Any]:
    wishes = request.get_json(silent=True)
    return wishes if isinstance(wishes, dict) else {}


def _merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: value for part in parts for name, value in part.items()}
