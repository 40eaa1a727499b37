"""Which part of a picture is shown, in the form of a post: one field that a script writes, or four numbers.

`crop_ASSET` is "left,top,right,bottom" in ten-thousandths of the upright picture's sides, "" for all of it. Without
scripts there are `crop_left_ASSET` and so on beside it, in percent, and what stands in them counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from media.images import WHOLE, is_part
from media.models import Asset
from publishing.admin.places import key_of

SIDES = {
    "left": pgettext_lazy("side of a picture", "Left"),
    "top": pgettext_lazy("side of a picture", "Top"),
    "right": pgettext_lazy("side of a picture", "Right"),
    "bottom": pgettext_lazy("side of a picture", "Bottom"),
}
EDGES = {"left": "0", "top": "0", "right": str(WHOLE), "bottom": str(WHOLE)}  # where nothing is typed beside a number
PERCENT = WHOLE // 100
NUMBER = re.compile(r"-?[0-9]{1,5}")
SHARE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Number:
    """One of the four fields. `value`: percent from the left or the top, or whatever was typed."""

    name: str
    label: StrOrPromise
    value: str


def typed(data: QueryDict) -> dict[UUID, str]:
    """By picture, as `crop_ASSET` has it."""
    told = {key: str(data[name]).strip() for name in data if (key := key_of(name, "crop_"))}
    return {key: _by_numbers(data, key) if f"crop_left_{key}" in data else text for key, text in told.items()}


def _by_numbers(data: QueryDict, key: UUID) -> str:
    sides = {side: data.get(f"crop_{side}_{key}", "").strip() for side in SIDES}
    return ",".join(_share(text) or EDGES[side] for side, text in sides.items()) if any(sides.values()) else ""


def _share(percent: str) -> str:
    """What cannot be read stays as it was typed, and is refused later."""
    return str(round(Decimal(percent) * PERCENT)) if SHARE.fullmatch(percent) else percent.replace(",", ".")


def kept(crop: Sequence[int] | None) -> str:
    """Of a draft."""
    return ",".join(map(str, crop)) if crop else ""


def read(text: str) -> list[int] | None:
    """None for all of the picture. What is no crop comes as no part of any picture: its row refuses it."""
    if not text:
        return None
    pieces = text.split(",")
    return [int(piece) for piece in pieces] if all(map(NUMBER.fullmatch, pieces)) else []


def numbers(key: UUID, text: str) -> list[Number]:
    """The four fields."""
    pieces = text.split(",") if text.count(",") == len(SIDES) - 1 else [""] * len(SIDES)
    return [
        Number(f"crop_{side}_{key}", label, _percent(piece))
        for (side, label), piece in zip(SIDES.items(), pieces, strict=True)
    ]


def _percent(piece: str) -> str:
    return f"{Decimal(piece) / PERCENT:f}" if NUMBER.fullmatch(piece) else piece


def valid(asset: Asset, text: str) -> list[int] | None:
    """Where it can be cropped so; else None, as what cannot be is not shown."""
    crop = read(text)
    return crop if crop and is_part(asset.width, asset.height, crop) else None
