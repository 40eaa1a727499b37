"""C2PA manifests, as far as one question goes: which digital source type does the claim that is in force name?

C2PA Technical Specification 2.1: a store of manifests in JUMBF boxes (ISO/IEC 19566-5); the last manifest is the one in
force (11.1.4.2). Its actions (`c2pa.actions`, in CBOR) may name a digitalSourceType; where it only says that it goes on
from another picture (`parentOf`), that one's manifest is asked. Nothing is verified: see `marks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from media.pictures.boxes import BadBoxes, Box, Data, boxes, top
from media.pictures.chunks import RIFF_HEAD, jpeg_headers, png_chunks, riff_chunks

MOST = 16 * 1024 * 1024  # bytes of a store; thumbnails of what a picture was made from are in it
MOST_PARENTS = 10
APP11, JUMBF = b"\xeb", b"JP"
UUID_OF_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
PURPOSE = b"manifest\0"
# A key and a text in CBOR (RFC 8949): 0x60 and its length up to 23, or 0x78 and a byte for the length.
SOURCE_TYPE = re.compile(rb"\x71digitalSourceType(?:([\x60-\x77])|\x78(.))", re.DOTALL)
IS_PARENT = b"parentOf"


@dataclass(frozen=True, slots=True)
class Described:
    """A superbox of JUMBF: its label, and what is in it behind the description."""

    label: bytes
    inside: list[Box]


def source_type(data: Data) -> str:
    """The address that the manifest in force names; "" when there is none, or none can be read."""
    store = _store(data)
    if not 0 < len(store) <= MOST:
        return ""
    try:
        manifests = [one for box in boxes(store, 0, len(store), strict=False) for one in _children(store, box)]
        return _of_newest(store, manifests)
    except (BadBoxes, IndexError):
        return ""


def _of_newest(store: bytes, manifests: list[Described]) -> str:
    asked = manifests[-1:]
    for _ in range(MOST_PARENTS):
        if not asked:
            return ""
        said, parents = _said(store, asked[0])
        if said:
            return said
        manifests = [one for one in manifests if one is not asked[0]]
        asked = [one for one in manifests if any(one.label in parent for parent in parents)]
    return ""


def _said(store: bytes, manifest: Described) -> tuple[str, list[bytes]]:
    """What its actions say, and the assertions about the pictures that it goes on from."""
    said, parents = "", []
    for part in manifest.inside:
        for assertion in _children(store, part):
            content = b"".join(store[box.start : box.end] for box in assertion.inside if box.kind == b"cbor")
            if assertion.label.startswith(b"c2pa.actions"):
                said = said or _named(content)
            elif assertion.label.startswith(b"c2pa.ingredient") and IS_PARENT in content:
                parents.append(content)
    return said, parents


def _named(content: bytes) -> str:
    found = SOURCE_TYPE.search(content)
    if not found:
        return ""
    size = found[1][0] - 0x60 if found[1] else found[2][0]
    return content[found.end() : found.end() + size].decode(errors="replace")


def _children(store: bytes, box: Box) -> list[Described]:
    """The superboxes in a superbox."""
    if box.kind != b"jumb":
        return []
    inside = [_described(store, inner) for inner in boxes(store, box.start, box.end, strict=False)]
    return [one for one in inside if one]


def _described(store: bytes, box: Box) -> Described | None:
    inside = list(boxes(store, box.start, box.end, strict=False)) if box.kind == b"jumb" else []
    if not inside or inside[0].kind != b"jumd":
        return None
    # 16 bytes of type, one of switches, and the label up to its zero.
    label = store[inside[0].start + 17 : inside[0].end].split(b"\0")[0]
    return Described(label, inside[1:])


def _store(data: Data) -> bytes:
    """The bytes of the store, wherever this kind of file keeps it (C2PA, appendix A)."""
    if data[:3] == b"\xff\xd8\xff":
        return _in_jpeg(data)
    if data[:4] == b"\x89PNG":
        return next((data[one.start : one.end] for one in png_chunks(data) if one.kind == b"caBX"), b"")
    if data[:4] == b"RIFF":
        chunks = riff_chunks(data, RIFF_HEAD, len(data))
        return next((data[one.start : one.end] for one in chunks if one.kind == b"C2PA"), b"")
    if data[4:8] == b"ftyp":
        return next(_in_boxes(data), b"")
    return b""


def _in_jpeg(data: Data) -> bytes:
    """APP11: "JP", an instance, a sequence number, then the box; its head comes again with each part."""
    parts: dict[tuple[int, int], bytes] = {}
    for segment in jpeg_headers(data):
        body = data[segment.start : segment.end] if segment.kind == APP11 else b""
        if body.startswith(JUMBF) and len(body) > 16:
            parts[int.from_bytes(body[2:4]), int.from_bytes(body[4:8])] = body[8:]
    joined = b""
    for number, (_, part) in enumerate(sorted(parts.items())):
        joined += part[8:] if number and part[:8] == joined[:8] else part
    return joined


def _in_boxes(data: Data) -> Iterator[bytes]:
    """A box `uuid` whose purpose is a manifest: version, purpose, where a further box is, then JUMBF."""
    for box in top(data):
        if box.kind == b"uuid" and data[box.start : box.start + 16] == UUID_OF_C2PA:
            start = box.start + 20
            if data[start : start + len(PURPOSE)] == PURPOSE:
                yield data[start + len(PURPOSE) + 8 : box.end]
