"""Rows -> resources, as the Drive API writes them. Every field that we know; masks choose later.

Source: the discovery document of Drive v3 (schemas File, Drive, About).
"""

from __future__ import annotations

import mimetypes
from datetime import UTC, datetime
from typing import Any

from sandbox.google.people import Person
from sandbox.google.rows import FOLDER, SHORTCUT, Node, SharedDrive
from sandbox.google.tree import ancestors, in_the_bin, may_see
from sandbox.world import World

Resource = dict[str, Any]
LINK_LIVES = 4 * 3600  # seconds: "typically lasts on the order of hours"


def written(seconds: float) -> str:
    """Unix seconds as Drive writes times: UTC, milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def person_resource(person: Person, reader: Person) -> Resource:
    """A User."""
    return {
        "kind": "drive#user",
        "displayName": person.name,
        "me": person.id == reader.id,
        "permissionId": person.id[-20:],
        "emailAddress": person.email,
    }


def file_resource(world: World, one: Node, reader: Person) -> Resource:
    """A File as this reader sees it."""
    resource = {
        "kind": "drive#file",
        "id": one.id,
        "name": one.name,
        "mimeType": one.mime,
        "starred": False,
        "trashed": in_the_bin(world, one),
        "explicitlyTrashed": one.trashed,
        "spaces": ["drive"],
        "version": str(one.version),
        "createdTime": written(one.created_at),
        "modifiedTime": written(one.modified_at),
        "webViewLink": _web_link(one),
        "isAppAuthorized": False,
        "quotaBytesUsed": str(one.size),
        "hasThumbnail": bool(one.width),
        "capabilities": _capabilities(one, reader),
        "viewedByMe": False,
        "writersCanShare": True,
        "copyRequiresWriterPermission": not one.downloadable,
    }
    if one.link_key:
        resource["resourceKey"] = one.link_key
    if one.description:
        resource["description"] = one.description
    resource |= _place(world, one, reader) | _possession(world, one, reader)
    resource |= _content(world, one) if one.has_bytes else {}
    return resource | _shortcut(world, one)


def distorted(world: World, told: Resource) -> Resource:
    """A File as it leaves the service: real ones lack a field now and then."""
    one = world.table(Node).get(told["id"])
    if one is None or not one.odd:
        return told
    kept = {name: value for name, value in told.items() if name not in one.odd}
    return kept | {name: value for name, value in one.odd.items() if value is not None}


def drive_resource(drive: SharedDrive) -> Resource:
    """A shared Drive."""
    return {
        "kind": "drive#drive",
        "id": drive.id,
        "name": drive.name,
        "createdTime": written(drive.created_at),
        "hidden": False,
        "colorRgb": "#4c8bf5",
        "capabilities": {"canListChildren": True, "canDownload": True, "canAddChildren": True},
    }


def about_resource(world: World, reader: Person) -> Resource:
    """Who is signed in, and how full their storage is."""
    mine = [one for one in world.table(Node).values() if one.owner == reader.id]
    used = sum(one.size for one in mine)
    return {
        "kind": "drive#about",
        "user": person_resource(reader, reader),
        "storageQuota": {
            "limit": str(15 * 2**30),
            "usage": str(used),
            "usageInDrive": str(used),
            "usageInDriveTrash": str(sum(one.size for one in mine if in_the_bin(world, one))),
        },
        "maxUploadSize": str(5 * 2**40),
        "appInstalled": False,
        "canCreateDrives": True,
        "importFormats": {},
        "exportFormats": {},
        "maxImportSizes": {},
    }


def _place(world: World, one: Node, reader: Person) -> Resource:
    """Where it lies; a folder that the reader may not see is not named."""
    above = next(ancestors(world, one), None)
    if above is None or not may_see(world, reader.id, above):
        return {}
    return {"parents": [above.id]}


def _possession(world: World, one: Node, reader: Person) -> Resource:
    if one.drive:
        return {"driveId": one.drive, "teamDriveId": one.drive} | (
            {"trashedTime": written(one.trashed_at)} if one.trashed else {}
        )
    owner = world.table(Person)[one.owner]
    everyone = [owner.id, *one.readers]
    shared_with_me = owner.id != reader.id
    return {
        "ownedByMe": owner.id == reader.id,
        "owners": [person_resource(owner, reader)],
        "shared": len(everyone) > 1,
        "permissionIds": [person_id[-20:] for person_id in everyone],
        "permissions": [_permission(world.table(Person)[one_id], one.owner) for one_id in everyone],
    } | ({"sharedWithMeTime": written(one.modified_at)} if shared_with_me else {})


def _permission(person: Person, owner: str) -> Resource:
    return {
        "kind": "drive#permission",
        "id": person.id[-20:],
        "type": "user",
        "role": "owner" if person.id == owner else "reader",
        "emailAddress": person.email,
    }


def _content(world: World, one: Node) -> Resource:
    extension = one.name.rpartition(".")[2] if "." in one.name else ""
    resource: Resource = {
        "size": str(one.size),
        "md5Checksum": one.md5,
        "sha1Checksum": one.sha1,
        "sha256Checksum": one.sha256,
        "headRevisionId": one.revision,
        "originalFilename": one.name,
        "fileExtension": extension or (mimetypes.guess_extension(one.mime) or "").lstrip("."),
        "fullFileExtension": extension,
        "webContentLink": f"https://drive.google.com/uc?id={one.id}&export=download",
    }
    if one.width:
        resource["imageMediaMetadata"] = {
            "width": one.width,
            "height": one.height,
            "rotation": one.rotation,
        }
        resource["thumbnailVersion"] = str(one.version)
        if one.downloadable:  # "only populated when the requesting app can access the file's content"
            until = int(world.now() + LINK_LIVES)
            resource["thumbnailLink"] = f"https://lh3.googleusercontent.com/drive-storage/{one.id}.{until}=s220"
    return resource


def _shortcut(world: World, one: Node) -> Resource:
    if one.mime != SHORTCUT:
        return {}
    target = world.table(Node).get(one.target)
    details = {"targetId": one.target}
    if target is not None:
        details["targetMimeType"] = target.mime
        details |= {"targetResourceKey": target.link_key} if target.link_key else {}
    return {"shortcutDetails": details}


def _capabilities(one: Node, reader: Person) -> Resource:
    mine = one.owner == reader.id
    return {
        "canDownload": one.has_bytes and one.downloadable,
        "canListChildren": one.mime == FOLDER,
        "canAddChildren": one.mime == FOLDER and mine,
        "canEdit": mine,
        "canRename": mine,
        "canTrash": mine,
        "canDelete": mine,
        "canCopy": one.mime != FOLDER and one.downloadable,
    }


def _web_link(one: Node) -> str:
    if one.mime == FOLDER:
        return f"https://drive.google.com/drive/folders/{one.id}"
    return f"https://drive.google.com/file/d/{one.id}/view?usp=drivesdk"
