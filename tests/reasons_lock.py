"""docs/reasons.lock: the codes that are for ever. `python -m tests.reasons_lock` adds to it, and drops nothing.

Before the first release `--afresh` writes it as the code is now.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "docs" / "reasons.lock"
HEAD = """\
# Every code of a reason with its parameters, those in brackets optional. For ever: see reasons.md.
# Written by `python -m tests.reasons_lock`.
"""


def locked(text: str) -> dict[str, set[str]]:
    """{code: parameters}."""
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {code: set(parameters) for code, *parameters in lines}


def broken(before: dict[str, set[str]], now: dict[str, set[str]]) -> list[str]:
    """What may not change: a code or a parameter that is gone, a new parameter that cannot be left out."""
    return [
        *(f"{code} is gone" for code in before if code not in now),
        *(f"{code} has no {each} any more" for code in before if code in now for each in before[code] - now[code]),
        *(
            f"{code} has {each}, which older rows lack"
            for code in before
            if code in now
            for each in now[code] - before[code]
            if not re.fullmatch(r"\[.+\]", each)
        ),
    ]


def main() -> None:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poster.settings")

    django.setup()
    from poster.reasons.known import lock

    lines = lock()
    wrong = broken(locked(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}, locked("\n".join(lines)))
    if wrong and "--afresh" not in sys.argv:
        sys.exit("\n".join(wrong))
    FILE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
