"""What looks wrong in a model's answer: what makes it useless, and what a person has to look at. Pure.

Useless is only what nobody could want: a piece of the key that it was asked with, our own instructions, a program. All
else is a doubt. What the owner's own prompt contains, whole and just so, is never one: they may ask for their shop's
address in every caption.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from poster.reasons import Term
from writing.holds import Doubt, Hold
from writing.output_checks import hashtags, languages, placeholders, refusals, repeats
from writing.output_checks.chatter import alternatives, chatter
from writing.output_checks.garbled import garbled
from writing.output_checks.links import foreign_links
from writing.output_checks.markup import leftover
from writing.output_checks.mentions import foreign_mentions, without_mails
from writing.output_checks.numbers import foreign_numbers
from writing.output_checks.visible import visible

ECHO_WORDS = 9  # in a row, shared with our instructions: nobody writes that by chance
SECRET_PIECE = 12  # characters of a key that are enough to be the key

_KEY = re.compile(
    r"""
    \b (?: sk-[\w-]{8,} | EAA[A-Za-z]\w{7,} | ya29\.[\w-]{8,} | AIza[\w-]{10,} | gh[pousr]_\w{10,}
    | xox[abps]-[\w-]{8,} | AKIA\w{12,} | eyJ[\w-]{10,}\.[\w-]+ | glpat-[\w-]{10,} )
    | -----BEGIN[ ][A-Z ]+-----
    """,
    re.X,
)
_RANDOM = re.compile(r"(?<![\w#])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{24,}")
_CODE = re.compile(r"<\s*/?\s*(?:script|iframe|object|embed|svg)\b|\b(?:java|vb)script\s*:|<[^<>]*\bon\w+\s*=", re.I)
HIDDEN = "[hidden]"


def uselessness(text: str, said: str, told: str, secrets: Iterable[str]) -> Term | None:
    """What `text` holds for which it must not even be shown; None when it may. Never repeats a secret."""
    plain = unicodedata.normalize("NFKC", visible(text))
    allowed = unicodedata.normalize("NFKC", said)
    if _holds_secret(plain, secrets):
        return Term("useless.secret")
    if _is_echo(plain, told):
        return Term("useless.echo")
    if _CODE.search(plain):
        return Term("useless.code")
    keys = (match[0] for pattern in (_KEY, _RANDOM) for match in pattern.finditer(plain))
    return Term("useless.key") if any(key not in allowed for key in keys) else None


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """`text` as it may be kept: every piece of a key, and whatever looks like one, is hidden."""
    for secret in secrets:
        for start in range(len(secret) - SECRET_PIECE + 1):
            text = text.replace(secret[start : start + SECRET_PIECE], HIDDEN)
    return _RANDOM.sub(HIDDEN, _KEY.sub(HIDDEN, text))


def _holds_secret(text: str, secrets: Iterable[str]) -> bool:
    """Any piece of a key; short keys are the placeholders of local servers ("ollama")."""
    pieces = (
        secret[start : start + SECRET_PIECE] for secret in secrets for start in range(len(secret) - SECRET_PIECE + 1)
    )
    return any(piece in text for piece in pieces)


def _is_echo(text: str, told: str) -> bool:
    ours = set(_runs(told))
    return any(run in ours for run in _runs(text))


def _runs(text: str) -> Iterable[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return (tuple(words[start : start + ECHO_WORDS]) for start in range(len(words) - ECHO_WORDS + 1))


def doubts_about(text: str, said: str, language: str = "") -> Iterator[Hold]:
    """What is strange about a text, wherever it is shown: caption, alt text, hashtag. `language`: BCP 47."""
    plain = without_mails(text, said)
    for code, found in (
        (Doubt.MENTION, foreign_mentions(text, said, language)),
        (Doubt.LINK, foreign_links(plain, said, language)),
        (Doubt.NUMBER, foreign_numbers(plain, said)),
        (Doubt.PLACEHOLDER, placeholders.placeholders(text, said)),
    ):
        yield from (Hold(code, each) for each in found[:1])


def doubts_about_speaking(text: str, said: str) -> Iterator[Hold]:
    """Whether a model speaks to whoever asked it, in place of a caption or a description."""
    for code, found in (
        (Doubt.REFUSAL, refusals.refusal_inside(text)),
        (Doubt.CHATTER, chatter(text)),
        (Doubt.ALTERNATIVES, alternatives(text)),
        (Doubt.REPEATED, repeats.repeated(text)),
        (Doubt.MARKUP, leftover(text)),
    ):
        yield from [Hold(code, found)] if found and visible(found) not in visible(said) else []


def doubts_about_letters(text: str, said: str) -> Iterator[Hold]:
    """Whether it is written in letters at all that a reader could read."""
    if (found := garbled(text)) and found not in said:
        yield Hold(Doubt.MARKUP, visible(found).strip())


def doubts_about_form(text: str, said: str, language: str, sweet_spot: int) -> Iterator[Hold]:
    """Whether a caption is whole, as long as was asked for, and in the right language."""
    if found := repeats.breaks_off(text):
        yield Hold(Doubt.BREAKS_OFF, found)
    if repeats.is_beyond(text, sweet_spot, said):
        yield Hold(Doubt.BEYOND)
    if not languages.is_written_in(text, language):
        yield Hold(Doubt.LANGUAGE)


def doubts_about_hashtags(text: str, listed: Iterable[str], seen: str, said: str, language: str) -> Iterator[Hold]:
    """Hashtags, within `text` and beside it, that neither `seen` (words on the picture) nor the owner supports."""
    found = hashtags.unsupported([*hashtags.in_text(text), *listed], seen, language, said)
    yield from (Hold(Doubt.HASHTAG, f"#{tag}") for tag in found[:1])
