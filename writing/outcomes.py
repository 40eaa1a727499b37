"""What became of a question to a captioner that brought no words."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """Why there are no words. The value is what is recorded."""

    REFUSED = "refused"
    EMPTY = "empty"
    CUT_OFF = "cut off"
    TOO_LONG = "too long"
    MALFORMED = "malformed"
    UNSAFE = "unsafe"
