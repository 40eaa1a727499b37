"""Pictures, for the rest of the product. Each piece of work runs in a child process that ends with it, so
that no picture, however bad or large, costs us more than that child.

    look_at(path, name)                    -> Picture      is it sound, and what is it like?
    take_in(path, name, for_model=, ...)   -> TakenIn      the same, and the two small pictures of it, in one child
    make_renditions(path, wanted)          -> [Rendition]  as it will be published, in several forms at once
    make_rendition(path, out, recipe)      -> Rendition    the same for one
    make_thumbnail(path, out, size)        -> Rendition    for our own pages
    make_for_model(path, out)              -> Rendition    for a model that looks at it
    small_bytes(path, name)                -> bytes        for our own pages, and nothing is written
    impression_png(colours)                -> bytes        twelve colours, when the bytes are gone
    resembles(one, other)                  -> bool         the same picture, saved again?
    may_resemble(one, other)               -> bool         the cheap half of that, of two fingerprints
    part_of(width, height, crop)           -> box          what a crop shows, in whole pixels
    is_part(width, height, crop)           -> bool         may a picture of that size be cropped so?

Whatever is wrong with a file comes as BadPicture, with a reason that names it and says what to do. A file that
is not there at all is FileNotFoundError.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media import reasons
from media.pictures.geometry import is_part, part_of
from media.pictures.impressions import impression_png, may_resemble, resembles
from media.pictures.values import (
    MAX_PIXELS,
    MIN_SIDE,
    RENDERER,
    WHOLE,
    BadPicture,
    Crop,
    Fault,
    Picture,
    Recipe,
    Rendition,
    called,
)
from poster.work.children import ChildDied, ChildRefused, Death, run

__all__ = [
    "FOR_MODEL",
    "MIN_SIDE",
    "MODEL_SIDE",
    "RENDERER",
    "THUMBNAIL",
    "WHOLE",
    "BadPicture",
    "Crop",
    "Fault",
    "Limits",
    "Picture",
    "Recipe",
    "Rendition",
    "TakenIn",
    "impression_png",
    "is_part",
    "look_at",
    "make_for_model",
    "make_rendition",
    "make_renditions",
    "make_thumbnail",
    "may_resemble",
    "part_of",
    "resembles",
    "small_bytes",
    "take_in",
]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one picture may cost: pixels, seconds of wall time, megabytes of address space.

    Measured at 60 megapixels: JPEG 120 MB, progressive 445, HEIC 500, AVIF 570, 16-bit grey 675, WebP 965.
    """

    max_pixels: int = MAX_PIXELS
    seconds: float = 60
    memory_mb: int = 1280


LIMITS = Limits()
MODEL_SIDE = 1024  # pixels of the longer side: what vision models look at
THUMBNAIL_SIDE = 480
# What every picture is made to when it is taken in.
FOR_MODEL = Recipe(max_width=MODEL_SIDE, max_height=MODEL_SIDE)
THUMBNAIL = Recipe(max_width=THUMBNAIL_SIDE, max_height=THUMBNAIL_SIDE)
DEATHS: dict[Death, type[reasons.BadFile]] = {
    Death.TIME: reasons.TakesTooLong,
    Death.MEMORY: reasons.NeedsMemory,
    Death.CRASH: reasons.StopsOurReader,
    Death.ERROR: reasons.WentWrong,
    Death.KILLED: reasons.ShortOfMemory,
}


def look_at(path: Path, name: str, *, limits: Limits = LIMITS) -> Picture:
    """Decode the file at `path` completely and tell what it is like. Raises BadPicture."""
    return _picture(_ask("inspect", {"path": str(path)}, name, limits))


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A picture, and what was made of it with the same look: to FOR_MODEL, and to THUMBNAIL."""

    picture: Picture
    for_model: Rendition
    thumbnail: Rendition


def take_in(
    path: Path, name: str, *, for_model: Path, thumbnail: Path, clean: Path | None = None, limits: Limits = LIMITS
) -> TakenIn:
    """As `look_at`; and when it is sound, what `make_for_model` and `make_thumbnail` would write. Raises BadPicture.

    `clean`: where to write the same picture without what its file tells of places, cameras and people.
    """
    smaller = [
        {"out": str(out), "recipe": recipe.told} for out, recipe in ((for_model, FOR_MODEL), (thumbnail, THUMBNAIL))
    ]
    work = {"path": str(path), "smaller": smaller} | ({"clean": str(clean)} if clean else {})
    fields = _ask("take_in", work, name, limits)
    made = [Rendition(**each) for each in fields.pop("smaller")]
    return TakenIn(_picture(fields), *made)


def _picture(fields: dict[str, Any]) -> Picture:
    day, place = fields.pop("taken_on"), fields.pop("place")
    return Picture(**fields, taken_on=day and dt.date.fromisoformat(day), place=place and tuple(place))


def make_rendition(path: Path, out: Path, recipe: Recipe, *, name: str = "", limits: Limits = LIMITS) -> Rendition:
    """Write the picture at `path`, made to `recipe`, to `out`. Raises BadPicture; then no `out`."""
    [made] = make_renditions(path, [(out, recipe)], name=name, limits=limits)
    return made


def make_renditions(
    path: Path, wanted: Sequence[tuple[Path, Recipe]], *, name: str = "", limits: Limits = LIMITS
) -> list[Rendition]:
    """Write the picture at `path` to each place, made to the recipe beside it; decoded once. Raises BadPicture."""
    pieces = [{"out": str(out), "recipe": recipe.told} for out, recipe in wanted]
    answer = _ask("render", {"path": str(path), "wanted": pieces}, name or path.name, limits)
    return [Rendition(**each) for each in answer["renditions"]]


def make_thumbnail(path: Path, out: Path, size: int, *, name: str = "") -> Rendition:
    """A JPEG of at most `size` pixels on its longer side. Raises BadPicture."""
    return make_rendition(path, out, Recipe(max_width=size, max_height=size), name=name)


def small_bytes(path: Path, name: str, limits: Limits = LIMITS, recipe: Recipe = THUMBNAIL) -> bytes:
    """What the recipe makes of it, a JPEG, written nowhere. Raises BadPicture."""
    answer = _ask("small", {"path": str(path), "recipe": recipe.told}, name, limits)
    return base64.b64decode(answer["picture"])


def make_for_model(path: Path, out: Path, *, max_side: int = MODEL_SIDE, name: str = "") -> Rendition:
    """A JPEG as a vision model needs it: upright, sRGB, and nothing in it that tells who or where."""
    return make_rendition(path, out, Recipe(max_width=max_side, max_height=max_side), name=name)


def _ask(door: str, work: Mapping[str, Any], name: str, limits: Limits) -> dict[str, Any]:
    Path(work["path"]).stat()  # lost bytes are nobody's bad picture: FileNotFoundError
    payload = {**work, "name": name, "max_pixels": limits.max_pixels}
    try:
        return run(f"media.pictures.entrypoints:{door}", payload, timeout=limits.seconds, memory_mb=limits.memory_mb)
    except ChildRefused as refusal:
        raise BadPicture(refusal.reason, fault=refusal.code) from refusal
    except ChildDied as died:
        may_pass = died.death in {Death.TIME, Death.ERROR, Death.KILLED}
        raise BadPicture(DEATHS[died.death](name=called(name)), may_pass=may_pass) from died
