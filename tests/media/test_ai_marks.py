"""What a file says about having been made with AI is read, and is the one thing that a rendition goes on saying."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image, PngImagePlugin

from media.images import Recipe, look_at, make_rendition
from media.pictures.marks import AiMark, mark_in, packet_with
from tests import pictures
from tests.media import encoders

assert encoders  # it registers the encoder of HEIC

CV = "http://cv.iptc.org/newscodes/digitalsourcetype/"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PRIVATE = 'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="Erika Mustermann" dc:rights="home"'
ATTRIBUTE = f'<rdf:Description rdf:about="" {PRIVATE} xmlns:Iptc4xmpExt="{IPTC}" Iptc4xmpExt:DigitalSourceType="%s"/>'
OPENED = f'<rdf:Description {PRIVATE} xmlns:e="{IPTC}">'
WAYS = {
    "attribute": ATTRIBUTE,
    "element": OPENED + "<e:DigitalSourceType>%s</e:DigitalSourceType></rdf:Description>",
    "resource": OPENED + '<e:DigitalSourceType rdf:resource="%s"/></rdf:Description>',
}
SUFFIXES = ["jpg", "png", "webp", "heic", "avif", "tiff", "gif"]


def xmp(value: str, way: str = "attribute") -> bytes:
    body = f'<rdf:RDF xmlns:rdf="{RDF}">{WAYS[way] % value}</rdf:RDF>'
    return f'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">{body}</x:xmpmeta><?xpacket end="w"?>'.encode()


def saying(path: Path, packet: bytes) -> Path:
    if path.suffix == ".png":
        remarks = PngImagePlugin.PngInfo()
        remarks.add_itxt("XML:com.adobe.xmp", packet.decode(), zip=True)
        return pictures.photo(path, pnginfo=remarks, exif=pictures.exif_of())
    if path.suffix == ".tiff":
        return pictures.photo(path, tiffinfo={700: packet})
    if path.suffix == ".gif":
        data = pictures.photo(path).read_bytes()
        trailer = b"\1" + bytes(range(255, -1, -1)) + b"\0"
        return pictures.raw(path, data[:-1] + b"\x21\xff\x0bXMP DataXMP" + packet + trailer + b";")
    return pictures.photo(path, xmp=packet, exif=pictures.exif_of())


def said_by(path: Path) -> list[tuple[str, str]]:
    """Every property that the XMP in this file has."""
    data = path.read_bytes()
    found = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>", data, re.DOTALL)
    if not found:
        return []
    (description,) = etree.fromstring(found[0]).iter(f"{{{RDF}}}Description")
    assert len(description) == 0
    return [(name, value) for name, value in description.attrib.items() if name != f"{{{RDF}}}about"]


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_mark_is_read_and_nothing_else_is_kept(tmp_path: Path, suffix: str, form: str):
    path = saying(tmp_path / f"a.{suffix}", xmp(CV + AiMark.TRAINED))
    assert look_at(path, path.name).ai_mark == AiMark.TRAINED
    made = make_rendition(path, tmp_path / "out", Recipe(max_width=400, max_height=400, format=cast(Any, form)))
    assert made.ai_mark == AiMark.TRAINED
    assert said_by(tmp_path / "out") == [(f"{{{IPTC}}}DigitalSourceType", CV + AiMark.TRAINED)]
    with Image.open(tmp_path / "out") as picture:
        assert not picture.getexif()
        assert not {"icc_profile", "exif", "comment", "photoshop"} & set(picture.info)
    assert not any(word in (tmp_path / "out").read_bytes() for word in (b"Mustermann", b"home", b"Phone"))
    # What was rendered says it still: a rendition of a rendition keeps it too.
    assert look_at(tmp_path / "out", "out").ai_mark == AiMark.TRAINED


@pytest.mark.parametrize("way", sorted(WAYS))
@pytest.mark.parametrize("mark", list(AiMark))
def test_every_way_to_write_it_and_every_term_is_understood(way: str, mark: AiMark):
    assert mark_in(xmp(CV + mark, way)) == mark
    assert mark_in(xmp(f" {CV.replace('http:', 'https:')}{mark}\n", way)) == mark
    assert mark_in(packet_with(mark)) == mark


@pytest.mark.parametrize("value", ["digitalCapture", "compositeCapture", "trainedAlgorithmicMediaNot", "", "yes"])
def test_what_is_no_ai_is_no_mark(tmp_path: Path, value: str):
    path = saying(tmp_path / "a.jpg", xmp(CV + value))
    assert look_at(path, "a.jpg").ai_mark == ""
    make_rendition(path, tmp_path / "out", Recipe(max_width=400, max_height=400))
    assert b"xmpmeta" not in (tmp_path / "out").read_bytes()


def test_the_name_counts_by_its_namespace_and_not_by_its_letters():
    elsewhere = xmp(CV + AiMark.TRAINED).replace(IPTC.encode(), b"http://example.com/")
    assert mark_in(elsewhere) == ""
    in_words = xmp("x").replace(b"home", f"DigitalSourceType {CV}trainedAlgorithmicMedia".encode())
    assert mark_in(in_words) == ""


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"<x:xmpmeta",
        b"\xff\xfe\x00",
        b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]>' + xmp(CV + AiMark.TRAINED),
        xmp(CV + AiMark.TRAINED)[:200],
    ],
)
def test_nonsense_says_nothing(packet: bytes):
    assert mark_in(packet) == ""


@given(st.binary(max_size=400))
def test_any_bytes_are_survived(packet: bytes):
    assert mark_in(packet) in {"", *AiMark}
    assert mark_in(xmp(CV + AiMark.TRAINED)[:-20] + packet) in {"", *AiMark}


def test_xmp_that_is_in_two_parts_is_read_whole(tmp_path: Path):
    """A JPEG's segment holds 64 kB; what is more comes in further ones."""
    data = pictures.photo(tmp_path / "a.jpg").read_bytes()
    packet = xmp(CV + AiMark.TRAINED)
    parts = b""
    for at in (0, 100):
        part = packet[at : at + 100] if at == 0 else packet[at:]
        body = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + struct.pack(">II", len(packet), at) + part
        parts += b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    path = pictures.raw(tmp_path / "b.jpg", data[:2] + parts + data[2:])
    assert look_at(path, "b.jpg").ai_mark == AiMark.TRAINED


