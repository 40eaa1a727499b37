"""Lists as CSV, for people who open them in a spreadsheet: no cell becomes a formula there (OWASP, CSV Injection)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # wide ones too
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the file for another alphabet


def neutral(cell: object) -> str:
    """As text. What a spreadsheet would work out gets an apostrophe before it, which spreadsheets do not show."""
    text = "" if cell is None else str(cell).replace("\0", "")
    begins = (text[:1], text.lstrip(" \u00a0")[:1])
    return f"'{text}" if any(letter in STARTS_A_FORMULA for letter in begins if letter) else text


def download(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A file `name`.csv, written while it is read: a long list needs no memory."""
    return StreamingHttpResponse(
        _lines(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


class _Pass:
    """What the writer writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line


def _lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Pass(), quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK + str(writer.writerow(head))
    for row in rows:
        yield str(writer.writerow([neutral(cell) for cell in row]))
