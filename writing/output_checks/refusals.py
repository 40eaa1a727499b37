"""A model that declines, or speaks of itself, in the languages that people write captions in.

"I can't describe how good this smells" is a caption. So what a model says that it cannot do counts only when it is
helping, or looking at a picture; and "as an AI" only when "I" follows.
"""

from __future__ import annotations

import regex

from writing.output_checks.phrases import any_of, by_language

BEGINNING = 250  # characters in which a refusal as a whole begins
_APART = r"[^.!?\n。！？]{0,40}?"
_I = (
    r"(?:^|\W)(?:i|ich|je|j['’]|yo|io|eu|ik|ja|я|我|私|저는|أنا)\b|ich\b"
    r"|\b(?:puedo|posso|peux|riesco|consigo|mogę|могу)\b|ません|无法|없습니다|أستطيع|يمكنني|\w[ae]m(?:ıyorum|iyorum)?\b"
)
_NOT = (
    r"(?:\bnot\b|n't\b|\bunable|\bnicht\b|\bkeine?n?\b|\bpas\b|\bno\b|\bnon\b|\bnão\b|\bniet\b|\bnie\b|\bне\b|ません"
    r"|无法|不能|없|لا\s|m[ae]m\b|m[ıi]yorum\b)"
)
_DECLINES = regex.compile(
    "|".join(
        rf"(?:{each['not']}){_APART}(?:{each['alone']}|(?:{each['act']}){_APART}(?:{each['on']}))"
        for each in by_language("cannot").values()
    ),
    regex.I,
)
_OF_ITSELF = regex.compile(any_of("of_itself"), regex.I)
_APOLOGY = regex.compile(rf"^\W*{any_of('sorry')}[^.!?\n。]{{0,20}}[,.，。、!]?\s?[^.!?\n]{{0,40}}{_NOT}", regex.I)
_ME = regex.compile(_I, regex.I)
_TASK = regex.compile(any_of("task"), regex.I)
_ENDS = regex.compile(r"[.!?。！？\n]\s")


def is_refusal(text: str) -> bool:
    """Does the model decline, in place of a caption?"""
    beginning = text[:BEGINNING].strip()
    return any(not _ENDS.search(beginning[: match.start()]) for match in _refusals(beginning))


def refusal_inside(text: str) -> str:
    """What a model says of itself, or that it cannot, anywhere in `text`; "" when it does not."""
    return next((match[0].strip() for match in _refusals(text)), "")


def _refusals(text: str) -> list[regex.Match[str]]:
    plain = text.replace("\u2019", "'").strip()
    found = [match for pattern in (_DECLINES, _OF_ITSELF) if (match := pattern.search(plain))]
    apology = _APOLOGY.match(plain)
    is_about_us = apology and _ME.search(apology[0]) and _TASK.search(plain[:BEGINNING])
    return [apology, *found] if apology and is_about_us else found
