"""BMP: headers, colours, rows (Windows GDI, BITMAPFILEHEADER and BITMAPINFOHEADER)."""

from __future__ import annotations

import struct

from media.pictures.wholeness import raw
from media.pictures.wholeness.runs import Data, NotWhole, refuse_runs

PLAIN = {0, 3, 6}  # rows as they are: BI_RGB, and with masks
PACKED_RUN = 16


def check(data: Data) -> str:
    """Raises NotWhole; returns a Doubt, or ""."""
    if len(data) < 26:
        raise NotWhole("it ends within its header")
    start, header = struct.unpack("<II", data[10:18])
    if header == 12:
        width, height, _, bits = struct.unpack("<HHHH", data[18:26])
        packing, told = 0, 0
    elif len(data) >= 54:
        width, height, _, bits, packing, told = struct.unpack("<iiHHII", data[18:38])
    else:
        raise NotWhole("it ends within its header")
    row = (abs(width) * bits + 31) // 32 * 4
    size = row * abs(height) if packing in PLAIN else told
    if start + size > len(data):
        raise NotWhole("rows are missing")
    if packing in PLAIN and bits >= 8 and row:
        return raw.check(data, start, start + size, row)
    if packing not in PLAIN:
        refuse_runs(data, start, start + size, PACKED_RUN)
    return ""
