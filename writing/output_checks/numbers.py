"""Numbers that somebody could call or pay to, however they are taken apart: by blanks, dots, words, lines or emoji.

Dates, hours, prices, amounts and sizes are taken out first, where they stand as such; what is left of digits that
follow each other closely is put together, and a row that is as long as a phone number is told.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import regex

from writing.output_checks.dictated import dictated
from writing.output_checks.visible import visible

LEAST = 7  # digits; fewer call nobody
LEAST_WITH_PREFIX = 6  # when they begin with + or 0
LEAST_WITH_WORDS = 9  # when words stand between them
LEAST_OWN = 4  # of a number in the prompt that is looked for as a whole

_UNITS = (
    "h|hrs?|uhr|am|pm|a\\.m|p\\.m|min|sec|sek|s|g|gr|kg|mg|lbs?|oz|t|ml|cl|dl|l|cm|mm|m|km|mi|ft|in|qm|m2|m3|km/h|mph"
    "|kcal|cal|kj|w|kw|kwh|v|gb|mb|px|mp|°c|°f|°|%|‰|days?|tage?n?|días?|jours?|giorni|gün|years?|jahren?|años?|ans"
    "|anni|yıl|people|guests|gäste|personen"
)
_MONEY = (
    "[€$£¥₺₹₽₴₩฿]|eur|euros?|usd|dollars?|gbp|pounds?|chf|franken|tl|try|lira|pln|zł|sek"
    "|nok|dkk|kr|czk|kč|huf|ft|ron|lei"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:18|19|20)\d\d"
_TIME = r"(?:[01]?\d|2[0-4])(?:[:.]|\s?h\s?)[0-5]\d(?:[:.][0-5]\d)?|(?:[01]?\d|2[0-4])\s?h"
_DATE = (
    rf"{_DAY}[./-]{_MONTH}[./-](?:{_YEAR}|\d\d)|{_DAY}\.\s{_MONTH}\.\s{_YEAR}|{_YEAR}[./-]{_MONTH}[./-]{_DAY}|{_DAY}\s{_MONTH}\s{_YEAR}"
    rf"|{_DAY}[./]{_MONTH}\.?"
)
_SIDE = r"[1-9]\d{0,3}"
_TO = r"\s?[-\u2010-\u2015~/]\s?"
_AMOUNT = r"(?!0\d)(?:\d{1,3}(?:[.,'\u2019 ]\d{3}){1,2}|\d{1,6})(?:[.,]\d{1,2})?"
# Not inside a longer row: "01.23" of "01.23.45.67.89" is no hour.
_FREE = r"(?<!\d)(?<!\d[.,:/\-])(?:{})(?!\d)(?![.,:/\-]\d)"
_HARMLESS = tuple(
    regex.compile(_FREE.format(pattern), regex.I)
    for pattern in (
        rf"(?:{_MONEY})\s?{_AMOUNT}|{_AMOUNT}\s?(?:{_MONEY})(?!\p{{L}})",
        rf"(?:{_DATE})(?:{_TO}(?:{_DATE}))?",
        rf"(?:{_TIME})(?:{_TO}(?:{_TIME}))?(?!\p{{L}})",
        rf"{_YEAR}{_TO}(?:{_YEAR}|\d\d)",
        rf"(?!0\d)\d{{1,6}}(?:[.,]\d{{1,3}})?(?:{_TO}\d{{1,6}})?\s?(?:{_UNITS})(?!\p{{L}})",
        rf"(?<!\d\s?[x×]\s?){_SIDE}\s?[x×]\s?{_SIDE}(?!\s?[x×]\s?\d)",
        rf"(?<!\d\s?[x×]\s?){_SIDE}(?:\s?[x×]\s?{_SIDE}){{2}}\s?(?:cm|mm|m|in)(?!\p{{L}})",
        r"(?!0\d)\d{1,4}[.,]\d\d",
        r"[1-9]\d{0,2}(?:[., '\u2019]\d{3})*[., '\u2019]?000",
    )
)
_GAP = r"[^\p{L}\p{N}]{0,4}"
_WORD = r"(?:\p{L}[\p{L}\p{M}'\u2019]{0,11})"
_ROW = regex.compile(rf"(?P<sign>\+|\(\s?\+)?\s?\(?\d(?:{_GAP}\d)*")
_ROW_WITH_WORDS = regex.compile(rf"\+?\d+(?:[^\p{{L}}\p{{N}}]{{0,3}}(?:{_WORD}[^\p{{L}}\p{{N}}]{{0,3}}){{0,2}}\d+)+")
_LONE_YEAR = regex.compile(rf"(?<!\d){_YEAR}(?!\d)")
_LIST = regex.compile(r"(?<!\d)(?<!\d[.,:/\-] ?)[1-9]\d(?:(?:, |/)[1-9]\d){2,}(?!\d)(?![.,:/\-] ?\d)")  # sizes, days
_VANITY = regex.compile(r"\b1?[- ]?(?:0?800|888|877|866|855|0?900)(?:[- ][A-Z][A-Z-]{4,}|\p{L}{5,})")
# Digits with a unit behind each: `5 km 5 km 1 km ...` measures nothing.
_SAME_UNIT = regex.compile(r"(?<!\S)\d{1,2}\s?(?P<unit>[^\s\d]{1,4})(?:\s+\d{1,2}\s?(?P=unit)){4,}(?!\S)")
_ACCOUNT = regex.compile(r"\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{4}){3,7}(?:[ .-]?[A-Z0-9]{1,3})?\b")
# Letters that pass for digits, in a word that has a digit: `O171 l23`.
_LOOKALIKE = regex.compile(r"(?<![\p{L}\p{N}])(?=\p{L}*\d)(?=\d*\p{L})[\doOlI|zZsSbB]{3,}(?![\p{L}\p{N}])")
_DIGIT_OF = str.maketrans("oOlIzZsSbB", "0011225588")
_MIXED = regex.compile(rf"(?<![\p{{L}}\p{{N}}#])(?=(?:\p{{L}}*\d){{{LEAST}}})(?=\d*\p{{L}})[\p{{L}}\d]+")
# By itself, as short codes are: no amount, year or hour (those are taken out before), no round number; of four digits
# only where no word follows that they could count.
_CODE = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}\p{{Sc}}])(?<!\d[.,:/\-])(?!{_YEAR}(?!\d))(?:\d{{5,6}}(?<!00)|\d{{3}}[1-9](?!\s?\p{{L}}))"
    r"(?![\p{L}\p{N}])(?![.,:/\-]\d)"
)
_OWN = "\N{CURRENCY SIGN}o"  # stands for a number of the owner's
_ROW_OF_THREE = rf"(?<!\d)\d(?:{_GAP}\d){{2,}}+"
_NEAR = r"[^\p{L}\p{N}\N{CURRENCY SIGN}.!?\n]{0,4}"
_BESIDE_OWN = regex.compile(rf"{_OWN}{_NEAR}(?P<row>{_ROW_OF_THREE})|(?P<row>{_ROW_OF_THREE}){_NEAR}{_OWN}")


def foreign_numbers(text: str, said: str) -> list[str]:
    """Rows of digits in `text` as long as a phone number that are not one of the owner's own in `said`."""
    plain = _without_own(_plain(text), said)
    found = dictated(plain) + [
        match[0] for pattern in (_ACCOUNT, _VANITY, _SAME_UNIT) for match in pattern.finditer(plain)
    ]
    left = plain
    for pattern in _HARMLESS:
        left = pattern.sub("\N{CURRENCY SIGN}a", left)
    left = _LIST.sub(lambda match: "\N{CURRENCY SIGN}a" if _is_rising(match[0]) else match[0], left)
    left = _LOOKALIKE.sub(lambda match: match[0].translate(_DIGIT_OF), left)
    found += [match["row"] for match in _BESIDE_OWN.finditer(left) if not _LONE_YEAR.fullmatch(match["row"])]
    found += [match[0] for match in _ROW.finditer(left) if _is_long(match)]
    found += [match[0] for match in _ROW_WITH_WORDS.finditer(left) if _is_long_with_words(match[0])]
    found += [match[0] for pattern in (_MIXED, _CODE) for match in pattern.finditer(left)]
    return list(dict.fromkeys(each.strip() for each in found))


