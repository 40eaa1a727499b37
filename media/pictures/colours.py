"""Any picture that Pillow can hold, made upright and sRGB, with transparency laid on a background."""

from __future__ import annotations

import io
import math
from typing import cast

from PIL import Image, ImageCms, ImageColor, ImageOps
from PIL.TiffImagePlugin import TiffImageFile

from media.pictures.facts import orientation

WHITE = "#ffffff"
PHOTOMETRIC, WHITE_IS_ZERO = 262, 0
# How to turn the pixels for each EXIF orientation; 1 stays.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Modes that are another way to hold one of L, LA, RGB, RGBA.
SIMPLER = {"1": "L", "La": "LA", "RGBa": "RGBA", "RGBX": "RGB", "YCbCr": "RGB", "HSV": "RGB"}
WHOLE = {"L", "LA", "RGB", "RGBA", "CMYK", "LAB"}


def upright_srgb(image: Image.Image, *, at_least: int, profile: bytes | None) -> Image.Image:
    """A decoded picture as RGB or RGBA. `profile`: ICC, of the colours that it is in; None for sRGB.

    Made smaller by a whole factor first, as far as its shorter side stays `at_least` that many pixels:
    turning and colours then cost little memory.
    """
    turn = TURNS.get(orientation(image))
    picture = _simple(image)
    factor = min(picture.size) // max(1, at_least)
    if factor >= 2:
        picture = picture.reduce(factor)
    if turn is not None:
        picture = picture.transpose(turn)
    return _srgb(picture, profile)


def is_see_through(picture: Image.Image) -> bool:
    """Can anything be seen through it? An alpha channel alone does not mean that."""
    return picture.mode == "RGBA" and _extremes(picture.getchannel("A"))[0] < 255


def flat(picture: Image.Image, background: str = "") -> Image.Image:
    """An RGB picture as it is, an RGBA one laid on `background` ("#rrggbb", else white)."""
    if picture.mode == "RGB":
        return picture
    made = Image.new("RGB", picture.size, ImageColor.getrgb(background or WHITE)[:3])
    made.paste(picture, mask=picture.getchannel("A"))
    return made


def _simple(image: Image.Image) -> Image.Image:
    """The same picture as L, LA, RGB, RGBA, CMYK or LAB."""
    if image.mode in {"P", "PA"}:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode in {"L", "RGB"} and "transparency" in image.info:
        return image.convert("LA" if image.mode == "L" else "RGBA")
    if image.mode in SIMPLER:
        return image.convert(SIMPLER[image.mode])
    if image.mode in WHOLE:
        return image
    return ImageOps.invert(_eight_bit(image)) if _is_white_zero(image) else _eight_bit(image)


def _is_white_zero(image: Image.Image) -> bool:
    """A TIFF in which white is 0 (TIFF 6.0, PhotometricInterpretation): Pillow turns only those of 8 bits and less."""
    return isinstance(image, TiffImageFile) and image.tag_v2.get(PHOTOMETRIC) == WHITE_IS_ZERO


def _eight_bit(image: Image.Image) -> Image.Image:
    """16-bit grey scaled by 1/257; 32-bit numbers, which have no agreed white, from darkest to lightest."""
    wide = image.convert("F")
    low, high = (0.0, 65535.0) if image.mode.startswith("I;16") else _extremes(wide)
    if not math.isfinite(high - low) or high <= low:
        return Image.new("L", image.size)
    scale = 255 / (high - low)
    return wide.point(lambda value: value * scale + (0.5 - low * scale)).convert("L")


def _extremes(numbers: Image.Image) -> tuple[float, float]:
    low, high = cast(tuple[float, float], numbers.getextrema())
    return float(low), float(high)


def _srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as sRGB; alpha, which no profile describes, goes around the conversion."""
    if picture.mode not in {"LA", "RGBA"}:
        return _converted(picture, profile)
    alpha = picture.getchannel("A")
    colours = _converted(picture.convert("L" if picture.mode == "LA" else "RGB"), profile)
    colours.putalpha(alpha)
    return colours


def _converted(colours: Image.Image, profile: bytes | None) -> Image.Image:
    if colours.mode == "L" and profile and profile[16:20] == b"RGB ":
        colours = colours.convert("RGB")
    try:
        source = _source(colours, profile)
        converted = source and ImageCms.profileToProfile(
            colours,
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        converted = None  # a broken profile, or one for another kind of picture, is as good as none
    return converted or (colours if colours.mode == "RGB" else colours.convert("RGB"))


def _source(colours: Image.Image, profile: bytes | None) -> ImageCms.ImageCmsProfile | None:
    if profile:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")) if colours.mode == "LAB" else None
