"""Opening a source with the login it needs."""

from __future__ import annotations

from uuid import UUID

from accounts.connections.token_refresh import grant_of, grant_to_look
from accounts.models import Credential
from watches.models import FoundFile, SourceCursor
from watches.sources import SOURCES, Found, Source


def opened(source: str, login: Credential | None, holder: UUID | None = None) -> Source:
    """Raises Unauthorized when the login is no longer accepted, Unavailable when it cannot be renewed right now.

    `holder`: the row that is worked on. While the login is in doubt, one makes a try, and for all others it rests.
    """
    return _with(source, grant_of(login, holder).access_token if login else "")


def opened_to_look(source: str, login: Credential | None) -> Source:
    """The same for a page that somebody looks at: no try is made, and nothing renewed."""
    return _with(source, grant_to_look(login).access_token if login else "")


def open_source(stream: SourceCursor, holder: UUID | None = None) -> Source:
    """That of a stream, as `opened` does it."""
    return opened(stream.source, stream.credential, holder)


def open_to_look(stream: SourceCursor) -> Source:
    """That of a stream, as `opened_to_look` does it."""
    return opened_to_look(stream.source, stream.credential)


def _with(source: str, token: str) -> Source:
    return SOURCES[source](token)  # type: ignore[call-arg]


def as_found(file: FoundFile) -> Found:
    """What was found, as its source knows it and its watch wants it."""
    place_id, deep = (file.watch.place_id, file.watch.subfolders) if file.watch else ("", True)
    return Found(place_id, file.external_id, file.revision, file.name, file.folder, file.size, subfolders=deep)
