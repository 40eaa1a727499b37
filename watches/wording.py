"""What a captioner answered, checked and tidied before anything may show it. Pure.

An answer is data. It may be wrapped in chatter, run over the limit, refuse, repeat our own instructions, or
carry out what somebody wrote into a picture or a file name. Chatter is taken off; a little too long is
shortened at the end of a sentence; what could harm the owner (a link, a mention, a number to call, a key) is
never published unless his own prompt contains it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from watches import suspecting

SLIGHTLY = 1.25  # times the limit that may still be shortened; what is longer did not follow the brief
ALT_TEXT_LIMIT = 1000  # characters: the smallest of the platforms' limits for a description
TAG_LIMIT = 50
MARKS_IN_A_ROW = 4  # combining marks on one letter: no script needs more, "Zalgo" has hundreds


class Reason(StrEnum):
    """Why there are no words. The value is what is recorded."""

    REFUSED = "refused"
    EMPTY = "empty"
    CUT_OFF = "cut off"
    TOO_LONG = "too long"
    MALFORMED = "malformed"
    UNSAFE = "unsafe"


class Unfit(ValueError):
    """An answer that cannot be used. `sentence` is for people and repeats no secret."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Draft:
    """What was answered."""

    text: str
    alt_text: str = ""
    hashtags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an answer may be. `said`: the owner's own words, links and all; `told`: our instructions."""

    hard_limit: int
    max_hashtags: int
    said: str = ""
    told: str = ""
    secrets: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Tidied:
    """Fit to be shown. `doubtful`: a person should look at it before it goes out."""

    text: str
    alt_text: str
    hashtags: tuple[str, ...]
    doubtful: bool


def tidy(draft: Draft, bounds: Bounds) -> Tidied:
    """The draft, cleaned and within bounds; `Unfit` with the reason when that cannot be done."""
    text, tags = _without_trailing_tags(unwrapped(clean(draft.text)))
    alt_text = _plain_alt_text(clean(draft.alt_text))
    hashtags = normal_tags([*draft.hashtags, *tags], most=bounds.max_hashtags - len(_inline_tags(text)))
    _check(text, " ".join([alt_text, *hashtags]), bounds)
    short = shortened(text, bounds.hard_limit)
    doubtful = short != text or not alt_text or not suspecting.is_written_in(text, bounds.language)
    return Tidied(short, alt_text, hashtags, doubtful)


def _check(text: str, beside: str, bounds: Bounds) -> None:
    if not any(character.isalnum() for character in re.sub(r"#\w+", "", text)):
        raise Unfit(Reason.EMPTY, "There are no words in the answer. Try again, or write the caption yourself.")
    if suspecting.is_refusal(text):
        raise Unfit(
            Reason.REFUSED,
            "The model declined to describe this picture. Write the caption yourself or change the prompt.",
        )
    if text.startswith(("{", "[{")):
        raise Unfit(Reason.MALFORMED, "The model answered with data in place of a caption. Try again.")
    found = suspecting.first_suspicion(f"{text}\n{beside}", bounds.said, bounds.told, bounds.secrets)
    if found:
        raise Unfit(Reason.UNSAFE, f"The answer {found}. Look at it before you use it.")


def clean(text: str) -> str:
    """Normalised (NFC), one kind of line break, nothing invisible that could hide or turn text around."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text).replace("\t", " ").replace("\xa0", " ")
    text = "".join(character for character in text if character == "\n" or not _is_hidden(character))
    text = _without_towers(text)
    text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", text))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _is_hidden(character: str) -> bool:
    """Controls, bidi marks, zero-width spaces, surrogates, private use. Joiners stay: emoji need them."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"} and character not in "\u200c\u200d"


def _without_towers(text: str) -> str:
    kept, height = [], 0
    for character in text:
        height = height + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if height <= MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


_FENCE = re.compile(r"^```[\w-]*\n?(.*?)\n?```$", re.S)
_CHATTER = re.compile(
    r"""
    ^ (?: (?: sure | certainly | of[ ]course | absolutely | ok | okay | great | gladly )
          [^\n:]{0,40} [!,.:] \s* )?
      (?: here (?: 's | \u2019s | [ ]is | [ ]are ) | this[ ]is | below[ ]is )\b [^\n:]{0,80} : \s*
    | ^ (?: sure | certainly | of[ ]course | absolutely ) [!.,] \s+
    | ^ [*_]* (?: instagram[ ] | facebook[ ] | social[ ]media[ ] )?
      (?: caption | post | text | bildunterschrift | l\u00e9gende | leyenda ) [*_]* \s* : [*_]* \s*
    """,
    re.I | re.X,
)
_QUOTES = (
    ('"', '"'),
    ("\u201c", "\u201d"),
    ("\u201e", "\u201c"),
    ("\u00ab", "\u00bb"),
    ("'", "'"),
    ("**", "**"),
    ("`", "`"),
)
_SENTENCE_END = re.compile(r"[.!?\u2026\u3002\uff01\uff1f]+[\"'\u201d\u00bb)]*(?=\s)|\S(?=\n)")
_NO_TAG = re.compile(r"@|\w[.:/]+\w|[<>]")
_FILE_NAME = re.compile(r"\S*[/\\]\S+|\S+\.(?:jpe?g|png|heic|webp|gif|avif|tiff?)", re.I)


