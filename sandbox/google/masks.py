"""Partial responses: the `fields` parameter of Google's APIs, `nextPageToken,files(id,owners/me)`.

Source: Drive "Return specific fields".
"""

from __future__ import annotations

import re
from typing import Any

Mask = dict[str, Any]
TOKEN = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*|\*|[(),/])")
MOST_TOKENS, DEEPEST = 800, 80
FREE = "*"  # in a shape: anything may be below

PERSON = dict.fromkeys(
    ("kind", "displayName", "me", "permissionId", "emailAddress", "photoLink"),
    None,
)
_OBJECTS = (
    "appProperties capabilities contentHints contentRestrictions downloadRestrictions exportLinks labelInfo "
    "linkShareMetadata permissions properties imageMediaMetadata videoMediaMetadata clientEncryptionDetails"
)
_PLAIN = (
    "copyRequiresWriterPermission createdTime description driveId explicitlyTrashed fileExtension "
    "folderColorRgb fullFileExtension hasAugmentedPermissions hasThumbnail headRevisionId iconLink id "
    "inheritedPermissionsDisabled isAppAuthorized kind md5Checksum mimeType modifiedByMe modifiedByMeTime "
    "modifiedTime name originalFilename ownedByMe parents permissionIds quotaBytesUsed resourceKey "
    "sha1Checksum sha256Checksum shared sharedWithMeTime size spaces starred teamDriveId thumbnailLink "
    "thumbnailVersion trashed trashedTime version viewedByMe viewedByMeTime viewersCanCopyContent "
    "webContentLink webViewLink writersCanShare"
)
FILE: Mask = {
    **dict.fromkeys(_PLAIN.split(), None),
    **dict.fromkeys(_OBJECTS.split(), FREE),
    **dict.fromkeys(("owners", "lastModifyingUser", "sharingUser", "trashingUser"), PERSON),
    "shortcutDetails": dict.fromkeys(("targetId", "targetMimeType", "targetResourceKey"), None),
}
DRIVE: Mask = {
    **dict.fromkeys(("kind", "id", "name", "createdTime", "hidden", "colorRgb", "themeId", "orgUnitId"), None),
    **dict.fromkeys(("backgroundImageFile", "capabilities", "restrictions"), FREE),
    "backgroundImageLink": None,
}
CHANGE: Mask = {
    **dict.fromkeys(("kind", "type", "changeType", "time", "removed", "fileId"), None),
    **dict.fromkeys(("driveId", "teamDriveId"), None),
    "file": FILE,
    "drive": DRIVE,
}
FILE_LIST: Mask = {"kind": None, "incompleteSearch": None, "nextPageToken": None, "files": FILE}
CHANGE_LIST: Mask = {"kind": None, "nextPageToken": None, "newStartPageToken": None, "changes": CHANGE}
DRIVE_LIST: Mask = {"kind": None, "nextPageToken": None, "drives": DRIVE}
START_TOKEN: Mask = {"kind": None, "startPageToken": None}
ABOUT: Mask = {
    **dict.fromkeys(("kind", "maxUploadSize", "appInstalled", "canCreateDrives"), None),
    **dict.fromkeys(("storageQuota", "importFormats", "exportFormats", "maxImportSizes"), FREE),
    "user": PERSON,
}

FILE_USUALLY = "kind,id,name,mimeType"
FILES_USUALLY = f"kind,incompleteSearch,nextPageToken,files({FILE_USUALLY})"
DRIVE_USUALLY = "kind,id,name"
DRIVES_USUALLY = f"kind,nextPageToken,drives({DRIVE_USUALLY})"
CHANGES_USUALLY = (
    "kind,nextPageToken,newStartPageToken,"
    f"changes(kind,type,changeType,time,removed,fileId,driveId,file({FILE_USUALLY}),drive({DRIVE_USUALLY}))"
)


class BadMask(ValueError):
    """The mask cannot be read, or names a field that there is not; the message is that part."""


def parse(text: str, shape: Mask) -> Mask:
    """A mask as a tree of names. Raises BadMask."""
    tokens = _tokens(text)
    if len(tokens) > MOST_TOKENS or max(tokens.count("("), tokens.count("/")) > DEEPEST:
        raise BadMask("too long")
    tree = _fields(tokens)
    if tokens:
        raise BadMask(tokens[0])
    _check(tree, shape)
    return tree


def apply(mask: Mask, resource: dict[str, Any]) -> dict[str, Any]:
    """Only what the mask names; lists are masked item by item."""
    if not mask or "*" in mask:
        return resource
    return {name: _below(mask[name], inner) for name, inner in resource.items() if name in mask}


def _below(mask: Mask, value: object) -> object:
    if isinstance(value, list):
        return [_below(mask, item) for item in value]
    return apply(mask, value) if isinstance(value, dict) else value


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if match is None:
            raise BadMask(text[place:])
        tokens.append(match.group(1))
        place = match.end()
    return tokens


def _fields(tokens: list[str]) -> Mask:
    tree: Mask = {}
    while True:
        name, below = _field(tokens)
        tree[name] = _joined(tree[name], below) if name in tree else below
        if not tokens or tokens[0] != ",":
            return tree
        tokens.pop(0)


def _field(tokens: list[str]) -> tuple[str, Mask]:
    if not tokens or tokens[0] in "(),/":
        raise BadMask(tokens[0] if tokens else "")
    name = tokens.pop(0)
    if tokens and tokens[0] == "/":
        tokens.pop(0)
        inner, below = _field(tokens)
        return name, {inner: below}
    if tokens and tokens[0] == "(":
        tokens.pop(0)
        below = _fields(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise BadMask(name)
        return name, below
    return name, {}


def _joined(one: Mask, other: Mask) -> Mask:
    """A field asked for twice; without anything below it means all of it."""
    return {**one, **other} if one and other else {}


def _check(tree: Mask, shape: Mask) -> None:
    for name, below in tree.items():
        if name == "*":
            continue
        if name not in shape or (below and shape[name] is None):
            raise BadMask(name)
        if below and shape[name] != FREE:
            _check(below, shape[name])
