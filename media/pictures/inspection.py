"""A first look at a file: is it a sound picture, and what is it like?"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from media.pictures import facts
from media.pictures.colours import flat, is_see_through, upright_srgb
from media.pictures.decoding import decode, open_picture
from media.pictures.file_types import MIMES
from media.pictures.impressions import fingerprint, impression
from media.pictures.metadata import told
from media.pictures.values import MAX_PIXELS, Picture

LOOK = 256
# Several frames in one file of these mean movement; in the others they are pages, sizes or depths.
MOVING = {"GIF", "PNG", "WEBP", "AVIF"}


def inspect(path: Path, *, name: str = "", max_pixels: int = MAX_PIXELS) -> Picture:
    """Decode the whole picture at `path` and tell what it is like; `name` is what people call it.

    Raises BadPicture. Runs in a child process: a bad file may take the process with it.
    """
    name = name or path.name
    with open_picture(path, name, max_pixels=max_pixels) as image:
        width, height = image.size
        image.draft(None, (LOOK, LOOK))  # JPEG decodes all of it all the same, into an eighth of the size
        decode(image, name)
        tells = told(image, path)
        if facts.orientation(image) >= 5:
            width, height = height, width
        small = upright_srgb(image, at_least=LOOK, profile=tells.profile)
        plain = flat(small)
        return Picture(
            format=image.format or "",
            mime=MIMES[image.format or ""],
            width=width,
            height=height,
            bytes=path.stat().st_size,
            animated=moves(image),
            has_alpha=is_see_through(small),
            taken_on=facts.taken_on(image),
            place=facts.place(image),
            impression=impression(plain),
            fingerprint=fingerprint(plain),
            ai_mark=tells.mark,
            doubt=tells.doubt,
        )


def moves(image: Image.Image) -> bool:
    """Is it an animation? Damage after the first frame does not matter: only that one is used."""
    try:
        return image.format in MOVING and bool(getattr(image, "is_animated", False))
    except facts.NONSENSE:
        return False
