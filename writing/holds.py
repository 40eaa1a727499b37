"""Why a person should look at a caption before it goes out: a code, and what was found. For good: codes are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONGEST_FOUND = 80  # characters of what was found that are told
MOST_TOLD = 3


class Doubt(StrEnum):
    """What speaks against publishing a caption unseen. The value is what is stored."""

    DESCRIBER = "describer"
    NO_ALT_TEXT = "no_alt_text"
    NAME_ONLY = "name_only"
    PLAIN_TEXT = "plain_text"
    DRAFT = "draft"
    TOO_LONG = "too_long"
    BEYOND = "beyond"
    BREAKS_OFF = "breaks_off"
    REPEATED = "repeated"
    LANGUAGE = "language"
    CHATTER = "chatter"
    ALTERNATIVES = "alternatives"
    REFUSAL = "refusal"
    PLACEHOLDER = "placeholder"
    MARKUP = "markup"
    LINK = "link"
    MENTION = "mention"
    NUMBER = "number"
    HASHTAG = "hashtag"


# About how a caption came about, not about what it says: on practice accounts these may go out unseen.
HARMLESS = frozenset({Doubt.DESCRIBER, Doubt.NO_ALT_TEXT, Doubt.NAME_ONLY})

_SENTENCES = {
    Doubt.DESCRIBER: "The built-in describer wrote this.",
    Doubt.NO_ALT_TEXT: "The model gave no description for people who cannot see the picture.",
    Doubt.NAME_ONLY: "The caption says no more than the file's name.",
    Doubt.PLAIN_TEXT: "The model did not answer in the form that we asked for, so this may be more than the caption.",
    Doubt.DRAFT: "The model went on after this answer, so it may be only a draft of the caption.",
    Doubt.TOO_LONG: "It is too long for one of your channels. Shorten it, or its end is left out there.",
    Doubt.BEYOND: "The caption is far longer than what was asked for.",
    Doubt.BREAKS_OFF: "The caption seems to break off in the middle{found}.",
    Doubt.REPEATED: "The caption says the same again and again{found}.",
    Doubt.LANGUAGE: "The caption does not seem to be in the language that its source asks for.",
    Doubt.CHATTER: "The model seems to speak about the caption in place of writing it{found}.",
    Doubt.ALTERNATIVES: "The model seems to offer several captions to choose from{found}.",
    Doubt.REFUSAL: "The model seems to speak of itself, or to decline{found}.",
    Doubt.PLACEHOLDER: "Something in the caption was left to be filled in{found}.",
    Doubt.MARKUP: "The caption has marks in it that are no words{found}.",
    Doubt.LINK: "The caption has an address that your prompt does not have{found}.",
    Doubt.MENTION: "The caption names an account that your prompt does not name{found}.",
    Doubt.NUMBER: "The caption has what could be a phone or account number, and your prompt does not have it{found}.",
    Doubt.HASHTAG: "A hashtag fits neither the picture nor your prompt{found}.",
}
_ASK = "Look at it before it goes out in your name."


@dataclass(frozen=True, slots=True)
class Hold:
    """One doubt. `found`: the words that raised it, if there are any; never a secret."""

    code: Doubt
    found: str = ""

    def stored(self) -> dict[str, str]:
        """As JSON."""
        return {"code": self.code.value, "found": " ".join(self.found.split())[:LONGEST_FOUND]}


def codes(stored: Iterable[Mapping[str, Any]]) -> set[str]:
    """The codes of stored holds."""
    return {str(each.get("code", "")) for each in stored}


def serious(stored: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of stored holds that count on practice accounts as well."""
    return [each for each in stored if each.get("code") not in HARMLESS]


def sentences(stored: Iterable[Mapping[str, Any]]) -> str:
    """For people: what was found, and what they are asked to do; "" when there is nothing. Unknown codes ask too."""
    rows = list(stored)
    known = [row for row in rows if row.get("code") in _SENTENCES]
    told = [_sentence(row) for row in known[:MOST_TOLD]]
    return " ".join([*told, _ASK]) if rows else ""


def _sentence(row: Mapping[str, Any]) -> str:
    found = str(row.get("found") or "")
    return _SENTENCES[Doubt(row["code"])].format(found=f" ({found})" if found else "")
