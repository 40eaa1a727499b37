"""A file that is there whole or not at all, whatever happens while its bytes arrive."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4


@contextmanager
def arriving(to: Path) -> Iterator[BinaryIO]:
    """Write into what is yielded; it takes the name `to` when the block ends well, and disappears otherwise.

    Of several who write the same file, each has a draft of its own; the last one stays.
    """
    draft = to.with_name(f"{to.name}.{uuid4().hex}.part")
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # or a power cut leaves the name without the bytes
        draft.replace(to)
    finally:
        draft.unlink(missing_ok=True)
