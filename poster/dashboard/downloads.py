"""Lists as files, written while they are read: a long list needs no memory.

As CSV for people who open it in a spreadsheet, where no cell becomes a formula (OWASP, CSV Injection); as JSON for
programs, each cell as it is.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

Rows = Iterable[Sequence[object]]  # cells: texts, None, and times in the zone in which they are to be read
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # wide ones too
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the file for another alphabet


def neutral(cell: object) -> str:
    """As text. What a spreadsheet would work out gets an apostrophe before it, which spreadsheets do not show."""
    text = "" if cell is None else str(cell).replace("\0", "")
    begins = (text[:1], text.lstrip(" \u00a0")[:1])
    return f"'{text}" if any(letter in STARTS_A_FORMULA for letter in begins if letter) else text


def as_csv(name: str, head: Sequence[str], rows: Rows) -> StreamingHttpResponse:
    """A file `name`.csv. Its times are written as spreadsheets know them, which is without their zone."""
    return _attached(f"{name}.csv", "text/csv; charset=utf-8", _lines(head, rows))


def as_json(name: str, head: Sequence[str], rows: Rows) -> StreamingHttpResponse:
    """A file `name`.json: one array, of an object for each row. Its times are ISO 8601, with their zone."""
    return _attached(f"{name}.json", "application/json", _objects(head, rows))


def _attached(name: str, kind: str, parts: Iterator[str]) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        parts,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


class _Pass:
    """What the writer writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line


def _lines(head: Sequence[str], rows: Rows) -> Iterator[str]:
    writer = csv.writer(_Pass(), quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK + str(writer.writerow(head))
    for row in rows:
        yield str(writer.writerow([neutral(_for_a_spreadsheet(cell)) for cell in row]))


def _for_a_spreadsheet(cell: object) -> object:
    return f"{cell:%Y-%m-%d %H:%M:%S}" if isinstance(cell, dt.datetime) else cell


def _objects(head: Sequence[str], rows: Rows) -> Iterator[str]:
    before = "[\n"
    for row in rows:
        yield before + json.dumps(dict(zip(head, row, strict=True)), ensure_ascii=False, default=_plain)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _plain(cell: object) -> str:
    return cell.isoformat(timespec="seconds") if isinstance(cell, dt.datetime) else str(cell)
