"""Uncompressed rows: zeros are black, and black is a colour. What was wiped out does not look like what was painted.

What is painted has a shape: where it ends to the right, what lies above ends near there too. A hole begins and ends
somewhere in a row, with something else above its first part and below its last.
"""

from __future__ import annotations

from itertools import islice

from media.pictures.values import Doubt
from media.pictures.wholeness.runs import Data, NotWhole, runs

SHORT, LEAST = 16, 64
MOST = 10_000  # runs that are looked at
SECTOR = 512
# So much of what is above and below a hole is not black: where it goes over several rows, and within one.
BESIDE, BESIDE_ONE = 0.6, 0.9


def check(data: Data, start: int, end: int, row: int) -> str:
    """`row`: bytes from one row to the next. Raises NotWhole; returns a Doubt, or "".

    A hole within a row is told from a line only where nothing else is black, or where it is one of whole sectors.
    """
    doubt = ""
    for first, last in islice(runs(data, start, end, LEAST), MOST):
        doubt = Doubt.HOLE if last - first >= SECTOR else doubt
        if (first - start) % row == 0 and (last - start) % row == 0:
            continue  # whole rows: a margin, most likely
        of_sectors = last - first >= SECTOR and first % SECTOR == 0 and last % SECTOR == 0
        beside = _beside(data, start, end, row, first, last)
        over_rows = last - first > 2 * row and beside >= BESIDE
        if of_sectors or over_rows or (beside >= BESIDE_ONE and _is_alone(data, start, end)):
            raise NotWhole(f"a hole from {first} to {last}")
    return doubt


def _is_alone(data: Data, start: int, end: int) -> bool:
    return sum(1 for _ in islice(runs(data, start, end, SHORT), 2)) == 1


def _beside(data: Data, start: int, end: int, row: int, first: int, last: int) -> float:
    """How much of what is above the beginning of this run, and below its end, is something else: the lesser of both."""
    part = min(last - first, row)
    above = _bright(data, max(start, first - row), min(first, first - row + part))
    below = _bright(data, max(last, last + row - part), min(end, last + row))
    return min(above, below)


def _bright(data: Data, start: int, end: int) -> float:
    """The share of bytes that are not zero; where there is nothing, nothing speaks against a hole."""
    piece = data[start:end] if start < end else b""
    return 1 - piece.count(0) / len(piece) if piece else 1.0
