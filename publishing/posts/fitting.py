"""Making words fit a platform: counting as it counts, and what gives way when there is too much.

Hashtags give way before words, words before letters; no letter, flag or family of emoji is ever cut in two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

import regex
from django.utils.translation import gettext as _

from poster.reasons import Reason
from publishing.platforms import Limits
from publishing.reasons.posts import UNITS, TextTooLong, TooManyHashtags, TooManyMentions

MORE = "…"
ENOUGH = 0.5  # a cut at the end of a sentence must leave this much of the room used, else we cut at a word

_CLUSTER = regex.compile(r"\X")
_IN_WORDS = r"\p{L}\p{M}\p{N}\p{Pc}"  # spelled out, as static/poster/folding.js finds them by the same
HASHTAG = regex.compile(rf"(?<![{_IN_WORDS}@#&/])#[\p{{L}}\p{{N}}_][{_IN_WORDS}]*")
MENTION = regex.compile(rf"(?<![{_IN_WORDS}@#])@[{_IN_WORDS}][{_IN_WORDS}.]*")
_SPACE = regex.compile(r"(\s+)")
_NOT_IN_TAGS = regex.compile(r"\W|^\p{M}+")
_SENTENCE_END = regex.compile(r"[.!?…]+[\p{Pf}\p{Pe}\"']*(?=\s)|[\u3002\uff01\uff1f]+\p{Pe}*|\n(?=\s*\n)")
_WORD_END = regex.compile(r"\S(?=\s)")


def length(text: str, limits: Limits) -> int:
    """How long the platform says this is."""
    return len(text.encode("utf-8", "replace")) if limits.count == "utf8" else len(text)


def count_hashtags(text: str) -> int:
    """How many hashtags a platform finds in it."""
    return len(HASHTAG.findall(text))


def count_mentions(text: str) -> int:
    """How many accounts a platform finds mentioned in it."""
    return len(MENTION.findall(text))


def too_long(text: str, limits: Limits) -> Reason | None:
    """What is too much in this text; None when it fits."""
    over = length(text, limits) - limits.text
    if over > 0:
        return TextTooLong(over=over, most=limits.text, unit=UNITS[limits.count])
    if (tags := count_hashtags(text)) > limits.hashtags:
        return TooManyHashtags(found=tags, most=limits.hashtags)
    if (mentions := count_mentions(text)) > limits.mentions:
        return TooManyMentions(found=mentions, most=limits.mentions)
    return None


def advice(text: str, limits: Limits) -> str:
    """What may go out and is of no use there, as a sentence; "" when there is nothing to say."""
    tags = count_hashtags(text)
    if tags <= limits.useful_hashtags:
        return ""
    if limits.useful_hashtags == 1:
        return _("The text has %(tags)d hashtags. Only the first becomes the topic here.") % {"tags": tags}
    told = _("The text has %(tags)d hashtags. Only %(useful)d count here, so the others may be dropped.")
    return told % {"tags": tags, "useful": limits.useful_hashtags}


def fit(text: str, hashtags: Sequence[str], limits: Limits) -> str:
    """The text with the hashtags under it, within the limits; what does not fit is left out.

    Hashtags that the text ends with count as hashtags, not as words. Those inside it beyond the limit lose their
    sign, and so do mentions. A text that fits and has all hashtags stays as it is; fitting twice changes nothing.
    """
    text, tags = text.strip(), _as_tags(hashtags)
    if not _beside(text, tags) and not too_long(text, limits):
        return text
    words, gap, own = _apart(text)
    words = _without_signs(words, MENTION, limits.mentions)
    words = _without_signs(words, HASHTAG, limits.hashtags)
    words = _cut(words, limits)
    return _tagged(words, gap, _beside(words, [*own, *tags]), limits)


def keeps_words(text: str, limits: Limits) -> bool:
    """Whether fitting leaves every word and sign as it is, and only hashtags at the end give way."""
    words, _, _ = _apart(text.strip())
    return fit(text, (), limits).startswith(words)


def _clusters(text: str) -> list[str]:
    return _CLUSTER.findall(text)


def _as_tags(hashtags: Iterable[str]) -> list[str]:
    """`sun set`, `#sun-set` -> `#sunset`; nothing that is no hashtag."""
    cleaned = ("#" + _NOT_IN_TAGS.sub("", raw) for raw in hashtags)
    return [tag for tag in cleaned if HASHTAG.fullmatch(tag)]


def _beside(words: str, tags: Iterable[str]) -> list[str]:
    """The hashtags that the words do not hold already, each once."""
    held = {tag.casefold() for tag in HASHTAG.findall(words)}
    once: dict[str, str] = {}
    for tag in tags:
        once.setdefault(tag.casefold(), tag)
    return [tag for folded, tag in once.items() if folded not in held]


def _apart(text: str) -> tuple[str, str, list[str]]:
    """The words, the gap after them, and the hashtags that the text ends with."""
    pieces = _SPACE.split(text)  # word, gap, word, gap, ..., word
    end = len(pieces)
    while end > 0 and HASHTAG.fullmatch(pieces[end - 1]):
        end -= 2
    if end <= 0:
        return "", "", pieces[0::2]
    gap = "".join(pieces[end : end + 1])
    return "".join(pieces[:end]), " " if gap and "\n" not in gap else "\n\n", pieces[end + 1 :: 2]


def _without_signs(text: str, signed: regex.Pattern[str], most: int) -> str:
    """All but the first `most` hashtags or mentions become plain words."""
    surplus = list(signed.finditer(text))[most:]
    for found in reversed(surplus):
        text = text[: found.start()] + text[found.start() + 1 :]
    return text


def _cut(text: str, limits: Limits) -> str:
    """As much as there is room for, up to the end of a sentence, else of a word, else of a letter."""
    if length(text, limits) <= limits.text:
        return text
    room = _beginning(text, limits, limits.text - length(MORE, limits))
    sentence = _last_end(_SENTENCE_END, text, room)
    if sentence >= ENOUGH * len(room):
        return text[:sentence].rstrip()
    word = _last_end(_WORD_END, text, room)
    cut = text[:word] if word else room
    return f"{cut.rstrip()}{MORE}" if cut.strip() else ""


def _beginning(text: str, limits: Limits, most: int) -> str:
    kept, used = 0, 0
    for cluster in _clusters(text):
        used += length(cluster, limits)
        if used > most:
            break
        kept += len(cluster)
    return text[:kept]


def _last_end(ends: regex.Pattern[str], text: str, room: str) -> int:
    """The last such end within `room`, the beginning of `text`, that cuts no letter in two; 0 when there is none."""
    whole = set(accumulate(map(len, _clusters(room))))
    found = (end.end() for end in ends.finditer(text, 0, len(room) + 1))
    return max((place for place in found if place in whole), default=0)


def _tagged(words: str, gap: str, tags: Sequence[str], limits: Limits) -> str:
    """The words get all the room they need; each hashtag goes in if there is still room for it."""
    room = limits.hashtags - len(HASHTAG.findall(words))
    kept: list[str] = []
    for tag in tags:
        if len(kept) >= room:
            break
        if length(_joined(words, gap, [*kept, tag]), limits) <= limits.text:
            kept.append(tag)
    return _joined(words, gap, kept)


def _joined(words: str, gap: str, tags: Sequence[str]) -> str:
    block = " ".join(tags)
    return f"{words}{gap}{block}" if words and block else words or block
