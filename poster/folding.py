"""Words as people compare them: whatever their case and their accents, and with a dotted or a dotless i.

Unicode's own folding does not: "İNDİRİM".casefold() is not "indirim". What the database compares: `database.folding`.
"""

from __future__ import annotations

import re
import unicodedata

ACCENTS = re.compile("[\u0300-\u036f]")
DOTLESS = str.maketrans("ıİ", "ii")
# Letters of their own in Turkish, each behind the one that it looks like; "{" comes after z.
TURKISH = {"ç": "c{", "ğ": "g{", "ı": "h{", "ö": "o{", "ş": "s{", "ü": "u{"}
CAPITALS = str.maketrans("Iİ", "ıi")


def caseless(text: str) -> str:
    """What is compared where small letters and capitals are the same, and accents count."""
    return unicodedata.normalize("NFC", text.translate(DOTLESS)).casefold()


def folded(text: str) -> str:
    """What is compared in a search."""
    return ACCENTS.sub("", unicodedata.normalize("NFD", text.translate(DOTLESS))).lower()


def ordered(text: str, *, turkish: bool) -> str:
    """What is compared to sort, for whoever reads Turkish or another language."""
    if turkish:
        text = "".join(TURKISH.get(letter, letter) for letter in text.translate(CAPITALS).lower())
    return folded(text)
