"""Finding the answer in what a model said: after its thoughts, in whatever state the JSON is, never a draft of it.

Models that reason may put their thoughts before the answer, with drafts of it among them, and local servers do not take
them out. So the last object that has the fields of our schema is the answer. When another one was begun after it the
answer is cut off, and none is taken; when the model went on at length after it, it may be a draft, and a person looks.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import regex

from writing.caption_cleanup import Draft
from writing.holds import Doubt, Hold
from writing.outcomes import Outcome
from writing.output_checks.chatter import chatter

FIELDS = ("caption", "alttexts", "hashtags")
ALSO = {"alt": "alttexts", "alttext": "alttexts", "tags": "hashtags", "hashtag": "hashtags"}
MOST_TRIES = 1000  # braces that are tried, the last ones: an answer has few
MOST_CHARACTERS = 20_000  # of one object
FAREWELL = 40  # characters after the answer; an offer to change it may be longer
LONGEST_FAREWELL = 300

_CLOSED = regex.compile(
    r"<\s*(think(?:ing)?|reason(?:ing)?|thoughts?|reflection|analysis|scratchpad|seed:think)\b[^>]*>.*?</\s*\1\s*>"
    r"|\[THINK\].*?\[/THINK\]|◁think▷.*?◁/think▷|<\|begin_of_thought\|>.*?<\|end_of_thought\|>",
    regex.I | regex.S,
)
_CLOSING = regex.compile(
    r"</\s*(?:think(?:ing)?|reason(?:ing)?|thoughts?|reflection|analysis|scratchpad|seed:think)\s*>|\[/THINK\]|◁/think▷"
    r"|<\|end_of_thought\|>|<\|channel\|>\s*final\s*(?:<\|[^|]*\|>)*",
    regex.I,
)
_OPENING = regex.compile(
    r"<\s*(?:think(?:ing)?|reason(?:ing)?|thoughts?|reflection|analysis|scratchpad|seed:think)\b[^>]*>|\[THINK\]|◁think▷"
    r"|<\|begin_of_thought\|>|<\|channel\|>\s*(?:analysis|commentary)",
    regex.I,
)
_BEGUN = regex.compile(r"[{,]\s*[\"'“]?\s*(?:caption|alt[ _-]?texts?)\s*[\"'”]?\s*[:\uff1a]", regex.I)
_IN_STRING = regex.compile(r'"(?:[^"\\]|\\.)*"', regex.S)
_TRAILING = regex.compile(r",(\s*[}\]])")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found: a draft with doubts about it, or the reason why there is none."""

    draft: Draft | None
    outcome: Outcome = Outcome.MALFORMED
    holds: tuple[Hold, ...] = ()


def read(content: str, *, tolerant: bool = False) -> Reading:
    """The answer in `content`. `tolerant`: where no form is guaranteed, plain text will do."""
    said, open_ended = _without_thoughts(content)
    if open_ended:
        return Reading(None, Outcome.CUT_OFF)
    if not said:
        return Reading(None, Outcome.EMPTY)
    answers = list(_answers(said))
    if not answers:
        return _without_object(said, tolerant=tolerant)
    end, fields = answers[-1]
    if _BEGUN.search(said[end:]) or said.count("{", end) > said.count("}", end):
        return Reading(None, Outcome.CUT_OFF)
    return Reading(_draft(fields), holds=tuple(_doubts(said, answers)))


def _doubts(said: str, answers: list[tuple[int, dict[str, Any]]]) -> Iterator[Hold]:
    end, fields = answers[-1]
    after = said[end:].strip("`] \n")
    is_farewell = len(after) <= FAREWELL or (len(after) <= LONGEST_FAREWELL and bool(chatter(after)))
    if not is_farewell or after.endswith(":") or len(fields) < max(len(each) for _, each in answers):
        yield Hold(Doubt.DRAFT)
    if len(answers) > 1 and said.lstrip("` \njson").startswith("["):
        yield Hold(Doubt.ALTERNATIVES)