def unwrapped(text: str) -> str:
    """Without fences, quotes around everything, "Here is your caption:", Markdown's marks, HTML's tags."""
    before = None
    while text != before:
        before = text
        text = _FENCE.sub(r"\1", text).strip()
        text = _CHATTER.sub("", text).strip()
        text = _unquoted(text)
    text = re.sub(r"\*\*(\S[^*\n]*)\*\*", r"\1", text)
    text = re.sub(r"(?m)^#{1,6}\s+", "", text)
    return re.sub(r"</?(?:b|i|em|strong|p|br|span|div|u)\s*/?>", "", text, flags=re.I).strip()


def _unquoted(text: str) -> str:
    for opening, closing in _QUOTES:
        inner = text[len(opening) : -len(closing)]
        if text.startswith(opening) and text.endswith(closing) and inner.strip() and opening not in inner:
            return inner.strip() if closing not in inner else text
    return text


def shortened(text: str, limit: int) -> str:
    """`text` within `limit`, cut after a sentence; `Unfit` when it is far over or has no such place."""
    if len(text) <= limit:
        return text
    if len(text) <= limit * SLIGHTLY:
        ends = [match.end() for match in _SENTENCE_END.finditer(text)]
        fitting = [end for end in ends if limit / 2 <= end <= limit]
        if fitting:
            return text[: fitting[-1]].rstrip()
    raise Unfit(
        Reason.TOO_LONG,
        f"The caption has {len(text)} characters; the shortest of your channels takes {limit}. Ask again.",
    )


def cut(text: str, limit: int) -> str:
    """`text` within `limit`, cut between words where there are any, never inside a visible character."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 0 and not _is_boundary(text, end):
        end -= 1
    at_word = text.rfind(" ", 0, end)
    return f"{text[: at_word if at_word > limit / 2 else end].rstrip()}\u2026"


def _is_boundary(text: str, at: int) -> bool:
    """May `text` be cut before position `at`? A simple form of Unicode's grapheme rules (UAX 29)."""
    before, after = text[at - 1], text[at]
    joined = unicodedata.category(after) in {"Mn", "Mc", "Me"} or "\u200d" in (before, after)
    toned = "\U0001f3fb" <= after <= "\U0001f3ff"
    flags = len(re.search(r"[\U0001f1e6-\U0001f1ff]*$", text[:at])[0])  # type: ignore[index] # matches always
    halved = flags % 2 == 1 and "\U0001f1e6" <= after <= "\U0001f1ff"
    return not (joined or toned or halved)


def normal_tags(tags: list[str], *, most: int) -> tuple[str, ...]:
    """Words only, without the sign, each once (whatever its case), at most `most`; no links squeezed into words."""
    found: dict[str, str] = {}
    for tag in tags:
        for part in re.split(r"#", clean(tag)):
            if _NO_TAG.search(part):
                continue
            word = "".join(c for c in unicodedata.normalize("NFKC", part) if c.isalnum() or c == "_" or _is_mark(c))
            if any(c.isalpha() for c in word) and len(word) <= TAG_LIMIT:
                found.setdefault(word.casefold(), word)
    return tuple(found.values())[: max(most, 0)]


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc"}


def _without_trailing_tags(text: str) -> tuple[str, list[str]]:
    """Split off the hashtags that end the text; those inside a sentence belong to it."""
    match = re.search(r"(?:(?:^|\s+)#\w*[.,]?)+$", text)
    if not match:
        return text, []
    return text[: match.start()].rstrip(), re.findall(r"#(\w+)", match[0])


def _inline_tags(text: str) -> list[str]:
    return re.findall(r"(?<!\w)#\w+", text)


def _plain_alt_text(text: str) -> str:
    """One paragraph within the limit; nothing at all when it is a file's name or path."""
    line = unwrapped(text).replace("\n", " ")
    if _FILE_NAME.fullmatch(line) or not re.search(r"\w", line):
        return ""
    return cut(line, ALT_TEXT_LIMIT)
