"""Pictures that decoders show, written a little differently: other programs were told that they refused them."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import cast

import pytest
from PIL import Image

from media.images import BadPicture, Recipe, look_at, make_rendition

MARKS = [bytes([0xFF, 0xD0 + number]) for number in range(8)]


def photo(mode: str = "RGB", **options: object) -> bytes:
    image = Image.effect_noise((640, 480), 60).convert("RGB")
    image.paste((200, 40, 40), (0, 0, 320, 480))
    out = io.BytesIO()
    image.convert(mode).save(out, "JPEG", quality=88, **options)
    return out.getvalue()


def taken(folder: Path, data: bytes) -> int:
    """The width that it was found to have. Raises BadPicture."""
    file = folder / "x.jpg"
    file.write_bytes(data)
    return look_at(file, "x.jpg").width


def inserted(data: bytes, more: bytes) -> bytes:
    """With `more` between the first segment and the second."""
    at = 4 + int.from_bytes(data[4:6])
    return data[:at] + more + data[at:]


def filled(data: bytes, filling: bytes) -> bytes:
    """Each restart interval filled up."""
    start = data.index(b"\xff\xda")
    scan = data[start:]
    for mark in MARKS:
        scan = scan.replace(mark, filling + mark)
    return data[:start] + scan


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("filling", [bytes(3), bytes(12), bytes(14), b"\x5a" * 12])
@pytest.mark.parametrize("options", [{}, {"subsampling": 0}])
def test_restart_intervals_may_be_filled_up(tmp_path: Path, mode: str, filling: bytes, options: dict[str, int]) -> None:
    """A family of cameras: immich-app/immich issues 8510, 10507."""
    assert taken(tmp_path, filled(photo(mode, restart_marker_blocks=20, **options), filling)) == 640


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("wiped", [100, 1000])
def test_one_that_is_filled_up_and_wiped_is_not_whole(tmp_path: Path, mode: str, wiped: int) -> None:
    data = bytearray(filled(photo(mode, restart_marker_blocks=20), bytes(12)))
    middle = len(data) // 2
    for at in range(middle, middle + wiped):
        data[at] = 0
    with pytest.raises(BadPicture):
        taken(tmp_path, bytes(data))


@pytest.mark.parametrize("stray", [b"\x12" * 7, bytes(16), b"\x33" * 200, b"\xff\x00\xff\x00"])
def test_a_few_stray_bytes_may_stand_between_segments(tmp_path: Path, stray: bytes) -> None:
    """python-pillow/Pillow pulls 1337, 1977."""
    assert taken(tmp_path, inserted(photo(), stray)) == 640


def test_many_zeros_between_segments_are_a_hole(tmp_path: Path) -> None:
    with pytest.raises(BadPicture):
        taken(tmp_path, inserted(photo(), bytes(40)))


def test_a_segment_of_an_application_may_lack_its_ff(tmp_path: Path) -> None:
    """jpeg-js/jpeg-js issue 82: a phone writes 00 E1."""
    body = b"Exif\0\0II*\0\x08" + bytes(9) + b"A" * 600
    assert taken(tmp_path, inserted(photo(), b"\0\xe1" + struct.pack(">H", len(body) + 2) + body)) == 640


ORIENTATION = struct.pack("<HHII", 0x0112, 3, 1, 1)
MAKE = struct.pack("<HHII", 0x010F, 2, 4, int.from_bytes(b"ACM\0", "little"))


def with_exif(tiff: bytes) -> bytes:
    data, body = photo(), b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]


def directory(*entries: bytes) -> bytes:
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)


@pytest.mark.parametrize(
    "tiff",
    [b"MM\0*\0\0\0\x08" + bytes(6), b"MM\0*\0\0\0\x08" + bytes(2066), directory(MAKE, ORIENTATION, bytes(12))],
    ids=["empty", "empty and filled up", "one entry of zeros"],
)
def test_exif_may_have_a_gap(tmp_path: Path, tiff: bytes) -> None:
    """exiftool's "Bad format (0) for IFD0 entry"; oozcitak/exiflibrary issue 79."""
    assert taken(tmp_path, with_exif(tiff)) == 640


@pytest.mark.parametrize("tiff", [directory(MAKE, bytes(12), bytes(12)), directory(bytes(12))])
def test_exif_without_its_entries_is_a_hole(tmp_path: Path, tiff: bytes) -> None:
    with pytest.raises(BadPicture):
        taken(tmp_path, with_exif(tiff))


def tiff_of(bits: int, photometric: int) -> bytes:
    """A grey picture: high numbers on the left, 0 on the right."""
    side, high = 200, {8: 230, 16: 60_000}[bits]
    row = struct.pack(f"<{side}{'H' if bits == 16 else 'B'}", *[high] * (side // 2), *[0] * (side // 2))
    raw = row * side
    size = [(256, 3, side), (257, 3, side), (258, 3, bits), (259, 3, 1), (262, 3, photometric)]
    place = [(273, 4, 8), (277, 3, 1), (278, 3, side), (279, 4, len(raw))]
    entries = b"".join(
        struct.pack("<HHI", tag, kind, 1) + (struct.pack("<HH", value, 0) if kind == 3 else struct.pack("<I", value))
        for tag, kind, value in size + place
    )
    ifd = struct.pack("<H", len(size + place)) + entries + bytes(4)
    return b"II*\0" + struct.pack("<I", 8 + len(raw)) + raw + ifd


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("photometric", [0, 1])
def test_a_tiff_in_which_white_is_zero_does_not_become_a_negative(tmp_path: Path, bits: int, photometric: int) -> None:
    """TIFF 6.0: PhotometricInterpretation 0. darktable-org/darktable pull 18815."""
    file, out = tmp_path / "x.tif", tmp_path / "out.jpg"
    file.write_bytes(tiff_of(bits, photometric))
    make_rendition(file, out, Recipe(max_width=200, max_height=200), name="x.tif")
    with Image.open(out) as made:
        left, right = (cast(int, made.convert("L").getpixel((x, 100))) for x in (30, 170))
    assert (left > 200, right < 50) == ((True, True) if photometric == 1 else (False, False))
