"""A model that got stuck, ran on, or broke off. No list of words: only how the text is built."""

from __future__ import annotations

from collections import Counter

import regex

TIMES = 3  # a sentence that stands there so often is no refrain
SHORT = 3  # words; exclamations of fewer ("Yes!") may come
SHORT_TIMES = 6  # times
MANY_WORDS = 40  # from which it counts how many of them are different
FEW_DIFFERENT = 0.25
BEYOND = 3  # times what reads well, and more than ROOMY characters: that was not asked for
ROOMY = 700

_SENTENCES = regex.compile(r"[.!?…\n。！？]+")
_WORDS = regex.compile(r"[\p{L}\p{N}\p{M}'’]+")
_ROW = regex.compile(r"(?i)\b([\p{L}\p{M}'’]{2,}(?:\W+[\p{L}\p{M}'’]+){0,4})(?:\W+\1\b){3,}")
_STUCK = regex.compile(r"(\p{L})\1{14,}|([^\s.…\-_=*·•—–])\2{29,}")
# Words that no sentence ends with, in the six languages and three more.
_UNFINISHED = (
    "the a an of and or our your und oder ein eine einem im am zum zur beim unsere et ou du des au aux notre nos"
    " votre vos el y del al nuestra il di della nella nel sul dal e ed ve veya bir do dos das com van en onze i oraz"
)
_OPEN_END = regex.compile(
    rf"[,;(\[{{«„“&+/\u2010-\u2015-]\s*$|(?<![\p{{L}}\p{{N}}.@\#/'’-])(?:{_UNFINISHED.replace(' ', '|')})\s*$", regex.I
)


def repeated(text: str) -> str:
    """What is said again and again; "" when nothing is."""
    said = Counter(" ".join(_WORDS.findall(part)).casefold() for part in _SENTENCES.split(text))
    for sentence, times in said.most_common():
        if sentence and times >= (TIMES if len(sentence.split()) >= SHORT or len(sentence) >= 20 else SHORT_TIMES):
            return sentence
    if found := _ROW.search(text) or _STUCK.search(text):
        return found[0][:60]
    words = [word.casefold() for word in _WORDS.findall(text)]
    stuck = len(words) >= MANY_WORDS and len(set(words)) / len(words) < FEW_DIFFERENT
    return Counter(words).most_common(1)[0][0] if stuck else ""


def is_beyond(text: str, sweet_spot: int, said: str) -> bool:
    """Is `text` far longer than anybody asked for? `sweet_spot`: characters that read well, 0 for no wish.

    A number in the owner's prompt ("about 300 words") is taken for a wish, of words.
    """
    wishes = [int(number) for number in regex.findall(r"(?<!\d)\d{2,4}(?!\d)", said)]
    room = max(ROOMY, sweet_spot * BEYOND, max(wishes, default=0) * 8)
    return sweet_spot > 0 and len(text) > room


def breaks_off(text: str) -> str:
    """The end of a text that stops in the middle of a sentence; "" for one that is whole, tags and emoji aside."""
    words = regex.sub(r"(?:\s*#[\p{L}\p{N}_]+)+\s*$", "", text).rstrip()
    found = _OPEN_END.search(words)
    return words[-40:] if found else ""
