"""The picture as it will be published: upright, sRGB, in a form the platform takes. Of its metadata only one thing
stays: that AI made it, where its file says so.

The same file, recipe and library versions give the same bytes.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageColor, ImageFilter, ImageStat

from media.pictures import facts
from media.pictures.colours import flat, is_see_through, upright_srgb
from media.pictures.decoding import decode, open_picture
from media.pictures.encoding import Canvas
from media.pictures.file_types import MIMES
from media.pictures.geometry import Frame, frame
from media.pictures.impressions import fingerprint, impression
from media.pictures.inspection import moves
from media.pictures.marks import packet_with
from media.pictures.metadata import Told, told
from media.pictures.values import MAX_PIXELS, Recipe, Rendition

DRAFTS = (1, 2, 4, 8)  # what libjpeg can divide by while it decodes
# A third cheaper than Lanczos, and nobody sees a difference where a picture gets smaller (docs/decisions.md).
FILTER = Image.Resampling.BICUBIC
# An edge is one colour when most of it strays no further than this (of 255) from its median.
EVEN, MOSTLY = 12, 0.8
BLUR_AT = 24
DARKER = 0.1


def render(
    path: Path,
    wanted: Sequence[tuple[Path, Recipe]],
    *,
    name: str = "",
    max_pixels: int = MAX_PIXELS,
    is_whole: bool = False,
) -> list[Rendition]:
    """Write the picture at `path` as often as `wanted`: where to, and made to which recipe. What came of each.

    Decoded once for all that need it equally fine; each has the bytes that it would have alone. Raises BadPicture. Runs
    in a child process. A file appears only when it is whole. `is_whole`: that all of `path` is there has been asked
    already.
    """
    name = name or path.name
    made: dict[Path, Rendition] = {}
    for group in _equally_fine(path, wanted, name, max_pixels, is_whole=is_whole):
        with open_picture(path, name, max_pixels=max_pixels, is_whole=True) as image:
            enough = max(_enough_either_way(image.size, recipe) for _, recipe in group)
            made |= dict(_each(_taken_out(image, path, name, enough), group, name))
    return [made[out] for out, _ in wanted]


def rendered(path: Path, recipe: Recipe, *, name: str = "", max_pixels: int = MAX_PIXELS) -> bytes:
    """The picture at `path`, made to this recipe, without a mark. Raises BadPicture. Runs in a child process."""
    name = name or path.name
    with open_picture(path, name, max_pixels=max_pixels) as image:
        source = _taken_out(image, path, name, _enough_either_way(image.size, recipe))
    enough = _enough(source.size, recipe)
    picture = upright_srgb(source.image, at_least=enough, profile=source.tells.profile)
    canvas = _laid(flat(picture, recipe.background), source.size, frame(*source.size, recipe), recipe)
    return Canvas(canvas, b"").within(recipe, name)[0]


@dataclass(frozen=True, slots=True)
class _Source:
    """A decoded picture, the size that it has in its file, and what else the file tells."""

    image: Image.Image
    size: tuple[int, int]
    tells: Told
    is_moving: bool


def _equally_fine(
    path: Path, wanted: Sequence[tuple[Path, Recipe]], name: str, max_pixels: int, *, is_whole: bool
) -> list[list[tuple[Path, Recipe]]]:
    """Those that one decoding does for: a JPEG can be decoded to a half, a quarter, an eighth of its size."""
    with open_picture(path, name, max_pixels=max_pixels, is_whole=is_whole) as image:
        size, drafts = image.size, image.format in {"JPEG", "MPO"}
    groups: dict[int, list[tuple[Path, Recipe]]] = {}
    for out, recipe in wanted:
        finer = min(size) // _enough_either_way(size, recipe)
        scale = max(each for each in DRAFTS if each <= max(finer, 1)) if drafts else 1
        groups.setdefault(scale, []).append((out, recipe))
    return list(groups.values())


def _each(source: _Source, group: list[tuple[Path, Recipe]], name: str) -> Iterator[tuple[Path, Rendition]]:
    """What is equal for several is done once: colours, the canvas, and the bytes of it."""
    upright: dict[int, Image.Image] = {}
    laid: dict[Hashable, Canvas] = {}
    for out, recipe in group:
        enough = _enough(source.size, recipe)
        factor = max(1, min(source.image.size) // enough)
        if factor not in upright:
            upright[factor] = upright_srgb(source.image, at_least=enough, profile=source.tells.profile)
        picture, plan = upright[factor], frame(*source.size, recipe)
        if (plan, recipe.background) not in laid:
            canvas = _laid(flat(picture, recipe.background), source.size, plan, recipe)
            laid[plan, recipe.background] = Canvas(canvas, packet_with(source.tells.mark) if source.tells.mark else b"")
        data, size = laid[plan, recipe.background].within(recipe, name)
        _write(out, data)
        notes = [*_framed(plan), *_lost(picture, recipe, is_moving=source.is_moving)]
        yield out, _rendition(laid[plan, recipe.background], data, size, recipe, " ".join(notes), source.tells.mark)


def _rendition(
    canvas: Canvas, data: bytes, size: tuple[int, int], recipe: Recipe, changed: str, mark: str
) -> Rendition:
    return Rendition(
        *size,
        len(data),
        hashlib.sha256(data).hexdigest(),
        MIMES[recipe.format],
        changed,
        ai_mark=mark,
        impression=impression(canvas.small),
        fingerprint=fingerprint(canvas.small),
    )


def _taken_out(image: Image.Image, path: Path, name: str, enough: int) -> _Source:
    """The picture decoded, at least so fine on its shorter side."""
    size = image.size
    image.draft(None, (enough, enough))
    decode(image, name)
    tells = told(image, path)
    size = size[::-1] if facts.orientation(image) >= 5 else size
    return _Source(image, size, tells, moves(image))


def _enough_either_way(size: tuple[int, int], recipe: Recipe) -> int:
    """As `_enough`, before it is known which way is up: that may be told only after the pixels."""
    return max(_enough(size, recipe), _enough(size[::-1], recipe))


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
    if plan.part != (0, 0, *size):
        picture, box = _cut(picture, plan, (across, down), box)
    part = picture.resize(plan.spot[2:], FILTER, box=box)
    part.info = {}  # comments, profiles and EXIF would be written along
    if not plan.is_padded:
        return part
    canvas = _backdrop(part, plan, recipe.background)
    canvas.paste(part, plan.spot[:2])
    return canvas


def _cut(
    picture: Image.Image, plan: Frame, fine: tuple[float, float], box: tuple[float, float, float, float]
) -> tuple[Image.Image, tuple[float, float, float, float]]:
    """The part that a person chose, alone: resizing looks over the edge of a box, and nothing of what they cut away is
    to show. `fine`: pixels of `picture` for one of full size, across and down. Also the box, counted from the part.
    """
    left, top = (math.ceil(edge * by - 1e-6) for edge, by in zip(plan.part[:2], fine, strict=True))
    right, bottom = (math.floor(edge * by + 1e-6) for edge, by in zip(plan.part[2:], fine, strict=True))
    part = picture.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    near, far = (max(0.0, box[0] - left), max(0.0, box[1] - top)), (box[2] - left, box[3] - top)
    return part, (*near, min(part.width, far[0]), min(part.height, far[1]))


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


def _framed(plan: Frame) -> list[str]:
    """What the frame did, in sentences. What a person cut away themselves they know."""
    left, top, right, bottom = plan.crop
    wide, high = plan.part[2] - plan.part[0], plan.part[3] - plan.part[1]
    shown = (right - left) * (bottom - top) / (wide * high)
    sides = "left and right" if right - left < wide else "top and bottom"
    notes = []
    if shown < 1:
        notes.append(f"Cut at the {sides}: {max(1, round(100 - 100 * shown))}% of it does not show.")
    if plan.is_padded:
        sides = "left and right" if plan.spot[2] < plan.canvas[0] else "top and bottom"
        notes.append(f"Space was added at the {sides}.")
    if plan.spot[2] > right - left + 1:
        notes.append(f"Enlarged to {plan.canvas[0]} x {plan.canvas[1]} pixels.")
    return notes
