"""A folder of this machine, or one that several machines share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from media.reasons import BytesMissing, StorageFailed
from media.storage import KEY, Lying, Missing, check
from poster.config import files
from poster.errors import Unavailable
from poster.reasons import Quoted


class Disk:
    """`address`: the folder, made when the first file comes. Files are for this install's own user alone."""

    def __init__(self, address: str) -> None:
        self._folder = Path(address)

    def put(self, file: Path, key: str) -> None:
        with _answering():
            files.move(file, self._path(key))

    def open(self, key: str) -> BufferedReader:
        with _answering():
            return self._path(key).open("rb")

    def read(self, key: str, offset: int, length: int) -> bytes:
        with _answering(), self._path(key).open("rb") as file:
            file.seek(offset)
            return file.read(length)

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        path = self._path(key)
        with _answering():
            path.stat()
        yield path

    def size(self, key: str) -> int:
        with _answering():
            return self._path(key).stat().st_size

    def exists(self, key: str) -> bool:
        with _answering():
            return self._path(key).is_file()

    def delete(self, key: str) -> None:
        with _answering():
            self._path(key).unlink(missing_ok=True)

    def lying(self, prefix: str = "") -> Iterator[Lying]:
        with _answering():
            found = [path for path in self._folder.glob(f"{prefix}*") if KEY.fullmatch(path.name)]
        for path in found:
            try:
                since = path.stat().st_mtime
            except FileNotFoundError:  # deleted meanwhile
                continue
            yield Lying(path.name, dt.datetime.fromtimestamp(since, tz=dt.UTC))

    def _path(self, key: str) -> Path:
        return self._folder / check(key)


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise Missing(BytesMissing()) from error
    except OSError as error:
        raise Unavailable(StorageFailed(said=Quoted(error.strerror or type(error).__name__))) from error
