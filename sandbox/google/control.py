"""/_sandbox/drive/: Google accounts and their files, for tests and scripts.

POST   accounts                     {email?, name?, scopes?, email_verified?} -> account with tokens and root folder
POST   accounts/ID/expire           its access tokens have just run out
POST   accounts/ID/revoke           it removed all apps
GET    accounts/ID/asked            how often it asked what: {"GET changes.list": 3}
POST   clients                      {id, secret, redirect_uris, project?, testing?}
POST   drives                       {name, members: [account]}    -> shared drive
POST   drives/ID/leave              {account}
POST   folders                      {name, parent}                -> file, as Drive writes it, all fields
POST   documents                    {name, parent, mime_type?}
POST   shortcuts                    {name, parent, target}
POST   files?parent=&name=&mime_type=   the body is the file
GET    files/ID                     the file, as its owner sees it
PUT    files/ID/content             the body is the new revision
POST   files/ID/rename {name} · move {parent} · trash · restore · share {account} · unshare {account}
       · describe {description} · limit {downloadable?, abusive?}
       · distort {field: value, or null}     the API tells of it with these fields wrong, or missing
DELETE files/ID
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.control import refuse_strangers
from sandbox.google import counting, people, storage, tree
from sandbox.google.people import Client, Person
from sandbox.google.resources import drive_resource, file_resource
from sandbox.google.rows import DOCUMENT, Node, NoSuchFile, SharedDrive
from sandbox.world import World

Answer = Response | tuple[Response, int]
DRIVE_READONLY = ("openid", *people.SHORT_NAMES.values(), f"{people.AUTH}drive.readonly")


def routes(world: World) -> Blueprint:
    """The control API of Drive over one world."""
    control = Blueprint("drive_control", __name__, url_prefix="/_sandbox/drive")
    control.before_request(refuse_strangers)
    control.register_error_handler(NoSuchFile, lambda error: (jsonify(error=f"No file {error}"), 404))
    control.register_error_handler(KeyError, lambda error: (jsonify(error=f"Missing or unknown: {error}"), 400))
    _accounts(control, world)
    _shared_drives(control, world)
    _new_files(control, world)
    _old_files(control, world)
    return control


def account(world: World, person: Person, scopes: tuple[str, ...] = DRIVE_READONLY) -> dict[str, Any]:
    """A person's login for the practice app: tokens, account id, root folder."""
    client = people.client_with_id(world, people.PRACTICE_CLIENT)
    tokens = people.issue(world, client, person.id, scopes, refreshable=True)
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_in": tokens.expires_in,
        "scopes": list(tokens.scopes),
        "account_id": person.id,
        "email": person.email,
        "name": person.name,
        "client_id": client.id,
        "client_secret": client.secret,
        "root": storage.root(world, person).id,
    }


def _accounts(control: Blueprint, world: World) -> None:
    @control.post("/accounts")
    def accounts() -> Answer:
        wishes = _wishes()
        email = wishes.get("email") or f"person{len(world.table(Person)) + 1}@example.com"
        person = people.person_with_email(world, email, wishes.get("name", ""))
        person.email_verified = bool(wishes.get("email_verified", True))
        return jsonify(account(world, person, tuple(wishes.get("scopes", DRIVE_READONLY)))), 201

    @control.post("/accounts/<account_id>/expire")
    def expire(account_id: str) -> Answer:
        people.end_access(world, account_id)
        return jsonify(ok=True)

    @control.post("/accounts/<account_id>/revoke")
    def revoke(account_id: str) -> Answer:
        people.forget(world, account_id)
        return jsonify(ok=True)

    @control.get("/accounts/<account_id>/asked")
    def asked(account_id: str) -> Answer:
        return jsonify(counting.of(world, world.table(Person)[account_id]))

    @control.post("/clients")
    def clients() -> Answer:
        client = Client(**_wishes())
        world.table(Client)[client.id] = client
        return jsonify(id=client.id), 201