def _plain(text: str) -> str:
    """Every script's digits as ours: `٠١٢`, `０１２`, keycaps."""
    plain = visible(text).replace("\u20e3", "")
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in plain)


def _without_own(plain: str, said: str) -> str:
    """Without the numbers that the owner's own prompt has, whole and in any spacing."""
    for row in _ROW.finditer(_plain(said)):
        own = r"[^\p{L}\p{N}]{0,4}".join(_digits(row[0]))
        if len(_digits(row[0])) >= LEAST_OWN:
            plain = regex.sub(rf"(?<!\d[ .-]?)(?<!\+\s?)\+?\(?{own}(?![ .-]?\d)", _OWN, plain)
    return plain


def _is_long(match: regex.Match[str]) -> bool:
    row = match[0]
    groups = regex.findall(r"\d+", row)
    if not any(len(group) >= 4 for group in groups if not _LONE_YEAR.fullmatch(group)):
        row = _LONE_YEAR.sub("", row)
    count = len(_digits(row))
    prefixed = bool(match["sign"]) or groups[0].startswith("0")
    return count >= (LEAST_WITH_PREFIX if prefixed else LEAST)


def _is_long_with_words(row: str) -> bool:
    """One word between all of them ("dash", "then"), or a prefix: a recipe has a different word behind each number."""
    groups = [group for group in regex.findall(r"\d+", row) if not _LONE_YEAR.fullmatch(group)]
    between = {" ".join(regex.findall(r"\p{L}+", gap)).casefold() for gap in regex.split(r"\d+", row)[1:-1]} - {""}
    prefixed = row.startswith("+") or any(len(group) > 1 and group.startswith("0") for group in groups)
    dictated = all(len(group) == 1 for group in groups)  # digit by digit
    least = LEAST if (prefixed or dictated) and len(between) == 1 else LEAST_WITH_WORDS
    return (prefixed or len(between) == 1) and sum(map(len, groups)) >= least


def _is_rising(row: str) -> bool:
    numbers = [int(number) for number in regex.findall(r"\d+", row)]
    return all(one < other for one, other in pairwise(numbers))


def _digits(row: str) -> str:
    return "".join(filter(str.isdigit, row))
