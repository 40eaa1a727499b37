"""The phrases of `phrases.toml`, by kind."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any


def any_of(kind: str) -> str:
    """A group that matches a phrase of this kind in any language."""
    return f"(?:{'|'.join(_phrases()[kind].values())})"


def listed(words: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(words.split())


def by_language(kind: str) -> dict[str, dict[str, str]]:
    """The phrases of a kind that has several parts, each by its name, per language."""
    found: dict[str, dict[str, str]] = _phrases()[kind]
    return found


@lru_cache(maxsize=1)
def _phrases() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "phrases.toml").read_text(encoding="utf-8"))
