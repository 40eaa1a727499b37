"""Why a person should look at a caption before it goes out: a code, and what was found. For good: codes are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from poster.reasons import Because, Quoted, Reason, Unknown
from writing.reasons import doubts

LONGEST_FOUND = 80  # characters of what was found that are told


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

REASONS: dict[Doubt, type[doubts.Doubtful]] = {
    Doubt.DESCRIBER: doubts.ByDescriber,
    Doubt.NO_ALT_TEXT: doubts.NoAltText,
    Doubt.NAME_ONLY: doubts.NameOnly,
    Doubt.PLAIN_TEXT: doubts.PlainText,
    Doubt.DRAFT: doubts.MaybeDraft,
    Doubt.TOO_LONG: doubts.TooLong,
    Doubt.BEYOND: doubts.FarLonger,
    Doubt.BREAKS_OFF: doubts.BreaksOff,
    Doubt.REPEATED: doubts.Repeated,
    Doubt.LANGUAGE: doubts.OtherLanguage,
    Doubt.CHATTER: doubts.Chatter,
    Doubt.ALTERNATIVES: doubts.Alternatives,
    Doubt.REFUSAL: doubts.SpeaksOfItself,
    Doubt.PLACEHOLDER: doubts.ToBeFilledIn,
    Doubt.MARKUP: doubts.Marks,
    Doubt.LINK: doubts.ForeignLink,
    Doubt.MENTION: doubts.ForeignMention,
    Doubt.NUMBER: doubts.ForeignNumber,
    Doubt.HASHTAG: doubts.ForeignHashtag,
}


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


def reasons(stored: Iterable[Mapping[str, Any]]) -> list[Reason]:
    """Why somebody should look; unknown codes ask too."""
    return [_reason(row) for row in list(stored)]


def _reason(row: Mapping[str, Any]) -> Reason:
    code = row.get("code", "")
    if code not in set(Doubt):
        return Unknown(given_code=f"writing.doubt_{code}")
    return REASONS[Doubt(code)](found=Quoted(str(row.get("found") or "")))


def sentences(stored: Iterable[Mapping[str, Any]]) -> str:
    """For people: what was found, and what they are asked to do; "" when there is nothing. Unknown codes ask too."""
    told = tuple(Because(each) for each in reasons(stored))
    return str(doubts.Doubted(doubts=told)) if told else ""
