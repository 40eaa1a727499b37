"""Pictures that come all at once, in one request, from the share sheet of a phone (`media.uploads` has the checks).

Each becomes an upload like any, as soon as its last byte was read, and is in the library or has its reason. So nothing
is in memory, and one file at a time lies in the making.
"""

from __future__ import annotations

import hashlib
import time
from typing import IO, Any
from uuid import UUID

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from accounts.models import User
from media import blobs, uploads
from media.pictures.values import called
from media.reasons import SharedTooLong, TooManyMegabytes
from media.uploads import MB, MOST_BYTES, PIECE, Come
from poster.errors import OutsideError
from poster.permissions import Caller, NotPossible
from poster.reasons import Reason

MOST_TOGETHER = 200 * MB  # of one request: many times what fits into a post
SECONDS = 40.0  # for all of them: most proxies give up waiting for an answer after a minute


class Shared(FileUploadHandler):
    """Reads the files of one request for this person. `taken`: their pictures in the order in which they came."""

    def __init__(self, person: User, caller: Caller) -> None:
        super().__init__()
        self.person, self.caller = person, caller
        self.taken: list[UUID] = []
        self.refused: list[Reason] = []
        self._until = time.monotonic() + SECONDS
        self._file: IO[bytes] | None = None
        self._size = 0

    def new_file(self, *about: Any, **more: Any) -> None:  # noqa: ANN401 - Django's signature
        """The next one begins."""
        super().new_file(*about, **more)
        self.close()
        self._file, self._size = blobs.nameless(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """What is too large is not written to its end."""
        assert self._file is not None  # noqa: S101 - a chunk is of a file
        self._size += len(raw_data)
        if self._size > MOST_BYTES:
            self.refused.append(TooManyMegabytes(name=called(self._name), most=MOST_BYTES // MB))
            raise SkipFile
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        """All of it is here. To the request it is none of its files: what comes of it stands in `taken`."""
        if time.monotonic() > self._until:
            self.refused.append(SharedTooLong(name=called(self._name)))
            return
        try:
            self.taken.append(self._sent().asset.pk)
        except (NotPossible, OutsideError) as error:
            self.refused.append(error.reason)

    @property
    def _name(self) -> str:
        return str(self.file_name or "")[:1000]

    def _sent(self) -> Come:
        """Known by its bytes: what is shared once more after something went wrong goes on with what is there."""
        assert self._file is not None  # noqa: S101 - it is complete
        self._file.seek(0)
        mark = hashlib.file_digest(self._file, "sha256").hexdigest()  # type: ignore[arg-type]  # typeshed wants more of it
        upload = uploads.begin(self.person, name=self._name, size=self._size, mark=mark, by=self.caller)
        come = None
        while come is None:
            self._file.seek(upload.received)
            come = uploads.put(upload, self._file.read(PIECE), at=upload.received, by=self.caller)
        return come

    def close(self) -> None:
        """Nothing of what was not taken stays: also when the request broke off, which nobody is told."""
        if self._file is not None:
            self._file.close()
            self._file = None
