"""What a file itself says about having been made with AI, and how the rendition goes on saying it.

The property is IPTC's `DigitalSourceType` (Photo Metadata Standard 2023.2, in XMP); its values are terms of
http://cv.iptc.org/newscodes/digitalsourcetype/. A C2PA manifest says the same in an action of the claim that is in
force, or in that of the picture it was made from; that there is a manifest says nothing by itself. Manifests are not
verified here: whoever says "made with AI" of their picture is believed.
"""

from __future__ import annotations

import re
from contextlib import suppress
from enum import StrEnum
from typing import Any

from PIL import Image

from media.pictures.chunks import Data, jpeg_headers
from media.pictures.facts import XMP

VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PROPERTY, RESOURCE = f"{IPTC} DigitalSourceType", f"{RDF} resource"
MOST_XMP = 4 * 1024 * 1024  # bytes; no editor writes more
GIF_XMP = b"\x21\xff\x0bXMP DataXMP"  # Adobe's XMP specification, part 3, 1.1.2: up to 258 bytes that end in zeros
JUMBF = b"jumb"  # the kind of every box of a manifest
EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
EXTENDED_HEAD = len(EXTENDED) + 40  # a digest, the whole length, and where this part begins
PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    f'<rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about="" xmlns:Iptc4xmpExt="{IPTC}" '
    'Iptc4xmpExt:DigitalSourceType="%s"/></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)


class AiMark(StrEnum):
    """The terms that mean AI, from IPTC's vocabulary."""

    TRAINED = "trainedAlgorithmicMedia"
    COMPOSITE = "compositeWithTrainedAlgorithmicMedia"
    ALGORITHMIC = "algorithmicMedia"


def mark_of(image: Image.Image, data: Data) -> str:
    """What the file says, as an AiMark; "" when it says nothing of the kind.

    `image` has been decoded: some formats keep remarks behind the pixels. XMP is believed before a manifest.
    """
    for packet in _packets(image, data):
        if mark := mark_in(packet):
            return mark
    if data.find(JUMBF) < 0:
        return ""
    from media.pictures import manifests  # fewer still have a manifest

    return term_of(manifests.source_type(data))


def packet_with(mark: str) -> bytes:
    """XMP that says this and nothing else."""
    return (PACKET % f"{VOCABULARY}{mark}").encode()


def mark_in(packet: bytes) -> str:
    """What XMP says; "" also when it cannot be read."""
    from xml.parsers import expat  # few pictures have any XMP

    found: list[str] = []
    if len(packet) > MOST_XMP:
        return ""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: _started(name, attributes, found)
    parser.CharacterDataHandler = lambda text: _went_on(text, found)
    parser.EndElementHandler = lambda name: _ended(name, found)
    parser.EntityDeclHandler = _refuse  # no entity is needed, and some explode
    with suppress(expat.ExpatError, ValueError):  # what was read before the damage counts
        parser.Parse(packet.strip(b"\0 \r\n\t"), True)  # noqa: FBT003 - expat takes no name: this is all of it
    return next(filter(None, map(term_of, found)), "")


def term_of(value: str) -> str:
    """The term at the end of an address of the vocabulary, when it is one of ours."""
    term = re.sub(r"^https?://cv\.iptc\.org/newscodes/digitalsourcetype/", "", value.strip())
    return term if term in set(AiMark) else ""


def _started(name: str, attributes: dict[str, str], found: list[str]) -> None:
    if PROPERTY in attributes:
        found.append(attributes[PROPERTY])
    if name == PROPERTY:
        found.append(attributes.get(RESOURCE, ""))
        found.append("\0")  # open: what is written inside belongs to it


def _went_on(text: str, found: list[str]) -> None:
    if found and found[-1].startswith("\0"):
        found[-1] += text


def _ended(name: str, found: list[str]) -> None:
    if name == PROPERTY and found and found[-1].startswith("\0"):
        found[-1] = found[-1].removeprefix("\0")


def _refuse(*_: Any) -> None:  # noqa: ANN401 - expat's own
    raise ValueError("XMP declares entities")


def _packets(image: Image.Image, data: Data) -> list[bytes]:
    """Every packet of XMP in the file."""
    packets = [image.info[key] for key in XMP if image.info.get(key)]
    tags = getattr(image, "tag_v2", {})
    packets.append(tags.get(700, b""))
    if image.format == "GIF":
        packets.append(_xmp_of_gif(data))
    elif image.format in {"JPEG", "MPO"}:
        packets.append(_extended_xmp(data))
    return [packet.encode() if isinstance(packet, str) else bytes(packet) for packet in packets if packet]


def _xmp_of_gif(data: Data) -> bytes:
    start = data.find(GIF_XMP)
    end = data.find(b"\1\xff\xfe", start)
    return data[start + len(GIF_XMP) : end] if 0 <= start < end else b""


def _extended_xmp(data: Data) -> bytes:
    """What did not fit into one segment, in the order of its parts (XMP specification, part 3, 1.1.3.1)."""
    parts = {}
    for segment in jpeg_headers(data):
        body = data[segment.start : segment.end] if segment.kind == b"\xe1" else b""
        if body.startswith(EXTENDED):
            parts[int.from_bytes(body[EXTENDED_HEAD - 4 : EXTENDED_HEAD])] = body[EXTENDED_HEAD:]
    return b"".join(parts[at] for at in sorted(parts))