def _shared_drives(control: Blueprint, world: World) -> None:
    @control.post("/drives")
    def drives() -> Answer:
        members = [world.table(Person)[member] for member in _wishes()["members"]]
        return jsonify(drive_resource(storage.share_drive(world, _wishes()["name"], members))), 201

    @control.post("/drives/<drive_id>/leave")
    def leave(drive_id: str) -> Answer:
        person = world.table(Person)[_wishes()["account"]]
        storage.leave_drive(world, world.table(SharedDrive)[drive_id], person)
        return jsonify(ok=True)


def _new_files(control: Blueprint, world: World) -> None:
    @control.post("/folders")
    def folders() -> Answer:
        return _shown(world, storage.make_folder(world, _wishes()["name"], _parent(world))), 201

    @control.post("/documents")
    def documents() -> Answer:
        mime = _wishes().get("mime_type", DOCUMENT)
        return _shown(world, storage.make_document(world, _wishes()["name"], _parent(world), mime)), 201

    @control.post("/shortcuts")
    def shortcuts() -> Answer:
        target = tree.node(world, _wishes()["target"])
        return _shown(world, storage.make_shortcut(world, _wishes()["name"], _parent(world), target)), 201

    @control.post("/files")
    def files() -> Answer:
        into = tree.node(world, request.args["parent"])
        mime = request.args.get("mime_type", "")
        made = storage.upload(world, request.args["name"], into, request.get_data(), mime)
        return _shown(world, made), 201


def _old_files(control: Blueprint, world: World) -> None:
    @control.get("/files/<file_id>")
    def one_file(file_id: str) -> Answer:
        return _shown(world, tree.node(world, file_id))

    @control.put("/files/<file_id>/content")
    def content(file_id: str) -> Answer:
        one = tree.node(world, file_id)
        storage.replace_bytes(world, one, request.get_data())
        return _shown(world, one)

    @control.delete("/files/<file_id>")
    def delete(file_id: str) -> Answer:
        storage.delete(world, tree.node(world, file_id))
        return jsonify(ok=True)

    @control.post("/files/<file_id>/<act>")
    def do(file_id: str, act: str) -> Answer:
        one = tree.node(world, file_id)
        ACTS[act](world, one, _wishes())
        return _shown(world, one)


def _limit(world: World, one: Node, wishes: dict[str, Any]) -> None:
    one.downloadable = bool(wishes.get("downloadable", one.downloadable))
    one.abusive = bool(wishes.get("abusive", one.abusive))
    storage.changed(world, one)


ACTS: dict[str, Callable[[World, Node, dict[str, Any]], None]] = {
    "rename": lambda world, one, wishes: storage.rename(world, one, wishes["name"]),
    "move": lambda world, one, wishes: storage.move(world, one, tree.node(world, wishes["parent"])),
    "trash": lambda world, one, _: storage.trash(world, one),
    "restore": lambda world, one, _: storage.restore(world, one),
    "share": lambda world, one, wishes: storage.share(world, one, world.table(Person)[wishes["account"]]),
    "unshare": lambda world, one, wishes: storage.unshare(world, one, world.table(Person)[wishes["account"]]),
    "describe": lambda world, one, wishes: storage.describe(world, one, wishes["description"]),
    "limit": _limit,
    "link": lambda world, one, wishes: storage.link(world, one, wishes["key"]),
    "distort": lambda _world, one, wishes: setattr(one, "odd", wishes),
}


def _parent(world: World) -> Node:
    return tree.node(world, _wishes()["parent"])


def _shown(world: World, one: Node) -> Response:
    persons = world.table(Person)
    drive = world.table(SharedDrive).get(one.drive)
    return jsonify(file_resource(world, one, persons[drive.members[0] if drive else one.owner]))


def _wishes() -> dict[str, Any]:
    wishes = request.get_json(silent=True)
    return wishes if isinstance(wishes, dict) else {}
