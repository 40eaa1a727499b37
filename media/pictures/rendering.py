"""The picture as it will be published: upright, sRGB, in a form the platform takes. Of its metadata only one thing
stays: that AI made it, where its file says so.

The same file, recipe and library versions give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageChops, ImageColor, ImageFilter, ImageStat, PngImagePlugin

from media.pictures import facts
from media.pictures.colours import flat, is_see_through, upright_srgb
from media.pictures.decoding import decode, open_picture
from media.pictures.file_types import MIMES
from media.pictures.geometry import Frame, frame
from media.pictures.impressions import fingerprint, impression
from media.pictures.inspection import LOOK, moves
from media.pictures.marks import packet_with
from media.pictures.metadata import Told, told
from media.pictures.values import MAX_PIXELS, BadPicture, Recipe, Rendition, called

QUALITIES = (90, 85, 80, 75, 70, 60, 50)
SHRINK = 0.8
# An edge is one colour when most of it strays no further than this (of 255) from its median.
EVEN, MOSTLY = 12, 0.8
BLUR_AT = 24
DARKER = 0.1


def render(
    path: Path,
    out: Path,
    recipe: Recipe,
    *,
    name: str = "",
    max_pixels: int = MAX_PIXELS,
    is_whole: bool = False,
) -> Rendition:
    """Write the picture at `path`, made to `recipe`, to `out`, and tell what came of it.

    Raises BadPicture. Runs in a child process. `out` appears only when it is whole. `is_whole`: that all of the file is
    there has been asked already.
    """
    name = name or path.name
    with open_picture(path, name, max_pixels=max_pixels, is_whole=is_whole) as image:
        picture, size, tells = _taken_out(image, path, name, recipe)
        is_moving = moves(image)
    plan = frame(*size, recipe)
    canvas = _laid(flat(picture, recipe.background), size, plan, recipe)
    data, made = _within(canvas, recipe, name, packet_with(tells.mark) if tells.mark else b"")
    _write(out, data)
    small = canvas.reduce(max(1, min(canvas.size) // LOOK))
    return Rendition(
        *made,
        len(data),
        hashlib.sha256(data).hexdigest(),
        MIMES[recipe.format],
        " ".join([*_framed(size, plan), *_lost(picture, recipe, is_moving=is_moving)]),
        ai_mark=tells.mark,
        impression=impression(small),
        fingerprint=fingerprint(small),
    )


def _taken_out(image: Image.Image, path: Path, name: str, recipe: Recipe) -> tuple[Image.Image, tuple[int, int], Told]:
    """The picture upright and in sRGB, the size that it has in the file, and what else the file tells."""
    size = image.size
    # Which way is up may be told only after the pixels; enough is what is enough for both.
    enough = max(_enough(size, recipe), _enough(size[::-1], recipe))
    image.draft(None, (enough, enough))
    decode(image, name)
    tells = told(image, path)
    size = size[::-1] if facts.orientation(image) >= 5 else size
    return upright_srgb(image, at_least=enough, profile=tells.profile), size, tells


def _enough(size: tuple[int, int], recipe: Recipe) -> int:
    """The length of the shorter side that is still twice as fine as what the recipe will show."""
    plan = frame(*size, recipe)
    left, top, right, bottom = plan.crop
    scale = max(plan.spot[2] / (right - left), plan.spot[3] / (bottom - top))
    return math.ceil(min(1.0, 2 * scale) * min(size))


def _laid(picture: Image.Image, size: tuple[int, int], plan: Frame, recipe: Recipe) -> Image.Image:
    """The picture on its canvas. `plan` counts in pixels of full size; `picture` may be smaller by now."""
    across, down = picture.width / size[0], picture.height / size[1]
    left, top, right, bottom = plan.crop
    box = (left * across, top * down, min(picture.width, right * across), min(picture.height, bottom * down))
    part = picture.resize(plan.spot[2:], Image.Resampling.LANCZOS, box=box)
    part.info = {}  # comments, profiles and EXIF would be written along
    if not plan.is_padded:
        return part
    canvas = _backdrop(part, plan, recipe.background)
    canvas.paste(part, plan.spot[:2])
    return canvas


def _backdrop(part: Image.Image, plan: Frame, background: str) -> Image.Image:
    """What shows beside the picture: the colour asked for, its own edge colour, or a soft blur of it."""
    if background:
        return Image.new("RGB", plan.canvas, ImageColor.getrgb(background)[:3])
    edges = _edges(part, plan)
    colour = tuple(ImageStat.Stat(edges).median)
    strays = ImageChops.difference(edges, Image.new("RGB", edges.size, colour)).convert("L")
    near = sum(strays.histogram()[: EVEN + 1]) / (edges.width * edges.height)
    return Image.new("RGB", plan.canvas, colour) if near >= MOSTLY else _blur(part, plan.canvas)


def _edges(part: Image.Image, plan: Frame) -> Image.Image:
    """The two edges of the picture that the space lies along, side by side."""
    wide, high = part.size
    depth = max(1, min(wide, high) // 100)
    if wide < plan.canvas[0]:
        first, last, beside = (0, 0, depth, high), (wide - depth, 0, wide, high), (depth, 0)
    else:
        first, last, beside = (0, 0, wide, depth), (0, high - depth, wide, high), (0, depth)
    edges = Image.new("RGB", (max(first[2], 2 * beside[0]), max(first[3], 2 * beside[1])))
    edges.paste(part.crop(first), (0, 0))
    edges.paste(part.crop(last), beside)
    return edges


def _blur(part: Image.Image, canvas: tuple[int, int]) -> Image.Image:
    """The picture blown up over the canvas, out of focus and a little darker, so that it stays behind."""
    short = min(canvas)
    small = (max(1, round(canvas[0] * BLUR_AT / short)), max(1, round(canvas[1] * BLUR_AT / short)))
    cover = frame(*part.size, _covering(small))
    soft = part.resize(small, Image.Resampling.BOX, box=cover.crop).filter(ImageFilter.GaussianBlur(2))
    large = soft.resize(canvas, Image.Resampling.BICUBIC)
    return Image.blend(large, Image.new("RGB", canvas), DARKER)


def _covering(size: tuple[int, int]) -> Recipe:
    ratio = size[0] / size[1]
    return Recipe(max_width=size[0], max_height=size[1], min_ratio=ratio, max_ratio=ratio, fit="crop")


def _within(canvas: Image.Image, recipe: Recipe, name: str, packet: bytes) -> tuple[bytes, tuple[int, int]]:
    """Encoded within the recipe's bytes: at lower quality first, then at smaller sizes."""
    for data, size in _attempts(canvas, recipe, packet):
        if recipe.max_bytes is None or len(data) <= recipe.max_bytes:
            return data, size
    raise BadPicture(
        f"{called(name)} cannot be made smaller than {recipe.max_bytes} bytes without losing what it shows. "
        "Save a smaller copy and drop that in."
    )


