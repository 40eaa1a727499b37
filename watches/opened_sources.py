"""Opening a stream's source with the login it needs."""

from __future__ import annotations

from uuid import UUID

from accounts.connections.token_refresh import grant_of, grant_to_look
from watches.models import FoundFile, SourceCursor
from watches.sources import SOURCES, Found, Source


def open_source(stream: SourceCursor, holder: UUID | None = None) -> Source:
    """Raises Unauthorized when its login is no longer accepted, Unavailable when it cannot be renewed right now.

    `holder`: the row that is worked on. While the login is in doubt, one makes a try, and for all others it rests.
    """
    token = grant_of(stream.credential, holder).access_token if stream.credential else ""
    return SOURCES[stream.source](token)  # type: ignore[call-arg]


def open_to_look(stream: SourceCursor) -> Source:
    """The same for a page that somebody looks at: no try is made, and nothing renewed."""
    token = grant_to_look(stream.credential).access_token if stream.credential else ""
    return SOURCES[stream.source](token)  # type: ignore[call-arg]


def as_found(file: FoundFile) -> Found:
    """What was found, as its source knows it and its watch wants it."""
    place_id, deep = (file.watch.place_id, file.watch.subfolders) if file.watch else ("", True)
    return Found(place_id, file.external_id, file.revision, file.name, file.folder, file.size, subfolders=deep)
