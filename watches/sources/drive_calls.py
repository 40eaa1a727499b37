"""The few questions we ask Drive v3. All of them read.

Every one is ready for shared drives (`supportsAllDrives`), every list is read to its last page, and an answer that
lacks what it must have is no answer: half a list would look like files taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from poster.clients import google
from poster.clients.google import Sink, ask
from poster.errors import Actor, Refused, Unauthorized, Unavailable
from watches.sources.drive_items import FOLDER, Item

FIELDS = (
    "id,name,mimeType,size,md5Checksum,sha256Checksum,headRevisionId,createdTime,modifiedTime,trashed,parents,"
    "driveId,shortcutDetails(targetId,targetMimeType),capabilities(canDownload)"
)
PAGE = 1000
MOST_PAGES = 1000
EVERYWHERE = {"supportsAllDrives": True, "includeItemsFromAllDrives": True}
STALE_TOKEN = {400, 410}


class LogLost(Exception):
    """The change log cannot be read from where we were, or it would take too long."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Drive, opened with a login (`poster.clients.google.drive`)."""

    service: Any

    def item(self, file_id: str) -> Item:
        """A file or folder. Raises Refused, with status 404, when there is none for this account."""
        request = self.service.files().get(fileId=file_id, fields=FIELDS, supportsAllDrives=True)
        return ask(request, "id")

    def children(self, folder_id: str, drive: str = "") -> Iterator[Item]:
        """Everything in a folder that is not in the bin. `drive`: the shared drive that we are a member of."""
        where = {"corpora": "drive", "driveId": drive} if drive else {}
        yield from self._files(f"'{_quoted(folder_id)}' in parents and trashed = false", **where)

    def folders(self, where: str) -> Iterator[Item]:
        """Folders only, by name. `where`: a condition in Drive's search language."""
        yield from self._files(f"{where} and mimeType = '{FOLDER}' and trashed = false", orderBy="name_natural")

    def shared_drives(self) -> Iterator[Item]:
        """Those that the account is a member of."""
        drives = self.service.drives()
        yield from _pages(lambda token: drives.list(pageSize=100, pageToken=token), "drives")

    def drive_name(self, drive_id: str) -> str:
        """The name of a shared drive; its top folder is just called "Drive"."""
        return str(ask(self.service.drives().get(driveId=drive_id, fields="name"), "name")["name"])

    def now(self, drive: str = "") -> str:
        """The present end of a change log. Raises Refused when the account is no member of this shared drive."""
        where = {"driveId": drive} if drive else {}
        request = self.service.changes().getStartPageToken(supportsAllDrives=True, **where)
        return str(ask(request, "startPageToken")["startPageToken"])

    def changes(self, since: str, drive: str = "") -> tuple[list[Item], str]:
        """All changes after `since`, and the new end of the log. Raises LogLost."""
        where = {"driveId": drive} if drive else {}
        fields = f"nextPageToken,newStartPageToken,changes(changeType,fileId,removed,file({FIELDS}))"
        found: list[Item] = []
        for _ in range(MOST_PAGES):
            asked = {"pageToken": since, "fields": fields, "pageSize": PAGE, **EVERYWHERE, **where}
            page = _page_of_log(self.service.changes().list(**asked))
            found += page.get("changes", [])
            if "newStartPageToken" in page:
                return found, str(page["newStartPageToken"])
            since = page["nextPageToken"]
        raise LogLost  # nobody has looked for very long: listing is quicker

    def bytes_of(self, file_id: str, into: Sink) -> None:
        """Download."""
        google.download(self.service.files().get_media(fileId=file_id, supportsAllDrives=True), into)

    def _files(self, q: str, **more: str) -> Iterator[Item]:
        files, fields = self.service.files(), f"nextPageToken,incompleteSearch,files({FIELDS})"
        asked = {"q": q, "fields": fields, "pageSize": PAGE, "spaces": "drive", **EVERYWHERE, **more}
        yield from _pages(lambda token: files.list(pageToken=token, **asked), "files")


def only_here(error: Refused) -> Refused:
    """The same error, when it is about one file or folder; raised again when it is about the login or the app."""
    if isinstance(error, Unauthorized) or error.actor is Actor.OPERATOR:
        raise error
    return error


def is_missing(error: Refused) -> bool:
    """Deleted, or not shown to this account."""
    return error.trace.status == 404


def _pages(request: Callable[[str | None], google.Request], key: str) -> Iterator[Item]:
    token: str | None = None
    for _ in range(MOST_PAGES):
        page = ask(request(token), key)
        if page.get("incompleteSearch"):
            raise Unavailable("Google could not search everywhere just now. We ask again by ourselves.")
        yield from page[key]
        token = page.get("nextPageToken")
        if not token:
            return
    raise Unavailable("Google lists more than we can read at once.")


def _page_of_log(request: google.Request) -> dict[str, Any]:
    try:
        return ask(request, "nextPageToken", "newStartPageToken")
    except Refused as error:
        if error.trace.status in STALE_TOKEN:
            raise LogLost from error
        raise


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
