"""The colours can be read: WCAG AA, in light and in dark, computed from the tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "static/poster/tokens.css"
LEAST = 4.5
TONES = ("good", "live", "wait", "bad", "doubt", "quiet", "accent")
PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "sheet", "sunken", "raised", "hover")),
    *((tone, f"{tone}-soft") for tone in TONES),
    *((tone, "sheet") for tone in ("accent", "bad", "wait")),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-hover"),
    *((ink, f"{tone}-soft") for ink in ("ink-2", "ink-3") for tone in TONES),
]


def tokens() -> dict[str, tuple[str, str]]:
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", TOKENS.read_text())
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_stand_out_from_their_ground(ink, ground, theme) -> None:
    one, other = sorted((luminance(tokens()[ink][theme]), luminance(tokens()[ground][theme])), reverse=True)
    assert (one + 0.05) / (other + 0.05) >= LEAST
