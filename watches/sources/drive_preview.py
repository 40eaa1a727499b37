"""Drive's own small picture of a file. Source: discovery document of Drive v3, File, `thumbnailLink`.

The link lives for hours, so it is asked for each time, and it opens with the login alone. Two calls, each with an end
and none repeated: somebody waits, and it is not worth a second try. The login goes to Google's own host for these
pictures and to no other, whatever the link says.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import BinaryIO
from urllib.parse import quote, urlsplit

from accounts.providers.google.client import NAME, judged
from media.reasons import AnotherAtSource, GoneFromSource, NoPreview
from poster.errors import OutsideError, Refused, Unavailable
from poster.http.client import Answer, Client
from poster.reasons.outside import Unreadable
from watches.sources import Found
from watches.sources.drive_calls import KEYS, is_missing
from watches.sources.drive_items import revision

API = "https://www.googleapis.com/drive/v3"
FIELDS = "id,trashed,md5Checksum,headRevisionId,modifiedTime,thumbnailLink"
PICTURES = ".googleusercontent.com"
SIDE = 480  # pixels of the longer side: what our own pages show
MOST_BYTES = 4 * 2**20
_SIZE = re.compile(r"=s\d+$")


def preview(token: str, file: Found, into: BinaryIO, seconds: float, keys: Mapping[str, str]) -> None:
    """Write it into `into`. See `watches.sources.Previewing`."""
    until = time.monotonic() + seconds
    link = _link(token, file, seconds, keys)
    left = max(until - time.monotonic(), 0.1)
    into.write(
        Client("", _judge_picture, NAME, _login(token), left, private=(), most=MOST_BYTES).call("GET", link).body
    )


def _link(token: str, file: Found, seconds: float, keys: Mapping[str, str]) -> str:
    key = keys.get(file.external_id)
    headers = _login(token) | ({KEYS: f"{file.external_id}/{key}"} if key else {})
    asked = Client(API, _judge, NAME, headers, seconds)
    try:
        told = asked.get(f"/files/{quote(file.external_id, safe='')}", fields=FIELDS, supportsAllDrives="true")
    except Refused as error:
        raise Refused(GoneFromSource(), trace=error.trace) if is_missing(error) else error from None
    if told.get("trashed"):
        raise Refused(GoneFromSource())
    if revision(told) != file.revision:
        raise Refused(AnotherAtSource())
    link = told.get("thumbnailLink")
    if not isinstance(link, str) or not _is_theirs(link):
        raise Refused(NoPreview())
    return _SIZE.sub(f"=s{SIDE}", link)


def _is_theirs(link: str) -> bool:
    parts = urlsplit(link)
    return parts.scheme == "https" and "@" not in parts.netloc and parts.netloc.endswith(PICTURES)


def _login(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _judge(_method: str, answer: Answer) -> OutsideError | None:
    if answer.status != 200:
        return judged(answer.status, answer.body, answer.headers)
    return None if answer.json().get("id") else Unavailable(Unreadable(service=NAME))


def _judge_picture(_method: str, answer: Answer) -> OutsideError | None:
    """The host of the pictures speaks no envelope: whatever it says, the file's own login may be well."""
    return None if answer.status == 200 else Unavailable(Unreadable(service=NAME))
