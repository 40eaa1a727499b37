"""Drive's own web pages, for people in practice mode: look into a folder, drop a picture in, bin one."""

from __future__ import annotations

import io

from flask import Blueprint, Response, abort, redirect, render_template, request
from PIL import Image, ImageOps
from werkzeug.wrappers import Response as AnyResponse

from sandbox.control import refuse_strangers
from sandbox.google import storage, tree
from sandbox.google.people import Person, holder
from sandbox.google.rows import FOLDER, Node, NoSuchFile
from sandbox.world import World

LARGEST_THUMBNAIL = 1600


def routes(world: World) -> Blueprint:
    """The pages over one world. Whoever can open the sandbox can use them: nothing in it is private."""
    pages = Blueprint("drive_pages", __name__)
    pages.register_error_handler(NoSuchFile, lambda _: ("There is no such file.", 404))
    _folders(pages, world)
    _files(pages, world)
    return pages


def _folders(pages: Blueprint, world: World) -> None:
    @pages.get("/drive.google.com/")
    @pages.get("/drive.google.com/drive/my-drive")
    def home() -> str:
        persons = world.table(Person).values()
        places = [(person, folder) for person in persons for folder in _top_folders(world, person)]
        return render_template("google/home.html", places=places)

    @pages.get("/drive.google.com/drive/folders/<folder_id>")
    def folder(folder_id: str) -> str:
        return _folder_page(world, tree.node(world, folder_id))

    @pages.post("/drive.google.com/drive/folders/<folder_id>")
    def put(folder_id: str) -> AnyResponse:
        refuse_strangers()
        into = tree.node(world, folder_id)
        sent = [one for one in request.files.getlist("pictures") if one.filename]
        for one in sent:
            name = (one.filename or "picture").replace("\\", "/").rpartition("/")[2]
            storage.upload(world, name, into, one.read(), one.mimetype or "")
        return redirect(f"{request.path}?put={len(sent)}")

    @pages.post("/drive.google.com/drive/folders/<folder_id>/trash")
    def to_the_bin(folder_id: str) -> AnyResponse:
        refuse_strangers()
        storage.trash(world, tree.node(world, request.form.get("file", "")))
        return redirect(request.path.removesuffix("/trash"))


def _files(pages: Blueprint, world: World) -> None:
    @pages.get("/drive.google.com/file/d/<file_id>/view")
    def view(file_id: str) -> str:
        one = tree.node(world, file_id)
        return render_template("google/file.html", file=one, path=_path(world, one))

    @pages.get("/drive.google.com/thumbnail")
    def thumbnail() -> Response:
        side = request.args.get("sz", "").removeprefix("w")
        return _small(world, tree.node(world, request.args.get("id", "")), int(side) if side.isdecimal() else 220)

    @pages.get("/lh3.googleusercontent.com/drive-storage/<file_id>.<int:until>=s<int:side>")
    def linked(file_id: str, until: int, side: int) -> Response:
        """What `thumbnailLink` leads to: it "must be fetched using a credentialed request", for some hours."""
        one = tree.node(world, file_id)
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        token = holder(world, value) if kind == "Bearer" else None
        if token is None or world.now() > until or not tree.may_see(world, token.person_id, one):
            abort(403)
        return _small(world, one, side)


def _folder_page(world: World, folder: Node) -> str:
    inside = [one for one in world.table(Node).values() if one.parent == folder.id and not one.trashed]
    put = request.args.get("put", "")
    return render_template(
        "google/folder.html",
        folder=folder,
        path=_path(world, folder),
        files=sorted(inside, key=lambda one: (one.mime != FOLDER, -one.created_at, one.name)),
        folder_mime=FOLDER,
        said=f"Uploaded: {put}" if put.isdecimal() else "",
    )


def _path(world: World, one: Node) -> list[Node]:
    return list(tree.ancestors(world, one))[::-1]


def _top_folders(world: World, person: Person) -> list[Node]:
    top = storage.root(world, person)
    folders = [one for one in world.table(Node).values() if one.parent == top.id and one.mime == FOLDER]
    return [top, *folders]


def _small(world: World, one: Node, side: int) -> Response:
    if not one.width:
        abort(404)
    picture = _thumbnail(world.blob(one.sha256), min(side, LARGEST_THUMBNAIL))
    return Response(picture, mimetype="image/jpeg", headers={"Cache-Control": "private, max-age=60"})


def _thumbnail(content: bytes, side: int) -> bytes:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        abort(404)
    upright.thumbnail((side, side))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=80)
    return out.getvalue()
