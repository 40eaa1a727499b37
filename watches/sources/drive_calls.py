"""The few questions we ask Drive v3. All of them read, so that each may be asked again when its answer was lost.

Every one is ready for shared drives (`supportsAllDrives`), every list is read to its last page, and an answer that
lacks what it must have is no answer: half a list would look like files taken away.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any

from accounts.providers.google import client as google
from accounts.providers.google.client import Sink, ask
from poster import clock
from poster.errors import Actor, RateLimited, Refused, Unauthorized, Unavailable
from poster.reasons.outside import Unreadable
from watches.reasons.places import NotSearched, TooMuchListed
from watches.sources.drive_items import FOLDER, Item

FIELDS = (
    "id,name,mimeType,size,md5Checksum,sha256Checksum,headRevisionId,createdTime,modifiedTime,trashed,parents,"
    "driveId,resourceKey,shortcutDetails(targetId,targetMimeType,targetResourceKey),capabilities(canDownload)"
)
KEYS = "X-Goog-Drive-Resource-Keys"
PAGE = 1000
MOST_PAGES = 1000
EVERYWHERE = {"supportsAllDrives": True, "includeItemsFromAllDrives": True}
STALE_TOKEN = {400, 410}
REPEATS = 2  # of a question that was not answered
PAUSE = 0.2  # seconds before the first of them; twice as long before the second
ENOUGH = 30.0  # seconds after which nothing is repeated any more: whoever does not answer now is asked another time
_KEY = re.compile(r"[\w-]{1,200}/[\w-]{1,200}", re.ASCII)
WRONG = dt.timedelta(seconds=5)  # of two clocks: less is the way there and back


class LogLost(Exception):
    """The change log cannot be read from where we were."""


@dataclass(slots=True)
class Calls:
    """Drive, opened with a login (`accounts.providers.google.client.drive`).

    `keys`: of files that were shared by link, by their id. Old ones are "not found" without, unless the account has a
    permission of its own or viewed them lately. Source: "Access link-shared Drive files using resource keys".
    """

    service: Any
    keys: dict[str, str] = field(default_factory=dict)
    until: float = field(default_factory=lambda: time.monotonic() + ENOUGH)
    ahead: dt.timedelta = dt.timedelta()  # how far Google's clock goes ahead of ours, by its latest answer

    def item(self, file_id: str) -> Item:
        """A file or folder. Raises Refused, with status 404, when there is none for this account."""
        request = self.service.files().get(fileId=file_id, fields=FIELDS, supportsAllDrives=True)
        item = self._ask(self._with_key(request, file_id), "id")
        self.learn_keys(item)
        return item

    def children(self, folder_id: str, drive: str = "", page: str = "") -> tuple[list[Item], str]:
        """A page of what is in a folder and not in the bin, and the name of the next ("": there is none).

        `drive`: the shared drive that we are a member of.
        """
        where = {"corpora": "drive", "driveId": drive} if drive else {}
        asked = self._files(f"{self.within(folder_id)} and trashed = false", **where)
        return self._page(asked, "files", page)

    def folders(self, where: str, most: int = PAGE * MOST_PAGES) -> tuple[list[Item], bool]:
        """The first folders by name, so many at most, and whether there are more.

        `where`: a condition in Drive's search language.
        """
        return self._first(f"{where} and mimeType = '{FOLDER}'", "name_natural", most)

    def newest(self, folder_id: str, most: int) -> tuple[list[Item], bool]:
        """The pictures right in a folder that were changed last, so many at most, and whether there are more."""
        return self._first(f"{self.within(folder_id)} and mimeType contains 'image/'", "modifiedTime desc", most)

    def _first(self, where: str, order: str, most: int) -> tuple[list[Item], bool]:
        asked = self._files(f"{where} and trashed = false", orderBy=order, pageSize=min(most + 1, PAGE))
        rows = list(islice(self._pages(asked, "files"), most + 1))
        return rows[:most], len(rows) > most

    @staticmethod
    def within(folder_id: str) -> str:
        """What lies right in a folder, in Drive's search language."""
        return f"'{_quoted(folder_id)}' in parents"

    @staticmethod
    def called(words: str) -> str:
        """What has these words in its name, in the same language."""
        return f"name contains '{_quoted(words)}'"

    def shared_drives(self) -> Iterator[Item]:
        """Those that the account is a member of."""
        drives = self.service.drives()
        yield from self._pages(lambda page: drives.list(pageSize=100, pageToken=page), "drives")

    def drive_name(self, drive_id: str) -> str:
        """The name of a shared drive; its top folder is just called "Drive"."""
        return str(self._ask(self.service.drives().get(driveId=drive_id, fields="name"), "name")["name"])

    def now(self, drive: str = "") -> str:
        """The present end of a change log. Raises Refused when the account is no member of this shared drive."""
        where = {"driveId": drive} if drive else {}
        request = self.service.changes().getStartPageToken(supportsAllDrives=True, **where)
        return str(self._ask(request, "startPageToken")["startPageToken"])

    def log_of(self, drive: str) -> str:
        """The change log that tells of this shared drive to this account: its own, or the account's ("")."""
        try:
            return drive if not drive or self.now(drive) else ""
        except Refused as error:
            only_here(error)
            return ""  # no member: only something in it is shared with the account

    def changes(self, since: str, drive: str = "") -> tuple[list[Item], str, bool]:
        """A page of changes after `since`, where to read on, and whether that is the end. Raises LogLost."""
        where = {"driveId": drive} if drive else {}
        fields = f"nextPageToken,newStartPageToken,changes(changeType,time,fileId,driveId,removed,file({FIELDS}))"
        asked = {"pageToken": since, "fields": fields, "pageSize": PAGE, **EVERYWHERE, **where}
        try:
            page = self._ask(self.service.changes().list(**asked), "nextPageToken", "newStartPageToken")
        except Refused as error:
            if error.trace.status in STALE_TOKEN:
                raise LogLost from error
            raise
        over = "newStartPageToken" in page
        rows = _rows(page.get("changes") or [])
        for row in rows:
            self.learn_keys(row.get("file"))
        return rows, str(page["newStartPageToken" if over else "nextPageToken"]), over

    def bytes_of(self, file_id: str, into: Sink) -> None:
        """Download."""
        request = self.service.files().get_media(fileId=file_id, supportsAllDrives=True)
        google.download(self._with_key(request, file_id), into)

    def learn_keys(self, item: object) -> None:
        """Those that it tells are known from now on: its own, and that of what it shows."""
        if isinstance(item, dict):
            details = item.get("shortcutDetails")
            self._learn(item.get("id"), item.get("resourceKey"))
            if isinstance(details, dict):
                self._learn(details.get("targetId"), details.get("targetResourceKey"))

    def _learn(self, file_id: object, key: object) -> None:
        if isinstance(file_id, str) and isinstance(key, str) and _KEY.fullmatch(f"{file_id}/{key}"):
            self.keys[file_id] = key

    def _with_key(self, request: Any, file_id: str) -> Any:  # noqa: ANN401 - a library's own type
        if key := self.keys.get(file_id):
            request.headers[KEYS] = f"{file_id}/{key}"
        return request

    def _files(self, q: str, **more: str | int) -> Callable[[str | None], google.Request]:
        files, fields = self.service.files(), f"nextPageToken,incompleteSearch,files({FIELDS})"
        asked = {"q": q, "fields": fields, "pageSize": PAGE, "spaces": "drive", **EVERYWHERE, **more}
        return lambda page: files.list(pageToken=page, **asked)

    def _pages(self, request: Callable[[str | None], google.Request], key: str) -> Iterator[Item]:
        page = ""
        for _ in range(MOST_PAGES):
            rows, page = self._page(request, key, page)
            yield from rows
            if not page:
                return
        raise Unavailable(TooMuchListed())

    def _page(self, request: Callable[[str | None], google.Request], key: str, page: str) -> tuple[list[Item], str]:
        told = self._ask(request(page or None), key)
        if told.get("incompleteSearch"):
            raise Unavailable(NotSearched())
        rows = _rows(told[key])
        for row in rows:
            self.learn_keys(row)
        return rows, str(told.get("nextPageToken") or "")

    def _ask(self, request: Any, *keys: str) -> dict[str, Any]:  # noqa: ANN401 - a library's own type
        """Ask, and again when no answer came, twice at most. A wait that Google asks for is not cut short."""
        request.add_response_callback(self._hear_time)
        for left in range(REPEATS, 0, -1):
            try:
                return ask(request, *keys)
            except Unavailable as error:
                if isinstance(error, RateLimited) or error.retry_after not in {None, google.TROUBLE.wait}:
                    raise
                if time.monotonic() > self.until:
                    raise
            time.sleep(PAUSE * (REPEATS - left + 1) * random.uniform(0.5, 1))
        return ask(request, *keys)

    def _hear_time(self, headers: Any) -> None:  # noqa: ANN401 - httplib2's own mapping
        try:
            theirs = parsedate_to_datetime(headers["date"])
        except (KeyError, ValueError):
            return
        apart = theirs - clock.now() if theirs.tzinfo else dt.timedelta()
        self.ahead = apart if abs(apart) > WRONG else dt.timedelta()


def only_here(error: Refused) -> Refused:
    """The same error, when it is about one file or folder; raised again when it is about the login or the app."""
    if isinstance(error, Unauthorized) or error.actor is Actor.OPERATOR:
        raise error
    return error


def is_missing(error: Refused) -> bool:
    """Deleted, or not shown to this account."""
    return error.trace.status == 404


def _rows(told: Any) -> list[Item]:  # noqa: ANN401 - JSON
    """Raises Unavailable when that is no list. What is no row in it is an empty one: odd, and passed over."""
    if not isinstance(told, list):
        raise Unavailable(Unreadable(service=google.NAME))
    return [row if isinstance(row, dict) else {} for row in told]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
