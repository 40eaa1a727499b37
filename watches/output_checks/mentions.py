"""Accounts and mail addresses in a text: any @ before a word, and what people write in its place."""

from __future__ import annotations

import regex

from watches.output_checks.visible import joined, visible

_MAIL = regex.compile(r"(?<![\w.+-])[\w.+-]{1,64}+\s?@\s?[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,8}")
_AT = regex.compile(r"@[\p{L}\p{N}\p{M}_][\p{L}\p{N}\p{M}_.\-]*")
_BRACKETED = regex.compile(
    r"(?:(?<![\p{L}\p{N}_.+-])[\p{L}\p{N}_.+-]{1,64}+)?\s?"
    r"[\[\(\{<]\s*(?:@|at|ät|arroba|arobase|chiocciola|kuyruklu a)\s*[\]\)\}>]\s?[\p{L}\p{N}_][\w.-]*",
    regex.I,
)
_ELSEWHERE = regex.compile(
    r"\b(?:whatsapp|telegram|insta(?:gram)?|ig|snapchat|tiktok|wechat|viber|discord|onlyfans|paypal|cash\s?app|venmo)"
    r"\s*[:=\u2192]\s*[\p{L}\p{N}_][\w.-]*",
    regex.I,
)


def foreign_mentions(text: str, said: str) -> list[str]:
    """The accounts in `text` that the owner did not name just so in `said`."""
    allowed = {each.casefold() for each in mentions(said)}
    return [each for each in mentions(text) if each.casefold() not in allowed]


def mentions(text: str) -> list[str]:
    """All of them, each once; a mail address as a whole."""
    plain = joined(visible(text))
    mails = [match[0] for match in _MAIL.finditer(plain)]
    rest = _MAIL.sub(" ", plain)
    found = [match[0] for pattern in (_AT, _BRACKETED, _ELSEWHERE) for match in pattern.finditer(rest)]
    return list(dict.fromkeys(each.rstrip(".-") for each in (*mails, *found)))


def without_mails(text: str, said: str) -> str:
    """`text` without the owner's own mail addresses: the host in one of them is no link."""
    own = {match[0].casefold() for match in _MAIL.finditer(said)}
    return _MAIL.sub(lambda match: "" if match[0].casefold() in own else match[0], text)
