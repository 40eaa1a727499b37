"""Five hundred captions that a person would be glad to publish, in six languages.

They were written before the checks that must let them through, and are not to be fitted to them: a check that holds a
good caption is a fault, too. `captions/xx.txt` were written line by line, `captions/patterns.json` are combined.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "captions"
LANGUAGES = ("en", "de", "tr", "es", "fr", "it")
EACH = 42  # of the combined ones, in each language


@dataclass(frozen=True)
class Good:
    """A caption with what belongs to it. `said`: what its owner's prompt gives away."""

    language: str
    text: str
    alt_text: str
    hashtags: tuple[str, ...]
    said: str = ""


def good_captions() -> list[Good]:
    """All of them, each once."""
    return [each for language in LANGUAGES for each in (*_written(language), *_combined(language))]


def _written(language: str) -> Iterator[Good]:
    for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        text, alt_text, tags, *said = (part.strip() for part in line.split(" | "))
        yield Good(language, text, alt_text, tuple(tags.split()), *said)


def _combined(language: str) -> Iterator[Good]:
    parts = json.loads((FOLDER / "patterns.json").read_text(encoding="utf-8"))[language]
    for number in range(EACH):
        subject, alt_text, tags = _turn(parts["subjects"], number)
        middle, said = _turn(parts["middles"], number + number // 7)
        opener, closer = _turn(parts["openers"], number), _turn(parts["closers"], number // 7)
        break_after = "\n\n" if number % 3 == 0 else " "
        text = f"{opener.format(subject)}{break_after}{middle} {closer}"
        yield Good(language, text, alt_text, tuple(tags.split()), said)


def _turn(rows: list, number: int):
    return rows[number % len(rows)]
