"""What a captioner answered, checked and tidied before anything may show it. Pure.

An answer is data. It may refuse, repeat our own instructions, or carry out what somebody wrote into a picture or a file
name. Nothing that a reader would miss is ever taken away: an answer in the form of our schema keeps every word, of one
that came as plain text a first line goes that does nothing but announce the caption. What is useless is refused; what
is doubtful stays as it is and waits for a person, with the reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

from poster.reasons import Reason
from writing import doubts
from writing.cutting import cut
from writing.holds import Doubt, Hold
from writing.outcomes import Outcome
from writing.output_checks import hashtags as tagging
from writing.output_checks.allowed_words import permitted
from writing.output_checks.chatter import without_lines_about_it
from writing.output_checks.markup import unmarked
from writing.output_checks.refusals import is_refusal
from writing.reasons import words as reasons

SLIGHTLY = 1.25  # times the limit that a person may still shorten; what is longer did not follow the brief
ALT_TEXT_LIMIT = 1000  # characters: the smallest of the platforms' limits for a description
TAG_LIMIT = 50
MARKS_IN_A_ROW = 4  # combining marks on one letter: no script needs more, "Zalgo" has hundreds


class Unfit(ValueError):
    """An answer that cannot be used. `reason` repeats no secret."""

    def __init__(self, outcome: Outcome, reason: Reason) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Draft:
    """What was answered, with an alt text for each picture. `plain`: as plain text, not in the form of our schema."""

    text: str
    alt_texts: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an answer may be. Lengths in characters.

    `said`: the owner's own words, links and all; `told`: our instructions; `name`: the words of the file's name;
    `known`: what the picture itself tells (place, month), in no stranger's words.
    """

    hard_limit: int
    max_hashtags: int
    sweet_spot: int = 0
    said: str = ""
    told: str = ""
    secrets: tuple[str, ...] = ()
    language: str = ""
    name: str = ""
    known: str = ""
    pictures: int = 1


@dataclass(frozen=True, slots=True)
class Tidied:
    """Fit to be shown, with as many alt texts as there are pictures; "" where there is none.

    `holds`: why a person should look at it before it goes out.
    """

    text: str
    alt_texts: tuple[str, ...]
    hashtags: tuple[str, ...]
    holds: tuple[Hold, ...]


def tidy(draft: Draft, bounds: Bounds) -> Tidied:
    """The draft, cleaned, with whatever is doubtful about it; `Unfit` with the reason when it is useless."""
    text = clean(unmarked(clean(draft.text)))
    if draft.plain:
        text = unquoted(without_lines_about_it(text))
    alt_texts = tuple(_plain_alt_text(clean(each)) for each in draft.alt_texts)
    inline = tagging.in_text(text)
    hashtags = normal_tags(draft.hashtags, most=bounds.max_hashtags - len(inline), besides=inline)
    _refuse_useless(text, " ".join([*alt_texts, *hashtags]), bounds)
    holds = [Hold(Doubt.PLAIN_TEXT)] if draft.plain else []
    for part in (draft.text, *draft.alt_texts, *draft.hashtags):  # as it came: cleaning takes half of such signs away
        holds.extend(doubts.doubts_about_letters(part, bounds.said))
    allowed = permitted(bounds.said)
    for tag in draft.hashtags:  # as they came: what is no word is left out below, and yet somebody wanted it
        holds.extend(doubts.doubts_about(f"#{tag.lstrip('#')}", allowed))
    holds.extend(doubts.doubts_about_speaking(" ".join(hashtags), bounds.said))  # a sentence in hashtags
    told = _one_each(alt_texts, bounds.pictures)
    holds.extend(_doubts(Draft(text, told, hashtags), bounds, allowed))
    return Tidied(text, tuple(cut(each, ALT_TEXT_LIMIT) for each in told), hashtags, _once(holds))


def _one_each(alt_texts: tuple[str, ...], pictures: int) -> tuple[str, ...]:
    """None at all where there are more or fewer than pictures: nobody can tell which is about which."""
    return alt_texts if len(alt_texts) == pictures else ("",) * pictures


def _refuse_useless(text: str, beside: str, bounds: Bounds) -> None:
    if not any(character.isalnum() for character in re.sub(r"#\w+", "", text)):
        raise Unfit(Outcome.EMPTY, reasons.NoWordsCame())
    if is_refusal(text):
        raise Unfit(Outcome.REFUSED, reasons.Declined())
    if text.startswith(("{", "[{")):
        raise Unfit(Outcome.MALFORMED, reasons.OnlyData())
    if found := doubts.uselessness(f"{text}\n{beside}", bounds.said, bounds.told, bounds.secrets):
        raise Unfit(Outcome.UNSAFE, reasons.Unsafe(holds=found))
    if len(text) > bounds.hard_limit * SLIGHTLY:
        raise Unfit(Outcome.TOO_LONG, reasons.FarTooLong(length=len(text), most=bounds.hard_limit))


