"""Drive v3 over HTTP: reading only. Everything that would change a file is refused for want of a scope."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.google import counting, looking, masks, parameters
from sandbox.google.parameters import Method, Wanted
from sandbox.google.people import AUTH, Person, holder
from sandbox.google.problems import Problem
from sandbox.google.resources import about_resource, distorted, file_resource
from sandbox.google.rows import Node
from sandbox.world import World

READING = {f"{AUTH}drive", f"{AUTH}drive.readonly"}
LOOKING = READING | {f"{AUTH}drive.metadata.readonly", f"{AUTH}drive.file"}
SEEING_ALL = LOOKING - {f"{AUTH}drive.file"}
RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
Answer = Callable[[Wanted, looking.Reader], dict[str, Any]]


def routes(world: World) -> Blueprint:
    """The Drive API of one world."""
    api = Blueprint("drive", __name__, url_prefix="/www.googleapis.com/drive/v3")
    api.register_error_handler(Problem, _say_no)
    _about_files(api, world)
    _about_changes(api, world)
    _about_drives(api, world)
    api.add_url_rule(
        "/<path:anything>",
        "refused",
        lambda anything: _refuse(world),
        methods=["POST", "PATCH", "PUT", "DELETE"],
    )
    return api


def _about_files(api: Blueprint, world: World) -> None:
    @api.get("/about")
    def about() -> Response:
        return _answer(world, parameters.ABOUT_GET, lambda _wanted, reader: about_resource(world, reader.person))

    @api.get("/files")
    def files() -> Response:
        return _answer(world, parameters.FILES_LIST, lambda wanted, reader: looking.search(world, reader, wanted))

    @api.get("/files/<file_id>")
    def one_file(file_id: str) -> Response:
        media = request.args.get("alt") == "media"
        reader = _reader(world, READING if media else LOOKING)
        kind = "files.download" if media else parameters.FILES_GET.name
        counting.note(world, reader.person, request.method, kind)
        wanted = parameters.read(parameters.FILES_GET, request.args)
        drives = wanted.flag("supportsAllDrives", "supportsTeamDrives")
        found = looking.find(world, reader, file_id, drives=drives)
        if media:
            return _download(world, found)
        return jsonify(masks.apply(wanted.mask, distorted(world, file_resource(world, found, reader.person))))


def _about_changes(api: Blueprint, world: World) -> None:
    @api.get("/changes/startPageToken")
    def start_page_token() -> Response:
        return _answer(world, parameters.START_TOKEN, lambda wanted, reader: looking.start_token(world, reader, wanted))

    @api.get("/changes")
    def changes() -> Response:
        return _answer(world, parameters.CHANGES_LIST, lambda wanted, reader: looking.changes(world, reader, wanted))


def _about_drives(api: Blueprint, world: World) -> None:
    @api.get("/drives")
    def drives() -> Response:
        return _answer(
            world,
            parameters.DRIVES_LIST,
            lambda wanted, reader: looking.drives(world, reader, wanted),
            scopes=READING,
        )

    @api.get("/drives/<drive_id>")
    def one_drive(drive_id: str) -> Response:
        return _answer(
            world,
            parameters.DRIVES_GET,
            lambda _wanted, reader: looking.drive(world, reader, drive_id),
            scopes=READING,
        )


def _answer(world: World, method: Method, make: Answer, *, scopes: set[str] | None = None) -> Response:
    reader = _reader(world, scopes or LOOKING)
    counting.note(world, reader.person, request.method, method.name)
    wanted = parameters.read(method, request.args)
    return jsonify(masks.apply(wanted.mask, make(wanted, reader)))


def _reader(world: World, scopes: set[str]) -> looking.Reader:
    """Who calls, by the Authorization header alone. Raises Problem: no token, dead token, too few scopes."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not value:
        raise Problem("required")
    token = holder(world, value)
    if token is None:
        raise Problem("authError")
    if scopes.isdisjoint(token.scopes):
        raise Problem("insufficientPermissions")
    keys = frozenset(request.headers.get("X-Goog-Drive-Resource-Keys", "").split(","))
    everything = not SEEING_ALL.isdisjoint(token.scopes)
    return looking.Reader(world.table(Person)[token.person_id], all_files=everything, keys=keys)


def _refuse(world: World) -> Response:
    _reader(world, {f"{AUTH}drive"})
    raise Problem("badRequest", message="The sandbox offers reading only.", status=501)


def _download(world: World, one: Node) -> Response:
    if not one.has_bytes:
        raise Problem("fileNotDownloadable")
    if one.abusive and request.args.get("acknowledgeAbuse") != "true":
        raise Problem("cannotDownloadAbusiveFile")
    if not one.downloadable:
        raise Problem("cannotDownloadFile")
    content = world.blob(one.sha256)
    part = _part(request.headers.get("Range", ""), len(content))
    if part is None:
        return Response(content, mimetype=one.mime, headers={"Accept-Ranges": "bytes"})
    first, last = part
    return Response(
        content[first : last + 1],
        206,
        mimetype=one.mime,
        headers={"Accept-Ranges": "bytes", "Content-Range": f"bytes {first}-{last}/{len(content)}"},
    )


def _part(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a Range header, None for all of it. Raises Problem when there are none."""
    match = RANGE.match(header)
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last or size - 1), size - 1)
    if start >= size or start > end:
        raise Problem("requestedRangeNotSatisfiable", str(size))
    return start, end


def _say_no(problem: Problem) -> Response:
    response = jsonify(problem.body())
    response.status_code = problem.status
    response.headers.extend(list(problem.headers()))
    return response
