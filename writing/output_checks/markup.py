"""Marks that were to become bold, a heading or a line break, and that no platform understands.

What is marked stays, the marks go: nothing that a person would read is taken away. What cannot be told with certainty
stays as well, and is told as a leftover.
"""

from __future__ import annotations

import html

import regex

_ENTITY = regex.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", regex.I)
_ESCAPED = regex.compile(r"\\+(?:r\\+n|n|r)(?![\p{Ll}]{3,}[\\/])|\\+t(?=\s|$)|\\+([\"'*#`~>!\[\]]|_(?=\w))")
_CODE_POINT = regex.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_BREAK = regex.compile(
    r"[ ]?\n?<\s*(?:br|hr)\s*/?\s*>[ ]?\n?|[ ]?\n?</\s*(?:p|div|h[1-6]|li|ul|ol|blockquote|tr)\s*>[ ]?\n?", regex.I
)
_TAG = regex.compile(
    r"</?\s*(?:b|i|u|s|em|strong|p|span|div|small|big|mark|sup|sub|h[1-6]|ul|ol|li|blockquote|code|pre|q|tr|td|font|center)"
    r"(?:\s[^<>]*)?/?\s*>",
    regex.I,
)
_FENCE = regex.compile(r"\A```[\w-]*\s*\n?(.*?)\n?\s*```\Z", regex.S)
_RULE = regex.compile(r"(?m)^[ \t]*(?:-{3,}|\*{3,}|_{3,}|={3,}|(?:[-*_] ){2,}[-*_])[ \t]*$")
_HEADING = regex.compile(r"(?m)^[ \t]{0,3}#{1,6}[ \t]+(?=\S)")
_QUOTE = regex.compile(r"(?m)^[ \t]{0,3}>[ \t]+(?=\S)")
_INLINE = tuple(
    regex.compile(pattern)
    for pattern in (
        r"(?<![\w*])\*\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*\*(?![\w*])",
        r"(?<!\*)\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*(?!\*)",
        r"(?<![\w_])__(?=\S)([^_\n]+?)(?<=\S)__(?![\w_])",
        r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])",
        r"(?<![\w_@#/.\\])_(?=[^\s_])([^_\n]+?)(?<=[^\s_])_(?![\w_])",
        r"(?<!~)~~(?=\S)([^~\n]+?)(?<=\S)~~(?!~)",
        r"(?<!`)`{1,3}(?=[^\s`])([^`\n]+?)(?<=[^\s`])`{1,3}(?!`)",
    )
)
_LEFT = regex.compile(
    r"\*\*|``|~~|<!--|(?m:^[ \t]{0,3}#{1,6}[ \t])|(?m:^[ \t]{0,3}\|.{1,200}\|[ \t]*$)"
    r"|!?\[[^\[\]\n]{0,200}\]\([^)\n]{0,200}\)|</?[a-z][^<>\n]{0,200}>|&(?:[a-z]{2,8}|#\d+);|\\[nrtu]\b|\\u[0-9a-f]{4}|(?<![\w:]):[a-z][a-z_+-]{2,}\d?:(?!\w)|\ufffd",
    regex.I,
)


def unmarked(text: str) -> str:
    """`text` without Markdown's and HTML's marks, entities and escaped line breaks; every word of it stays."""
    text = _CODE_POINT.sub(_written_out, text)
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    text = _ESCAPED.sub(lambda found: found[1] or (" " if found[0].endswith("t") else "\n"), text)
    text = _TAG.sub("", _BREAK.sub("\n", text))
    text = _FENCE.sub(r"\1", text.strip())
    text = _QUOTE.sub("", _HEADING.sub("", _RULE.sub("", text)))
    for pattern in _INLINE:
        text = pattern.sub(r"\1", text)
    return text.strip()


def _written_out(found: regex.Match[str]) -> str:
    return (
        found[0].encode("ascii").decode("unicode-escape").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def leftover(text: str) -> str:
    """The first mark in `text` that is none of its words; "" when there is none."""
    found = _LEFT.search(text)
    return found[0].strip() if found else ""
