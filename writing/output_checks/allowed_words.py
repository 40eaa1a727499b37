"""What of an owner's prompt allows something: all but what stands in a clause that forbids ("never write evil.com").

In doubt it forbids: then a person looks, and nothing is lost. A clause ends where a sentence does, at a comma or a
colon; what only goes on with the list behind a comma ("never evil.com, evil.org or @evil") is forbidden with it.
"""

from __future__ import annotations

import regex

from writing.output_checks.phrases import any_of

ITEM = 3  # words at most that go on with a list
_CLAUSE = regex.compile(
    r"(?<=[.!?;,:…。！？、，；])(?=\s|[^\x00-\x7f])|(?<=\n)|(?=\s[\u2013\u2014-]\s)|(?<=[。！？、，；])"
)
_ENDS_SENTENCE = regex.compile(r"[.!?;…。！？；\n]\s*$")
_NEVER = regex.compile(any_of("never"), regex.I)
_NO = regex.compile(r"no", regex.I)
_NO_IS_IN = regex.compile(r"(?<![\w.])(?:o|um|uma|com|do|da|em)(?![\w.])", regex.I)  # Portuguese: "o link no site"


def permitted(said: str) -> str:
    """`said` without its clauses that forbid."""
    if not _NEVER.search(said):
        return said
    kept, lists = [], False
    for clause in _CLAUSE.split(said):
        forbids = _forbids(clause) or (lists and len(clause.split()) <= ITEM and _names(clause))
        kept.append(" " if forbids else clause)
        lists = forbids and _names(clause) and not _ENDS_SENTENCE.search(clause)
    return "".join(kept)


def _forbids(clause: str) -> bool:
    found = [match[0] for match in _NEVER.finditer(clause)]
    return any(not _NO.fullmatch(word) for word in found) or (bool(found) and not _NO_IS_IN.search(clause))


def _names(clause: str) -> bool:
    """Does it name an address, an account, a number or a hashtag, rather than say what to do?"""
    return bool(regex.search(r"[@#\d]|\p{L}\.\p{L}", clause))
