"""What each Drive call may be asked, and how its query parameters are read. Anything else is refused.

Source: the discovery document of Drive v3 (`parameters` of each method, and those of every method).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.google import masks
from sandbox.google.problems import Problem

Value = str | int | bool
EVERY_CALL = {"alt", "fields", "key", "prettyPrint", "quotaUser", "$.xgafv", "uploadType", "upload_protocol"}
LAX: dict[str, Value] = {"includeLabels": "", "includePermissionsForView": ""}
SHARED: dict[str, Value] = {"supportsAllDrives": False, "supportsTeamDrives": False}
LISTED: dict[str, Value] = (
    SHARED | LAX | {"includeItemsFromAllDrives": False, "includeTeamDriveItems": False, "driveId": ""}
)


@dataclass(frozen=True, slots=True)
class Method:
    """One call, by Google's name for it: its parameters with their usual values (the type is theirs), and the shape
    of its answer.
    """

    name: str
    parameters: dict[str, Value]
    shape: masks.Mask
    usually: str
    most: int = 1000


ABOUT_GET = Method("about.get", {}, masks.ABOUT, "")
FILES_GET = Method("files.get", SHARED | LAX | {"acknowledgeAbuse": False}, masks.FILE, masks.FILE_USUALLY)
FILES_LIST = Method(
    "files.list",
    LISTED
    | {
        "corpora": "",
        "corpus": "",
        "orderBy": "",
        "pageSize": 100,
        "pageToken": "",
        "q": "",
        "spaces": "drive",
    },
    masks.FILE_LIST,
    masks.FILES_USUALLY,
)
START_TOKEN = Method("changes.getStartPageToken", SHARED | {"driveId": ""}, masks.START_TOKEN, "*")
CHANGES_LIST = Method(
    "changes.list",
    LISTED
    | {
        "includeCorpusRemovals": False,
        "includeRemoved": True,
        "pageSize": 100,
        "pageToken": "",
        "restrictToMyDrive": False,
        "spaces": "drive",
    },
    masks.CHANGE_LIST,
    masks.CHANGES_USUALLY,
)
DRIVES_LIST = Method(
    "drives.list",
    {"pageSize": 10, "pageToken": "", "q": "", "useDomainAdminAccess": False},
    masks.DRIVE_LIST,
    masks.DRIVES_USUALLY,
    most=100,
)
DRIVES_GET = Method("drives.get", {"useDomainAdminAccess": False}, masks.DRIVE, masks.DRIVE_USUALLY)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parameters of one call, read and complete, and the mask of its answer."""

    values: dict[str, Value]
    mask: masks.Mask

    def text(self, name: str) -> str:
        """A parameter that is a text; empty when it was not sent."""
        return str(self.values[name])

    def flag(self, *names: str) -> bool:
        """Is one of these set? Several names: the old and the new word for one thing."""
        return any(self.values[name] is True for name in names)

    @property
    def size(self) -> int:
        """How many entries fit on a page."""
        return int(self.values["pageSize"])


def read(method: Method, sent: Mapping[str, str]) -> Wanted:
    """The query string of a call. Raises Problem for an unknown parameter or a wrong value."""
    for name in sent:
        if name not in method.parameters and name not in EVERY_CALL:
            raise Problem(
                "badRequest",
                message=f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                f"Field '{name}' could not be found in request message.",
            )
    values = {
        name: _value(name, sent[name], usual) if name in sent else usual for name, usual in method.parameters.items()
    }
    if "pageSize" in values:
        values["pageSize"] = _page_size(int(values["pageSize"]), method.most)
    return Wanted(values, _mask(method, sent.get("fields", "")))


def _value(name: str, text: str, usual: Value) -> Value:
    if isinstance(usual, bool):
        if text.lower() not in {"true", "false"}:
            raise Problem("invalidParameter", name, message=f"Invalid value for: Invalid value '{text}'.")
        return text.lower() == "true"
    if isinstance(usual, int):
        if not text.lstrip("-").isdecimal():
            raise Problem("invalidParameter", name, message=f"Invalid value for: Invalid value '{text}'.")
        return int(text)
    return text


def _page_size(size: int, most: int) -> int:
    """Too large is made smaller, too small is refused."""
    if size < 1:
        raise Problem(
            "invalidParameter",
            "pageSize",
            message=f"Invalid value '{size}'. Values must be within the range: [1, {most}]",
        )
    return min(size, most)


def _mask(method: Method, fields: str) -> masks.Mask:
    if not (fields or method.usually):
        raise Problem(
            "required",
            message="The 'fields' parameter is required for this method.",
            status=400,
            location="fields",
        )
    try:
        return masks.parse(fields or method.usually, method.shape)
    except masks.BadMask as error:
        raise Problem("invalidParameter", "fields", message=f"Invalid field selection {error}") from error
