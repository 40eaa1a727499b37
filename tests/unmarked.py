"""Words in templates and code that no catalogue could ever translate: `python -m tests.unmarked [PATH ...]`.

Templates: every text, and every attribute that people read, stands within `{% translate %}` or
`{% blocktranslate %}`. Code: every string that looks like a sentence of ours is an argument of gettext, a docstring,
or in a module that speaks to a terminal or a log alone (`SPOKEN_ELSEWHERE`).
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

BASE = Path(__file__).resolve().parents[1]

READ = re.compile(
    r"""\b(?:title|alt|placeholder|label|aria-(?:label|description|roledescription|valuetext)|data-[a-z-]+)="([^"]*)\""""
)
TAG = re.compile(r"<!--.*?-->|<(script|style|code|kbd)\b.*?</\1>|<[^>]*>", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
OURSELVES = {"ai-poster", "nbsp", "middot", "ndash", "hellip", "times"}
SERVICES = {"Facebook", "Instagram", "Threads", "TikTok", "YouTube", "Pinterest", "Meta", "Google", "Drive", "GitHub"}
MODELS = {"OpenAI", "OpenRouter", "Anthropic", "Claude", "Gemini", "Ollama", "Studio"}
PROGRAMS = {"Django", "PostgreSQL", "SQLite", "Redis", "README", "CHANGELOG", "URL", "JSON", "CSV", "OAuth", "HTTP"}
NAMES = frozenset({"HTTPS"} | OURSELVES | SERVICES | MODELS | PROGRAMS)
SPOKEN_ELSEWHERE = frozenset({"management", "migrations", "tests"})
OPENING, CLOSING = {"blocktranslate", "comment"}, {"endblocktranslate", "endcomment"}
OF_LOOKS = re.compile(r"^block (?:bodyclass|look|theme|form_attributes)$")


def of_template(text: str) -> Iterator[tuple[int, str]]:
    """(line, words) of what stands in a template outside of its translations."""
    inside, shown, looks = 0, [], False
    for token in Lexer(text).tokenize():
        name = token.contents.split()[0] if token.token_type is TokenType.BLOCK and token.contents else ""
        inside += (name in OPENING) - (name in CLOSING)
        if token.token_type is TokenType.BLOCK and OF_LOOKS.match(token.contents):
            inside, looks = inside + 1, True
        elif looks and name == "endblock":
            inside, looks = inside - 1, False
        shown.append(_kept(token) if not inside else "\n" * _lines(token))
    plain = "".join(shown)
    for match in READ.finditer(plain):
        if not match.group(0).startswith("data-") or " " in match.group(1).strip():
            yield from _words(plain, match.start(1), match.group(1))
    blank = TAG.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), plain)
    for number, line in enumerate(blank.splitlines(), 1):
        if _is_said(line):
            yield number, " ".join(line.split())


def of_code(text: str) -> Iterator[tuple[int, str]]:
    """(line, words) of each string in a module that reads like words for people and is given to no gettext."""
    tree = ast.parse(text)
    silent = {id(each) for node in ast.walk(tree) for each in _not_shown(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in silent:
            continue
        words = node.value
        if isinstance(words, str) and SENTENCE.search(words) and not CODE.search(words):
            yield node.lineno, " ".join(words.split())


# Two words, the first with a capital, or what ends as a sentence does. What is `CODE` is SQL, a header or a mask.
SENTENCE = re.compile(r"^[A-Z][^\W\d_]*[ ,].*[a-z]|[a-z] .*[a-z][.!?]$", re.DOTALL)
CODE = re.compile(
    r"\b(?:SELECT|UPDATE|DELETE FROM|INSERT|CREATE|DROP|PRAGMA|BEGIN|RAISE|WHERE|FROM|SET|LIKE)\b|^[^ ]+$|[{}]$"
)
GETTEXT = re.compile(
    r"^(?:_|_n|n?p?gettext(?:_lazy|_noop)?|logger|log|getLogger|warn|Error|Warning|AssertionError|RuntimeError"
    r"|ValueError|TypeError|ImproperlyConfigured|CommandError|debug|info|exception|say|write|print)$"
)


def _not_shown(node: ast.AST) -> Iterator[ast.AST]:
    """What within `node` is marked, a docstring, or for a log and engineers alone."""
    if isinstance(node, ast.Call) and GETTEXT.match(_name(node.func)):
        yield from ast.walk(node)
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
        yield from ast.walk(node.body[0])


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _kept(token: Token) -> str:
    return token.contents if token.token_type is TokenType.TEXT else "\n" * _lines(token)


def _lines(token: Token) -> int:
    return int(token.contents.count("\n"))


def _words(text: str, start: int, words: str) -> Iterator[tuple[int, str]]:
    if _is_said(words):
        yield text.count("\n", 0, start) + 1, " ".join(words.split())


def _is_said(words: str) -> bool:
    return bool({*WORD.findall(words.replace("ai-poster", ""))} - NAMES)


def _files(place: Path) -> Iterator[Path]:
    for each in place.rglob("*"):
        if (each.suffix in {".html", ".txt"} and "templates" in each.parts) or (
            each.suffix == ".py" and not SPOKEN_ELSEWHERE & set(each.parts)
        ):
            yield each


def main(paths: list[str]) -> int:
    places = [Path(path) for path in paths] or [BASE / "templates"]
    files = sorted(each for place in places for each in ([place] if place.is_file() else _files(place)))
    found = 0
    for file in files:
        read = of_code if file.suffix == ".py" else of_template
        for line, words in read(file.read_text(encoding="utf-8")):
            found += 1
            sys.stdout.write(f"{file}:{line}: {words}\n")
    sys.stdout.write(f"{found} unmarked\n")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
