"""A file that is there whole or not at all, whatever happens while its bytes arrive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def arriving(to: Path) -> Iterator[BinaryIO]:
    """Write into what is yielded; it takes the name `to` when the block ends well, and disappears otherwise."""
    draft = to.with_name(f"{to.name}.part")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(to)
    finally:
        draft.unlink(missing_ok=True)
