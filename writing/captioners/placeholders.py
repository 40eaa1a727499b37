"""The blanks of a prompt template: {name} {folder} {subject} {month} {place} {language}.

Simple substitution and nothing else: `{caption.__class__}` is an unknown blank like any other.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from writing.reasons.words import UnknownBlank

BLANKS = ("name", "folder", "subject", "month", "place", "language")

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_BLANK = re.compile(r"\{([^{}\n]{0,60})\}")


class UnknownBlanks(ValueError):
    """The template asks for what we do not have. `str(error)` is a sentence for people."""

    def __init__(self, unknown: tuple[str, ...]) -> None:
        self.reason = UnknownBlank(blanks=_braced(unknown), known=_braced(tuple(BLANKS)))
        super().__init__(self.reason)
        self.unknown = unknown


def _braced(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{{{name}}}" for name in names)


def blanks(template: str) -> tuple[str, ...]:
    """The names of the blanks in `template`, in order; `UnknownBlanks` when one is not ours."""
    found = tuple(_BLANK.findall(template))
    unknown = tuple(blank for blank in dict.fromkeys(found) if blank not in BLANKS)
    if unknown:
        raise UnknownBlanks(unknown)
    return found


def fill(template: str, values: Mapping[str, str]) -> str:
    """`template` with its blanks filled. A sentence whose blank has no value is left out."""
    blanks(template)
    lines = (_filled(line, values) for line in template.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _filled(line: str, values: Mapping[str, str]) -> str:
    sentences = re.split(r"(?<=[.!?])\s+", line)
    told = [each for each in sentences if all(values.get(blank) for blank in _BLANK.findall(each))]
    return _BLANK.sub(lambda match: values[match[1]], " ".join(told))


def month(day: dt.date | None) -> str:
    """ "October 2008"; "" without a day."""
    return f"{MONTHS[day.month - 1]} {day.year}" if day else ""