def _without_thoughts(content: str) -> tuple[str, bool]:
    """What was said aloud, and whether the thoughts never ended."""
    said = _CLOSED.sub(" ", content)
    closings = list(_CLOSING.finditer(said))
    said = said[closings[-1].end() :] if closings else said
    said = regex.sub(r"<\|[^|<>]{1,40}\|>", " ", said) if closings else said
    opening = _OPENING.search(said)
    # Words before an opening mark are the answer only when there is one.
    return (
        (said[: opening.start()].strip(), not _BEGUN.search(said[: opening.start()]))
        if opening
        else (said.strip(), False)
    )


def _without_object(said: str, *, tolerant: bool) -> Reading:
    is_data = bool(_BEGUN.search(said)) or said.startswith(("{", "[{", "[["))
    return Reading(Draft(said, plain=True)) if tolerant and not is_data else Reading(None, Outcome.MALFORMED)


def _answers(said: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Where each object with a caption ends, and its fields by our names."""
    starts = [match.start() for match in regex.finditer(r"\{", said)][-MOST_TRIES:]
    reached = 0
    for start in starts:
        if start < reached:
            continue
        found = _object(said, start)
        if found is None:
            continue
        value, reached = found
        yield from ((reached, fields) for fields in _with_caption(value))


def _object(said: str, start: int) -> tuple[object, int] | None:
    """The object that begins at `start`, mended where that changes no word of it, and where it ends."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(said, start)
    except (ValueError, RecursionError):
        pass
    written = _balanced(said, start)
    value = _mended(written) if written else None
    return (value, start + len(written)) if isinstance(value, dict) else None


def _balanced(said: str, start: int) -> str:
    """From one brace to the one that closes it, whatever stands in strings; "" when none does."""
    depth, quote, escaped = 0, False, False
    for position in range(start, min(len(said), start + MOST_CHARACTERS)):
        letter = said[position]
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"':
            quote = not quote
        elif not quote and letter in "{}":
            depth += 1 if letter == "{" else -1
            if depth == 0:
                return said[start : position + 1]
    return ""


def _mended(written: str) -> object:
    """Trailing commas, typographic quotes around strings and Python's way of writing are understood; else None."""
    if not _BEGUN.search(written):
        return None
    straight = regex.sub(r"(?<=[{,:\[]\s*)[“”](?=\S)|(?<=\S)[“”](?=\s*[:,}\]])", '"', written)
    for text in (_outside_strings(written), _outside_strings(straight)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    try:
        return ast.literal_eval(written)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def _outside_strings(text: str) -> str:
    """`text` without trailing commas and comments, those within strings excepted."""
    pieces = regex.split(f"({_IN_STRING.pattern})", text, flags=regex.S)
    plain = [piece if place % 2 else regex.sub(r"//[^\n]*|/\*.*?\*/", "", piece) for place, piece in enumerate(pieces)]
    marked = "".join(piece if place % 2 == 0 else f"\0{place}\0" for place, piece in enumerate(plain))
    return regex.sub(r"\0(\d+)\0", lambda found: plain[int(found[1])], _TRAILING.sub(r"\1", marked))


def _with_caption(value: object) -> Iterator[dict[str, Any]]:
    """The objects with a caption in `value`, itself or one that it holds, by our names."""
    if isinstance(value, list):
        for each in value:
            yield from _with_caption(each)
    if not isinstance(value, Mapping):
        return
    fields = {_name(key): each for key, each in value.items()}
    if isinstance(fields.get("caption"), str):
        yield {name: fields[name] for name in FIELDS if name in fields}
    else:
        for each in value.values():
            yield from _with_caption(each)


def _name(key: object) -> str:
    bare = regex.sub(r"[\s_-]", "", str(key)).casefold()
    return ALSO.get(bare, bare)


def _draft(fields: Mapping[str, Any]) -> Draft:
    told, tags = fields.get("alttexts"), fields.get("hashtags")
    alt_texts = told if isinstance(told, list) else [told]
    listed = tags if isinstance(tags, list) else str(tags or "").replace(",", " ").split()
    return Draft(
        fields["caption"],
        tuple(each if isinstance(each, str) else "" for each in alt_texts),  # each in its place
        tuple(tag for tag in listed if isinstance(tag, str)),
    )
