"""How four services and servers of one's own say no, as was recorded or is documented, and what each must mean for us.

The answers are in `recorded_refusals.json`. `name` is the fault of the sandbox that answers so (its `variant`). Sources
in short: an issue of a public repository as owner/name#number, or a page of the vendor's documentation.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poster.errors import OutsideError, RateLimited, Refused, Suspended, Unauthorized
from writing.captioners import NoWords

KINDS: dict[str, type[OutsideError]] = {
    kind.__name__: kind for kind in (NoWords, RateLimited, Refused, Suspended, Unauthorized)
}


@dataclass(frozen=True)
class Recorded:
    """One answer. `error` and `code`: what it has to become."""

    captioner: str
    name: str
    status: int
    body: Any
    error: type[OutsideError]
    code: str = ""
    source: str = ""

    @property
    def id(self) -> str:
        return f"{self.captioner} {self.name}"


def _read() -> list[Recorded]:
    rows = json.loads(Path(__file__).with_suffix(".json").read_text())
    return [Recorded(**row | {"error": KINDS[row["error"]]}) for row in rows]


RECORDED = _read()
