"""Two hundred pictures as people have them, good and bad, every one with bytes of its own.

A good one shows the four quarters of `pictures.four_corners`; its name begins with "good", that of a bad one with
"bad". No two are the same picture, for computers or for people.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests import pictures
from tests.pictures import STORED, four_corners, saved

Made = Callable[[Path, int], Path]


def make(folder: Path, *, most: int) -> tuple[list[Path], list[Path]]:
    """`most` of each sort, written into `folder`. Returns the good ones and the bad ones."""
    folder.mkdir(exist_ok=True)
    made: dict[str, list[Path]] = {"good": [], "bad": []}
    for kind, table in (("good", GOOD), ("bad", BAD)):
        for name, count, maker in table:
            stem, dot, suffix = name.rpartition(".")
            for number in range(min(count, most)):
                path = folder / f"{kind} {stem} {number}{dot}{suffix}"
                made[kind].append(maker(path, len(made["good"]) + len(made["bad"])))
    return made["good"], made["bad"]


def _plain(path: Path, at: int) -> Path:
    return saved(path, four_corners(640 + 2 * at, 640, look=at + 1))


def _turned(orientation: int) -> Made:
    def make_it(path: Path, at: int) -> Path:
        picture = four_corners(600 + 2 * at, 700, look=at + 1)
        if orientation in STORED:
            picture = picture.transpose(STORED[orientation])
        exif = pictures.exif_of()
        exif[0x0112] = orientation
        return saved(path, picture, exif=exif)

    return make_it


def _told(path: Path, at: int) -> Path:
    return saved(path, four_corners(500 + 2 * at, 500, look=at + 1), exif=pictures.exif_of(), comment=b"taken by Erika")


def _seen_through(path: Path, at: int) -> Path:
    picture = four_corners(400 + 2 * at, 400, look=at + 1).convert("RGBA")
    picture.putalpha(250)
    return saved(path, picture)


def _palette(path: Path, at: int) -> Path:
    return saved(path, four_corners(300 + 2 * at, 400, look=at + 1).convert("P", palette=Image.Palette.ADAPTIVE))


def _moving(path: Path, at: int) -> Path:
    frames = [four_corners(330 + 2 * at, 330, look=at + 1), Image.new("RGB", (330 + 2 * at, 330), "black")]
    return saved(path, frames[0], save_all=True, append_images=frames[1:], duration=100)


def _four_inks(path: Path, at: int) -> Path:
    return saved(path, four_corners(500 + 2 * at, 500, look=at + 1).convert("CMYK"))


def _wide_colours(path: Path, at: int) -> Path:
    return saved(path, four_corners(500 + 2 * at, 480, look=at + 1), icc_profile=pictures.display_p3())


def _progressive(path: Path, at: int) -> Path:
    return saved(path, four_corners(500 + 2 * at, 460, look=at + 1), progressive=True)


def _deep(path: Path, at: int) -> Path:
    """16 bits a channel: darker to the right, as the quarters are not grey."""
    picture = Image.new("I;16", (400 + 2 * at, 400), 0xE000)
    picture.paste(0x3000, ((400 + 2 * at) // 2, 0, 400 + 2 * at, 400))
    return saved(path, picture)


def _sized(width: int, height: int) -> Made:
    return lambda path, at: saved(path, four_corners(width, height, look=at + 1))


def _huge(path: Path, at: int) -> Path:
    return saved(path, four_corners(9000, 6700, look=at + 1))


def _named_wrongly(true_format: str) -> Made:
    return lambda path, at: saved(path, four_corners(400 + 2 * at, 440, look=at + 1), format=true_format)


def _cut(path: Path, at: int) -> Path:
    return pictures.cut(saved(path, four_corners(640 + 2 * at, 640, look=at + 1)), 0.4)


def _bytes(content: bytes) -> Made:
    return lambda path, at: pictures.raw(path, content + str(at).encode())


GOOD: list[tuple[str, int, Made]] = [
    ("photo.jpg", 40, _plain),
    *[(f"turned {turn}.jpg", 3, _turned(turn)) for turn in range(1, 9)],
    *[(f"turned {turn}.webp", 1, _turned(turn)) for turn in range(1, 9)],
    *[(f"turned {turn}.png", 1, _turned(turn)) for turn in range(1, 9)],
    ("with a past.jpg", 10, _told),
    ("clear.png", 8, _seen_through),
    ("clear.webp", 4, _seen_through),
    ("palette.png", 4, _palette),
    ("palette.gif", 4, _palette),
    ("plain.webp", 8, _plain),
    ("plain.avif", 8, _plain),
    ("plain.png", 8, _plain),
    ("plain.tif", 3, _plain),
    ("plain.bmp", 2, _plain),
    ("moving.gif", 3, _moving),
    ("moving.webp", 2, _moving),
    ("four inks.jpg", 5, _four_inks),
    ("wide colours.jpg", 5, _wide_colours),
    ("progressive.jpg", 5, _progressive),
    ("deep.png", 3, _deep),
    ("deep.tif", 2, _deep),
    ("tiny.png", 1, _sized(16, 16)),
    ("tiny.jpg", 1, _sized(24, 20)),
    ("panorama.jpg", 1, _sized(4000, 500)),
    ("tower.jpg", 1, _sized(500, 4000)),
    ("huge.jpg", 1, _huge),
    ("huge.png", 1, _huge),
    ("really a png.jpg", 2, _named_wrongly("PNG")),
    ("really a jpeg.png", 2, _named_wrongly("JPEG")),
    ("without a suffix", 1, _named_wrongly("JPEG")),
]
BAD: list[tuple[str, int, Made]] = [
    ("one pixel.png", 1, _sized(1, 1)),
    ("two pixels.gif", 1, _sized(2, 1)),
    ("cut.jpg", 5, _cut),
    ("cut.png", 3, _cut),
    ("cut.webp", 2, _cut),
    ("text.jpg", 2, _bytes(b"These are words. ")),
    ("page.png", 1, _bytes(b"<!DOCTYPE html><title>404</title>")),
    ("archive.jpg", 1, _bytes(b"PK\x03\x04" + bytes(100))),
    ("drawing.svg", 1, _bytes(b'<svg xmlns="http://www.w3.org/2000/svg"/><!-- -->')),
    ("film.mp4", 1, _bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(100))),
    ("bomb.png", 1, lambda path, at: pictures.png_bomb(path, 60000, 60000)),
    ("bomb.gif", 1, lambda path, at: pictures.gif_bomb(path)),
    ("bomb.bmp", 1, lambda path, at: pictures.bmp_bomb(path)),
    ("bomb.webp", 1, lambda path, at: pictures.webp_bomb(path)),
    ("bomb.avif", 1, lambda path, at: pictures.avif_bomb(path)),
    ("bomb.heic", 1, lambda path, at: pictures.heic_bomb(path)),
    ("raw.dng.tif", 1, lambda path, at: pictures.camera_raw(path)),
]
