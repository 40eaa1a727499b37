"""Names as other systems give them, made fit for a database and a page."""

from __future__ import annotations

import unicodedata

LONGEST = 300  # characters of a name that anybody wants to read


def shown(name: str) -> str:
    """`name` without what cannot be stored (NUL, halves of characters) or would break a line; never empty."""
    clean = "".join("\ufffd" if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in name).strip()
    if len(clean) > LONGEST:
        clean = f"{clean[: LONGEST - 1]}…"
    return clean or "(no name)"
