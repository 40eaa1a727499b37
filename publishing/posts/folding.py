"""What followers see of words: up to the fold, and what can be pressed. `static/poster/folding.js` does the same.

No letter, flag or family of emoji is ever cut in two; what is seen and what is folded away are together the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex
from django.utils.translation import gettext

from publishing.platforms import Fold, Shown, Sign
from publishing.posts.fitting import HASHTAG, MENTION

LINES = {"\n", "\r\n", "\r"}

# One class of spaces, spelled out in both languages: `\s`, `isspace` and `trim` mean another one each.
_SPACES = regex.compile(r"\p{White_Space}+")
_LAST_SPACES = regex.compile(r"\p{White_Space}+\Z")
_CLUSTER = regex.compile(r"\X")
_WIDE = regex.compile(r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]")
_LINK = regex.compile(
    r"(?:https?://|www\.)[^\p{White_Space}<>\"]*[^\p{White_Space}<>\".,;:!?)\]}'\u2019\u201d\u2026]",
    regex.IGNORECASE,
)
_SIGNS = {Sign.LINK: _LINK, Sign.HASHTAG: HASHTAG, Sign.MENTION: MENTION}


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row. `sign`: what they are; "" for plain text."""

    text: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """`seen` at once, and the `rest` behind the fold; nothing where all of it is seen."""

    seen: list[Piece]
    rest: list[Piece]


def folded(text: str, shown: Shown, *, topic: bool = False) -> Folded:
    """As followers see it. `topic`: one was chosen, so that no hashtag becomes one."""
    seen = fold(text, shown.fold)[0] if shown.fold else text
    whole = list(pieces(text, shown, topic=topic))
    return Folded(*_parted(whole, len(seen)))


def fold(text: str, at: Fold) -> tuple[str, str]:
    """What is seen, and what is folded away."""
    cells = _CLUSTER.findall(text)
    starts = _rows(cells, at.columns, at.lines + 1)
    if len(starts) <= at.lines or all(map(_is_space, cells[starts[at.lines] :])):
        return text, ""
    room = at.columns - len(gettext(str(at.word))) - 2  # the dots and a space
    end = _fitting(cells, starts[at.lines - 1], starts[at.lines], room)
    seen = _LAST_SPACES.sub("", "".join(cells[:end]))
    return seen, text[len(seen) :]


def _rows(cells: Sequence[str], columns: int, most: int) -> list[int]:
    """Where rows begin, at most so many: broken between words, and inside one that is wider than a row."""
    starts, used, word = [0], 0, 0
    for at, cell in enumerate(cells):
        if len(starts) == most:
            break
        if cell in LINES:
            starts.append(at + 1)
            used, word = 0, at + 1
        elif _is_space(cell):  # at the end of a row it hangs over
            used, word = used + 1, at + 1
        elif used + _width(cell) > columns and at > starts[-1]:
            word = word if word > starts[-1] else at
            starts.append(word)
            used = sum(map(_width, cells[word : at + 1]))
        else:
            used += _width(cell)
    return starts


def _fitting(cells: Sequence[str], begin: int, end: int, room: int) -> int:
    """Where the last row is cut, so that there is room for the word behind it: after a word, if it has one."""
    used = 0
    for at in range(begin, end):
        used += _width(cells[at])
        if used > room and not _is_space(cells[at]):
            gaps = (place for place in range(at, begin, -1) if _is_space(cells[place - 1]))
            return next(gaps, at)
    return end


def _is_space(cell: str) -> bool:
    return _SPACES.fullmatch(cell) is not None


def _width(cell: str) -> int:
    return 2 if _WIDE.search(cell) else 1


def pieces(text: str, shown: Shown, *, topic: bool = False) -> Iterator[Piece]:
    """The text in a row of pieces, by what can be pressed there."""
    done = 0
    for begin, end, sign in sorted(_found(text, shown, topic=topic)):
        if begin < done:  # inside another one: a hashtag in an address
            continue
        if text[done:begin]:
            yield Piece(text[done:begin])
        yield Piece(text[begin:end], sign)
        done = end
    if text[done:]:
        yield Piece(text[done:])


def _found(text: str, shown: Shown, *, topic: bool) -> Iterator[tuple[int, int, str]]:
    for sign, most in shown.pressed.items():
        if sign is Sign.HASHTAG and topic:
            continue
        found = [each.span() for each in _SIGNS[sign].finditer(text)]
        if sign is Sign.HASHTAG and not shown.numbers:
            found = [(begin, end) for begin, end in found if not text[begin + 1 : end].isdecimal()]
        for begin, end in found[:most]:
            yield begin, end, sign.value


def _parted(whole: Sequence[Piece], at: int) -> tuple[list[Piece], list[Piece]]:
    """Before and behind this place; a piece that lies across it is parted."""
    seen: list[Piece] = []
    rest: list[Piece] = []
    begin = 0
    for piece in whole:
        here = min(max(at - begin, 0), len(piece.text))
        seen += [Piece(piece.text[:here], piece.sign)] if here else []
        rest += [Piece(piece.text[here:], piece.sign)] if piece.text[here:] else []
        begin += len(piece.text)
    return seen, rest
