"""What goes into the work on pictures and what comes out of it."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

from poster.reasons import Reason
from poster.work.children import ChildRefused

# Cameras of "60 megapixels" make 60.2 to 61.2 million.
MAX_PIXELS = 64_000_000
MIN_SIDE = 16
# Which part of an upright picture is shown: left, top, right, bottom, in ten-thousandths of its sides.
Crop = tuple[int, int, int, int]
WHOLE = 10_000
NAME_SHOWN = 60


class Fault(StrEnum):
    """What is wrong with a picture, where something follows from it."""

    DAMAGED = "damaged"  # part of it is missing: the rest may be on its way
    TOO_LARGE = "too_large"


class Doubt(StrEnum):
    """Why a person should look at a picture before it goes out, although it was read."""

    HOLE = "hole"  # what is black in it may have been lost: its format cannot tell
    HDR = "hdr"  # brighter than a screen is: how it is brought down is a matter of taste
    COARSE = "coarse"  # its dark shades are finer than we can read them


class BadPicture(ChildRefused):
    """This file cannot be published as a picture. `reason` names it, says what is wrong and what to do.

    `may_pass` is true when the fault may have been the machine's (too slow, out of memory) and not the
    picture's, so that another attempt makes sense. `fault`: one of Fault, or "".
    """

    def __init__(self, reason: Reason, *, fault: str = "", may_pass: bool = False) -> None:
        super().__init__(reason, code=fault)
        self.fault = fault
        self.may_pass = may_pass


@dataclass(frozen=True, slots=True)
class Picture:
    """What a look at a picture tells. Width and height in pixels, as it stands upright.

    `taken_on` and `place` (latitude, longitude in degrees) come from EXIF and are None when it does not say,
    or says nonsense. `impression` is 12 colours, 4 across and 3 down, as 72 hex digits. `fingerprint` is a
    64-bit difference hash as 16 hex digits: near-duplicates differ in few bits. `ai_mark`: what the file says about
    having been made with AI (an AiMark), `doubt`: why a person should look (a Doubt); each may be empty.
    """

    format: str
    mime: str
    width: int
    height: int
    bytes: int
    animated: bool
    has_alpha: bool
    taken_on: dt.date | None
    place: tuple[float, float] | None
    impression: str
    fingerprint: str
    ai_mark: str = ""
    doubt: str = ""


# Raised when the same file and recipe come out as other bytes than before: what was made until then is made anew.
RENDERER = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a rendition has to be. Ratios are width / height, sizes are in pixels.

    `fit` says how a picture outside the ratios gets inside: by space beside it ("pad") or by cutting
    ("crop"). It is made smaller to fit `max_width` and `max_height`, and larger only to reach `min_width`.
    `background` ("#rrggbb") stands behind transparency and in padded space; left empty, transparency becomes
    white and padded space continues the picture: its edge colour where that is even, else a soft blur of it.
    `crop`: the part that a person chose, cut out before all of this; None: the whole picture.
    """

    max_width: int
    max_height: int
    min_ratio: float = 0.01
    max_ratio: float = 100.0
    fit: Literal["pad", "crop"] = "pad"
    min_width: int = 1
    max_bytes: int | None = None
    format: Literal["JPEG", "PNG"] = "JPEG"
    background: str = ""
    crop: Crop | None = None

    def __post_init__(self) -> None:
        if self.crop is not None:  # out of JSON it comes as a list
            left, top, right, bottom = self.crop
            object.__setattr__(self, "crop", (left, top, right, bottom))

    @property
    def told(self) -> dict[str, Any]:
        """As JSON. Without a crop nothing speaks of one: the recipe is as it was before there were any."""
        fields = asdict(self)
        crop = fields.pop("crop")
        return fields | ({"crop": list(crop)} if crop else {})


@dataclass(frozen=True, slots=True)
class Rendition:
    """A picture made to a recipe. `changed` tells people what was done to it besides scaling, or is empty.

    `ai_mark` is what it says about having been made with AI. `impression` and `fingerprint` are of what it shows.
    """

    width: int
    height: int
    bytes: int
    sha256: str
    mime: str
    changed: str
    ai_mark: str = ""
    impression: str = ""
    fingerprint: str = ""


def called(name: str) -> str:
    """A file's name as it may stand in a sentence: printable, on one line, not too long."""
    visible = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in name)
    words = " ".join(visible.split())
    short = words if len(words) <= NAME_SHOWN else f"{words[: NAME_SHOWN - 11]}…{words[-10:]}"
    return short or "The picture"