def _attempts(canvas: Image.Image, recipe: Recipe, packet: bytes) -> Iterator[tuple[bytes, tuple[int, int]]]:
    qualities = QUALITIES if recipe.format == "JPEG" else QUALITIES[:1]
    while min(canvas.size) >= 2 and canvas.width >= recipe.min_width:
        for quality in qualities:
            yield _encoded(canvas, recipe.format, quality, packet), canvas.size
        smaller = Recipe(
            max_width=max(1, int(canvas.width * SHRINK)),
            max_height=max(1, int(canvas.height * SHRINK)),
            min_ratio=recipe.min_ratio,
            max_ratio=recipe.max_ratio,
        )
        canvas = canvas.resize(frame(*canvas.size, smaller).canvas, Image.Resampling.LANCZOS)


def _encoded(canvas: Image.Image, form: str, quality: int, packet: bytes) -> bytes:
    """JPEG is baseline, not progressive: Instagram refuses progressive ones (error 9004, subcode 2207052).

    `packet`: XMP to write along, or nothing.
    """
    data = io.BytesIO()
    if form == "JPEG":
        subsampling = "4:4:4" if quality >= 85 else "4:2:0"
        beside = {"xmp": packet} if packet else {}
        canvas.save(data, "JPEG", quality=quality, optimize=True, subsampling=subsampling, **beside)
    else:
        remarks = PngImagePlugin.PngInfo()
        if packet:
            remarks.add_itxt("XML:com.adobe.xmp", packet.decode())
        canvas.save(data, "PNG", optimize=True, pnginfo=remarks)
    return data.getvalue()


def _write(out: Path, data: bytes) -> None:
    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # or a power cut leaves the name without the bytes
    part.replace(out)


def _lost(picture: Image.Image, recipe: Recipe, *, is_moving: bool) -> list[str]:
    """What the form we publish cannot hold, in sentences."""
    notes = []
    if is_see_through(picture):
        notes.append(f"Transparent parts became {recipe.background or 'white'}.")
    if is_moving:
        notes.append("Only its first frame is used.")
    return notes


def _framed(size: tuple[int, int], plan: Frame) -> list[str]:
    """What the frame did, in sentences."""
    left, top, right, bottom = plan.crop
    shown = (right - left) * (bottom - top) / (size[0] * size[1])
    sides = "left and right" if right - left < size[0] else "top and bottom"
    notes = []
    if shown < 1:
        notes.append(f"Cut at the {sides}: {max(1, round(100 - 100 * shown))}% of it does not show.")
    if plan.is_padded:
        sides = "left and right" if plan.spot[2] < plan.canvas[0] else "top and bottom"
        notes.append(f"Space was added at the {sides}.")
    if plan.spot[2] > right - left + 1:
        notes.append(f"Enlarged to {plan.canvas[0]} x {plan.canvas[1]} pixels.")
    return notes
