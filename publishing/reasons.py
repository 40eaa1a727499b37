"""Why a delivery or a post was stopped, where something hangs on it: a code, which is for ever, beside its sentence."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A code of `Delivery.reason` or `Post.reason`; "" where nothing hangs on why."""

    TAKEN_AWAY = "taken_away"  # its file: back again, it can go on


TAKEN_AWAY = "The file was taken away before it went out."