def _doubts(draft: Draft, bounds: Bounds, allowed: str) -> Iterator[Hold]:
    text, alt_texts = draft.text, draft.alt_texts
    for part in (text, *alt_texts):
        yield from doubts.doubts_about(part, allowed, bounds.language)
        yield from doubts.doubts_about_speaking(part, bounds.said)
    yield from doubts.doubts_about_form(text, bounds.said, bounds.language, bounds.sweet_spot)
    seen = "\n".join([text, *alt_texts, bounds.known])  # not the file's name: in a shared folder strangers write it
    yield from doubts.doubts_about_hashtags(text, draft.hashtags, seen, allowed, bounds.language)
    if len(text) > bounds.hard_limit or any(len(each) > ALT_TEXT_LIMIT for each in alt_texts):
        yield Hold(Doubt.TOO_LONG)
    if not all(alt_texts):
        yield Hold(Doubt.NO_ALT_TEXT)
    if _is_name(text, bounds.name):
        yield Hold(Doubt.NAME_ONLY)


def _once(holds: Iterable[Hold]) -> tuple[Hold, ...]:
    """The first of each kind."""
    return tuple({hold.code: hold for hold in reversed(list(holds))}.values())[::-1]


def _is_name(text: str, name: str) -> bool:
    words = re.findall(r"\w+", text.casefold())
    return bool(_FILE_NAME.fullmatch(text)) or (bool(name) and words == re.findall(r"\w+", name.casefold()))


_JOINERS = "\u200c\u200d\ufe0e\ufe0f"  # within words of some scripts, and within emoji
_HIDDEN = regex.compile(rf"(?V1)[[\p{{Cc}}\p{{Cf}}\p{{Cs}}\p{{Co}}\p{{Default_Ignorable_Code_Point}}]--[\n{_JOINERS}]]")
# The flags of England, Scotland, Wales and Texas are a black flag with letters that are invisible elsewhere.
_REGION = regex.compile("(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)")


def clean(text: str) -> str:
    """Normalised (NFC), one kind of line break, nothing invisible that could hide or turn text around."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text).replace("\t", " ").replace("\xa0", " ")
    text = "".join(part if _REGION.fullmatch(part) else _HIDDEN.sub("", part) for part in _REGION.split(text))
    text = _without_towers(unicodedata.normalize("NFC", text))
    text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _without_towers(text: str) -> str:
    kept, height = [], 0
    for character in text:
        height = height + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if height <= MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


_QUOTES = (
    ('"', '"'),
    ("\u201c", "\u201d"),
    ("\u201e", "\u201c"),
    ("\u00ab", "\u00bb"),
    ("'", "'"),
)
_NO_TAG = re.compile(r"@|\w[.:/]+\w|[<>]")
_FILE_NAME = re.compile(r"\S*[/\\]\S+|\S+\.(?:jpe?g|png|heic|heif|webp|gif|avif|tiff?)", re.I)


def unquoted(text: str) -> str:
    """Without the one pair of quotation marks that stands around everything."""
    for opening, closing in _QUOTES:
        inner = text[len(opening) : -len(closing)]
        if text.startswith(opening) and text.endswith(closing) and inner.strip() and opening not in inner:
            return inner.strip() if closing not in inner else text
    return text


def normal_tags(tags: Iterable[str], *, most: int, besides: Iterable[str] = ()) -> tuple[str, ...]:
    """Words only, without the sign, each once (whatever its case), at most `most`; no links squeezed into words.

    `besides`: those that stand in the text already.
    """
    there = {tag.casefold() for tag in besides}
    found: dict[str, str] = {}
    for tag in tags:
        for part in re.split(r"#", clean(tag)):
            if _NO_TAG.search(part):
                continue
            word = "".join(c for c in unicodedata.normalize("NFKC", part) if c.isalnum() or c == "_" or _is_mark(c))
            if any(c.isalpha() for c in word) and len(word) <= TAG_LIMIT:
                found.setdefault(word.casefold(), word)
    return tuple(word for folded, word in found.items() if folded not in there)[: max(most, 0)]


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc"}


def _plain_alt_text(text: str) -> str:
    """One paragraph; nothing at all when it is a file's name or path."""
    line = unquoted(unmarked(text)).replace("\n", " ")
    return "" if _FILE_NAME.fullmatch(line) or not re.search(r"\w", line) else line
