"""Trying a prompt on a few pictures of a folder, before there is a watch: what is wanted, and what came of it.

Words are written by a higher app, which answers these two questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from accounts.models import Channel
from poster.manifests import the
from poster.permissions import Caller
from watches.picking import Where
from watches.sources import Found

BEGIN = "watches.try_out"  # (Wanted, by) -> the try's id; raises NotPossible
SEEN = "watches.tried"  # (owner's id, the try's id) -> [Tried]
PICTURES = 3  # of one try


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose words are to be tried, and on which pictures. `prompt` and `language` "": as usual.

    `made_with_ai`: the source would label them so.
    """

    where: Where
    files: Sequence[Found]
    channels: Sequence[Channel]
    captioner: str
    model: str = ""
    prompt: str = ""
    language: str = ""
    made_with_ai: bool = False


@dataclass(frozen=True, slots=True)
class Fitting:
    """The words as one channel gets them. `over`: they do not fit there all the same."""

    platform: str
    name: str
    text: str
    used: int
    most: int
    unit: str
    over: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """One picture, and its words once they are there. `reason`: why there are none; `cost` in US dollars, if known."""

    where: Where
    found: Found
    over: bool
    text: str = ""
    alt_text: str = ""
    model: str = ""
    cost: Decimal | None = None
    seconds: float = 0.0
    reason: str = ""
    doubts: str = ""
    fits: Sequence[Fitting] = ()


def begin(wanted: Wanted, *, by: Caller) -> UUID:
    """Words for these pictures are asked for. Raises NotPossible."""
    batch: UUID = the(BEGIN)(wanted, by=by)
    return batch


def seen(owner_id: UUID, batch: UUID) -> Sequence[Tried]:
    """What came of it by now; nothing for a try of somebody else, or one that is over for long."""
    tried: Sequence[Tried] = the(SEEN)(owner_id, batch)
    return tried
