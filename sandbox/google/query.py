"""The search language of Drive's `q`: text -> a test on a file resource.

Source: Drive "Search query terms and operators". Refused: properties, labels, visibility.

    expression := term (("and" | "or") term)*        "and" binds tighter
    term       := "not" term | "(" expression ")" | VALUE "in" COLLECTION | FIELD OPERATOR VALUE
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Resource = dict[str, Any]
Test = Callable[[Resource], bool]

TOKEN = re.compile(r"\s*(?:(?P<text>'(?:\\.|[^'\\])*')|(?P<sign><=|>=|!=|=|<|>|\(|\))|(?P<word>[A-Za-z][A-Za-z.]*))")
MOST_TOKENS, DEEPEST = 200, 40
ORDER = {"=", "!=", "<", "<=", ">", ">="}
WORDS = {
    "name": {"=", "!=", "contains"},
    "mimeType": {"=", "!=", "contains"},
    "fullText": {"contains"},
    "modifiedTime": ORDER,
    "createdTime": ORDER,
    "trashed": {"=", "!="},
    "starred": {"=", "!="},
    "sharedWithMe": {"=", "!="},
}
TIMES = {"modifiedTime", "createdTime"}
TRUTHS = {"trashed": "trashed", "starred": "starred", "sharedWithMe": "sharedWithMeTime"}
COLLECTIONS = {"parents": "parents", "owners": "owners", "writers": "permissions", "readers": "permissions"}


class BadQuery(ValueError):
    """The query cannot be understood."""


@dataclass(frozen=True, slots=True)
class Query:
    """A test on file resources, and the folders that the query names."""

    test: Test
    folders: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reader:
    tokens: list[tuple[str, str]]
    place: int = 0
    folders: list[str] = field(default_factory=list)

    def peek(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def take(self, *kinds: str) -> str:
        if self.place >= len(self.tokens) or self.tokens[self.place][0] not in kinds:
            raise BadQuery(self.peek())
        self.place += 1
        return self.tokens[self.place - 1][1]


def parse(text: str, *, root: str = "") -> Query:
    """A query as one test. `root` is the folder that 'root' stands for. Raises BadQuery."""
    if not text.strip():
        return Query(lambda _: True)
    reader = _Reader(_tokens(text, root))
    if len(reader.tokens) > MOST_TOKENS or text.count("(") > DEEPEST:
        raise BadQuery("The query is too complex.")
    test = _any_of(reader)
    if reader.place != len(reader.tokens):
        raise BadQuery(reader.peek())
    return Query(test, tuple(reader.folders))


def _tokens(text: str, root: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place = 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if match is None:
            raise BadQuery(text[place:])
        kind, value = match.lastgroup or "", match.group(match.lastgroup or 0)
        found.append((kind, _unquoted(value, root) if kind == "text" else value))
        place = match.end()
    return found


def _unquoted(value: str, root: str) -> str:
    plain = re.sub(r"\\(.)", r"\1", value[1:-1])
    return root if plain == "root" and root else plain


def _any_of(reader: _Reader) -> Test:
    tests = [_all_of(reader)]
    while reader.peek() == "or":
        reader.take("word")
        tests.append(_all_of(reader))
    return tests[0] if len(tests) == 1 else lambda file: any(test(file) for test in tests)


def _all_of(reader: _Reader) -> Test:
    tests = [_term(reader)]
    while reader.peek() == "and":
        reader.take("word")
        tests.append(_term(reader))
    return tests[0] if len(tests) == 1 else lambda file: all(test(file) for test in tests)


def _term(reader: _Reader) -> Test:
    kind = reader.tokens[reader.place][0] if reader.place < len(reader.tokens) else ""
    if kind == "text":
        return _membership(reader)
    if reader.peek() == "not":
        reader.take("word")
        inner = _term(reader)
        return lambda file: not inner(file)
    if reader.peek() == "(":
        return _bracket(reader)
    return _comparison(reader)


def _bracket(reader: _Reader) -> Test:
    reader.take("sign")
    inner = _any_of(reader)
    if reader.take("sign") != ")":
        raise BadQuery("(")
    return inner


def _membership(reader: _Reader) -> Test:
    value = reader.take("text")
    if reader.take("word") != "in":
        raise BadQuery(value)
    collection = reader.take("word")
    if collection not in COLLECTIONS:
        raise BadQuery(collection)
    if collection == "parents":
        reader.folders.append(value)
        return lambda file: value in file.get("parents", [])
    key = COLLECTIONS[collection]
    return lambda file: any(value == one.get("emailAddress") for one in file.get(key, []))


def _comparison(reader: _Reader) -> Test:
    name = reader.take("word")
    operator = reader.take("sign", "word")
    if operator not in WORDS.get(name, set()):
        raise BadQuery(f"{name} {operator}")
    if name in TRUTHS:
        return _truth(name, operator, reader.take("word"))
    value = reader.take("text")
    if name in TIMES:
        return _time(name, operator, value)
    if operator == "contains":
        return _contains("name" if name == "fullText" else name, value)
    return lambda file: (file[name] == value) is (operator == "=")


def _truth(name: str, operator: str, word: str) -> Test:
    if word not in {"true", "false"}:
        raise BadQuery(word)
    wanted = (word == "true") is (operator == "=")
    return lambda file: bool(file.get(TRUTHS[name], False)) is wanted


def _time(name: str, operator: str, value: str) -> Test:
    limit = moment(value)
    compare: dict[str, Callable[[datetime], bool]] = {
        "=": lambda time: time == limit,
        "!=": lambda time: time != limit,
        "<": lambda time: time < limit,
        "<=": lambda time: time <= limit,
        ">": lambda time: time > limit,
        ">=": lambda time: time >= limit,
    }
    return lambda file: compare[operator](moment(file[name]))


def _contains(name: str, value: str) -> Test:
    """Names match by the beginnings of their words only, MIME types by their own beginning."""
    wanted = value.lower()
    if name == "mimeType":
        return lambda file: file[name].lower().startswith(wanted)
    beginning = re.compile(rf"(?:^|[\s_\-.]){re.escape(wanted)}")
    return lambda file: beginning.search(file[name].lower()) is not None


def moment(text: str) -> datetime:
    """An RFC 3339 time; UTC where it names no zone. Raises BadQuery."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadQuery(text) from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)