# C2PA


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def superbox(label: str, *inside: bytes) -> bytes:
    return box(b"jumb", box(b"jumd", bytes(16) + b"\3" + label.encode() + b"\0") + b"".join(inside))


def text(words: str) -> bytes:
    data = words.encode()
    return (bytes([0x60 + len(data)]) if len(data) < 24 else bytes([0x78, len(data)])) + data


def actions(value: str) -> bytes:
    kept = text("digitalSourceType") + text(value) if value else b""
    return superbox("c2pa.actions.v2", box(b"cbor", b"\xa2" + text("action") + text("c2pa.created") + kept))


def ingredient(relation: str, label: str) -> bytes:
    words = text("relationship") + text(relation) + text("url") + text(f"self#jumbf=/c2pa/{label}")
    return superbox("c2pa.ingredient.v3", box(b"cbor", b"\xa2" + words))


def manifest(label: str, *assertions: bytes) -> bytes:
    return superbox(label, superbox("c2pa.assertions", *assertions), superbox("c2pa.claim.v2", box(b"cbor", b"\xa0")))


def holding(path: Path, *manifests: bytes) -> Path:
    store = superbox("c2pa", *manifests)
    data = pictures.photo(path).read_bytes()
    if path.suffix == ".jpg":
        head, parts = store[:8], b""
        for number, at in enumerate(range(0, len(store), 150)):
            body = b"JP\0\1" + struct.pack(">I", number + 1) + (head if at else b"") + store[at : at + 150]
            parts += b"\xff\xeb" + struct.pack(">H", len(body) + 2) + body
        return pictures.raw(path, data[:2] + parts + data[2:])
    if path.suffix == ".png":
        remarks = PngImagePlugin.PngInfo()
        remarks.add(b"caBX", store)
        return pictures.photo(path, pnginfo=remarks)
    if path.suffix == ".webp":
        chunk = b"C2PA" + struct.pack("<I", len(store)) + store + bytes(len(store) % 2)
        return pictures.raw(path, data[:4] + struct.pack("<I", len(data) - 8 + len(chunk)) + data[8:] + chunk)
    uuid = bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + bytes(4) + b"manifest\0" + bytes(8)
    return pictures.raw(path, data + box(b"uuid", uuid + store))


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "heic", "avif"])
def test_a_manifest_says_it_too(tmp_path: Path, suffix: str):
    path = holding(tmp_path / f"a.{suffix}", manifest("urn:one", actions(CV + AiMark.COMPOSITE)))
    assert look_at(path, path.name).ai_mark == AiMark.COMPOSITE
    made = make_rendition(path, tmp_path / "out", Recipe(max_width=400, max_height=400))
    assert made.ai_mark == AiMark.COMPOSITE
    assert said_by(tmp_path / "out") == [(f"{{{IPTC}}}DigitalSourceType", CV + AiMark.COMPOSITE)]
    assert b"jumb" not in (tmp_path / "out").read_bytes()


@pytest.mark.parametrize(
    ("manifests", "mark"),
    [
        ([manifest("urn:one", actions(CV + "digitalCapture"))], ""),
        ([manifest("urn:one", actions(""))], ""),
        ([], ""),
        # The last one is in force; the others are of what it was made from.
        ([manifest("urn:one", actions(CV + AiMark.TRAINED)), manifest("urn:two", actions(CV + "digitalCapture"))], ""),
        (
            [
                manifest("urn:one", actions(CV + AiMark.TRAINED)),
                manifest("urn:two", actions(""), ingredient("parentOf", "urn:one")),
            ],
            AiMark.TRAINED,
        ),
        (
            [
                manifest("urn:one", actions(CV + AiMark.TRAINED)),
                manifest("urn:two", actions(""), ingredient("componentOf", "urn:one")),
            ],
            "",
        ),
        ([manifest("urn:one", actions(""), ingredient("parentOf", "urn:one"))], ""),
    ],
)
def test_only_the_claim_in_force_counts(tmp_path: Path, manifests: list[bytes], mark: str):
    assert look_at(holding(tmp_path / "a.jpg", *manifests), "a.jpg").ai_mark == mark


def test_xmp_is_believed_before_a_manifest(tmp_path: Path):
    path = holding(tmp_path / "a.jpg", manifest("urn:one", actions(CV + AiMark.TRAINED)))
    data, packet = path.read_bytes(), b"http://ns.adobe.com/xap/1.0/\0" + xmp(CV + AiMark.ALGORITHMIC)
    segment = b"\xff\xe1" + struct.pack(">H", len(packet) + 2) + packet
    assert look_at(pictures.raw(path, data[:2] + segment + data[2:]), "a.jpg").ai_mark == AiMark.ALGORITHMIC
