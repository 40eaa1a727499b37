"""One way to break the product on purpose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` is replaced by `new` in `path`; then `tests` must fail."""

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]
