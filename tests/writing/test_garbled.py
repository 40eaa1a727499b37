"""Signs that only machines read never go out unseen. Most were published by others: their trackers are named."""

from __future__ import annotations

from typing import Any

import pytest

from writing.caption_cleanup import Bounds, Draft, Unfit, tidy
from writing.holds import Doubt
from writing.output_checks.garbled import garbled

BOUNDS = Bounds(hard_limit=500, max_hashtags=5, sweet_spot=200, said="Write a warm caption.", language="en")
GARBLED = [
    "Fresh sourdough, still warm.<|im_end|>",  # moltis 306, ollama 2673
    "Fresh sourdough, still warm.<|eot_id|>",
    "Fresh sourdough, still warm.<|endoftext|>",
    "Fresh sourdough, still warm.<|end|>",  # llama.cpp 6857
    "<|assistant|>Fresh sourdough, still warm.",
    "Fresh sourdough, still warm.<\uff5cend\u2581of\u2581sentence\uff5c>",
    "Fresh sourdough,<0x0A>still warm.",  # llama.cpp 4622, 5064
    "Fresh\u0120sourdough,\u0120still\u0120warm.",
    "Fresh\u2581sourdough,\u2581still\u2581warm.",
    "The caf\\\u00e9 opens at dawn and the bread is warm.",  # Rapid-MLX 394
    "\\\ube60\\\ub974\\\uac8c fresh sourdough, still warm.",
    "Fresh sourdough, still warm. \u30104\u2020source\u3011",
    "Fresh sourdough, still warm. citeturn0search3",
    "Fresh sourdough, still warm. \ue200cite\ue202turn0search3\ue201",
    "Fresh sourdough, still warm. ([1])",
]
SENT = (
    "The café opens.",
    "Warm bread à la maison.",
    "Fresh · warm",
    "Today 🥖 and ✨",
    "It’s “warm” — and soft…",
    "9 °C",
    "½ price",
    "São João",
    "Grüße",
)
NO_CAPTIONS = [
    "caption",
    "Your caption here",
    "A short caption for the picture.",
    "A warm, inviting caption for this photo",
    "Fresh sourdough, still warm. Alt text: four loaves on a shelf.",
    "Fresh sourdough, still warm.\n\nAlternativtext: Vier Laibe auf einem Brett.",
]
SOUND = [
    "\u0120img\u0127a t-tajba! Il-\u0121urnata hija sabi\u0127a.",  # Maltese has that letter
    "CAFÉ™ is open, and the »MENÜ« is new.",
    "Amanh\u00e3, \u201cAMANH\u00c3\u201d na padaria.",
    "Let's go \\o/ it is summer at last.",
    "\u3010\u65b0\u5546\u54c1\u3011\u713c\u304d\u305f\u3066\u306e\u30d1\u30f3\u3067\u3059\u3002",
    "Half of it is ours. A caption for the picture was all that we needed that day.",
    "Âme et pain frais, à la maison.",
    "Today at 9 °C – and “warm” inside…",
]


def codes(text: str, **more: Any) -> set[str]:
    try:
        return {hold.code for hold in tidy(Draft(text, ("Four round loaves on a shelf.",), **more), BOUNDS).holds}
    except Unfit:
        return {"unfit"}


@pytest.mark.parametrize("text", GARBLED)
def test_what_is_no_letter_waits_for_a_person(text: str) -> None:
    assert codes(text) & {Doubt.MARKUP, Doubt.PLACEHOLDER, "unfit"}


@pytest.mark.parametrize("codec", ["cp1252", "latin-1"])
@pytest.mark.parametrize("sent", SENT)
def test_letters_in_another_encoding_wait_for_a_person(sent: str, codec: str) -> None:
    wrong = bytes(sent, "utf-8").decode(codec, "replace")
    assert Doubt.MARKUP in codes(wrong)


@pytest.mark.parametrize("text", NO_CAPTIONS)
def test_what_was_to_be_filled_in_waits_for_a_person(text: str) -> None:
    assert codes(text) & {Doubt.PLACEHOLDER, Doubt.CHATTER, "unfit"}


@pytest.mark.parametrize("text", [*SOUND, *SENT])
def test_what_people_write_is_not_held_for_it(text: str) -> None:
    assert garbled(text) == ""
    assert not codes(text) & {Doubt.MARKUP, Doubt.PLACEHOLDER}
