"""Accounts and mail addresses in a text: any @ before a word, what people write in its place, and what looks like one.

An account need not be announced: `joe_bakery`, `joe123` and `joe#1234` are words of no language. Behind a colon, a
small Latin word that no dictionary has is one as well; what stands behind the name of a network always is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import regex

from writing.output_checks.languages import likeliest
from writing.output_checks.visible import joined, visible
from writing.output_checks.vocabulary import has_dictionary, ordinary

_MAIL = regex.compile(r"(?<![\w.+-])[\w.+-]{1,64}+\s?@\s?[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,8}")
_AT = regex.compile(r"@[^\p{L}\p{N}\s@]{0,3}[\p{L}\p{N}\p{M}_][\p{L}\p{N}\p{M}_.\-]*")
_ROUND_AT = regex.compile(r"[ⓐⒶ🅐🅰]\ufe0f?(?=\p{L})")
_BRACKETED = regex.compile(
    r"(?:(?<![\p{L}\p{N}_.+-])[\p{L}\p{N}_.+-]{1,64}+)?\s?"
    r"[\[\(\{<]\s*(?:@|at|ät|arroba|arobase|chiocciola|kuyruklu a)\s*[\]\)\}>]\s?[\p{L}\p{N}_][\w.-]*",
    regex.I,
)
_NETWORKS = (  # whose names mean nothing else
    "whatsapp|telegram|instagram|facebook|twitter|bsky|bluesky|mastodon|snapchat|tiktok|youtube|reddit|discord|viber"
    "|skype|wechat|weixin|微信|微博|kakaotalk|onlyfans|patreon|paypal|venmo|zelle"
)
_SHORT_FOR_NETWORKS = (
    "insta|ig|fb|x|threads|snap|twitch|signal|kik|line|qq|kakao|cash\\s?app|revolut|user(?:name)?|handle"
)
_NAMES_NETWORK = regex.compile(rf"(?<![\p{{L}}\p{{N}}])(?:{_NETWORKS})(?![\p{{L}}\p{{N}}])", regex.I)
_ELSEWHERE = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}])(?:{_NETWORKS}|{_SHORT_FOR_NETWORKS})(?:\s?id)?\s*[:=\u2192]\s*[\p{{L}}\p{{N}}_][\w.-]*",
    regex.I,
)
_BUILT = regex.compile(
    r"""
    (?<! [\w\#@./] ) (?= [\w.]*\p{L} ) [\p{L}\p{N}] [\p{L}\p{N}.]*+ _ [\w.]*\b   # joe_bakery, evil_shop1
    | (?<! [\w\#@/.-] ) [a-z]{3,} (?! (?: 18 | 19 | 20 ) \d\d \b ) \d{2,} [a-z\d]* (?! \w )      # joe123
    | (?<! [\w\#] ) \p{L} [\w.]+ \# \d{3,6} \b                                                 # joe#1234
    | (?<! [\w/] ) /? [ur] / \w{2,}                                                           # u/joe
    | (?<= \p{L}\s?[:=\u2192]\s?) (?= \w* (?: [\d_] | \.\w ) ) [a-z] \w* (?: \. \w+ )* (?<= \w{3} )  # Signal: joe.12
    """,
    regex.X,
)
_BEHIND_COLON = regex.compile(r"\p{L}\s?[:=\u2192]\s*(?P<word>[a-z]{4,30})(?![\p{L}\p{N}'’-])")


def foreign_mentions(text: str, said: str, language: str = "") -> list[str]:
    """The accounts in `text` that the owner did not name just so in `said`. `language`: of the text, BCP 47."""
    allowed = {each.casefold() for each in mentions(said)}
    words = set(regex.findall(r"[\p{L}\p{N}_]+", visible(said).casefold()))
    unknown = (each for each in _unknown(text, language) if each not in words)
    return [each for each in dict.fromkeys([*mentions(text), *unknown]) if each.casefold() not in allowed]


def mentions(text: str) -> list[str]:
    """All of them, each once; a mail address as a whole."""
    plain = joined(visible(_ROUND_AT.sub("@", unicodedata.normalize("NFC", text))))
    mails = [match[0] for match in _MAIL.finditer(plain)]
    rest = _MAIL.sub(" ", plain)
    patterns = (_AT, _BRACKETED, _ELSEWHERE, _BUILT)
    found = [match[0] for pattern in patterns for match in pattern.finditer(rest)]
    return list(dict.fromkeys(each.rstrip(".-") for each in (*mails, *found)))


def names_network(text: str) -> bool:
    """Does it speak of a place where people have accounts?"""
    return bool(_NAMES_NETWORK.search(visible(text)))


def without_mails(text: str, said: str) -> str:
    """`text` without the owner's own mail addresses: the host in one of them is no link."""
    own = {match[0].casefold() for match in _MAIL.finditer(said)}
    return _MAIL.sub(lambda match: "" if match[0].casefold() in own else match[0], text)


def _unknown(text: str, language: str) -> Iterator[str]:
    """Small words behind a colon that are in no dictionary, neither the text's nor English."""
    plain = visible(text)
    words = frozenset(match["word"] for match in _BEHIND_COLON.finditer(plain))
    spoken = (language.partition("-")[0].casefold() or likeliest(plain)) if words else ""
    if words and has_dictionary(spoken):
        strange = words - ordinary(words, spoken)
        yield from sorted(strange - ordinary(strange, "en"))
