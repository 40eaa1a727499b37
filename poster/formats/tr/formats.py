"""The weekday comes behind the date."""

from __future__ import annotations

TURNED = {
    "l j F": "j F l",
    "l j F Y, H:i": "j F Y l, H:i",
    "D j M": "j M D",
    "D j M Y, H:i T": "j M Y D, H:i T",
    "D j M Y, H:i:s T": "j M Y D, H:i:s T",
}
globals().update(TURNED)
