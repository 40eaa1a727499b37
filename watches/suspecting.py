"""What looks wrong in a model's answer, each check with words for what was found. Pure.

What the owner's own prompt contains is never suspicious: he may ask for his shop's address in every caption.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

ECHO_WORDS = 9  # in a row, shared with our instructions: nobody writes that by chance
SECRET_PIECE = 12  # characters of a key that are enough to be the key

_TLDS = (
    "com|net|org|info|biz|io|co|app|dev|shop|store|online|site|link|page|xyz|top|club|ai|eu|uk|de|fr|es|nl|pl|pt"
    "|ch|at|be|se|dk|fi|cz|ro|hu|gr|ie|ru|ua|tr|cn|jp|kr|br|mx|ar|us|ca|au|nz|za|ly|gl|gd|tv|cc|me|sh|to|ws|su"
    "|icu|buzz|click|example|test|invalid|local|localhost|onion|xn--\\w+"
)
_LINK = re.compile(
    rf"""
    (?: \w+:// | www\. | javascript: | mailto: | data:\w+/ ) \S+
    | <(?: script | iframe | a | img | svg | object )\b
    | (?<![\w@.]) (?: \w[\w-]*\. )+ (?: {_TLDS} ) (?![\w-]) (?: [:/]\S* )?   # a name we know as a host's
    | (?<![\w@]) [\w-]+ (?: \.[\w-]+ )+ / \S+                              # any host with a path
    | (?<![\d.]) (?: \d{{1,3}}\. ){{3}} \d{{1,3}} (?![\d.])                 # an IP address
    | \w+ [ ]? (?: \[\.\] | \(\.\) | [ ]dot[ ] ) [ ]? (?: com | net | org | io | co )\b
    """,
    re.I | re.X,
)
_MENTION = re.compile(r"(?<![\w@.])@[^\W\d][\w.]+")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_NUMBER = re.compile(r"(?<![\w.,])\+?\(?\d(?:(?!\. )[ ().\-/\u2010-\u2014]{0,2}\d){5,}(?!\w)")
_DATE_OR_SUM = re.compile(
    r"""
    (?:19|20)\d\d \s* [-/.\u2010-\u2014] \s* (?:19|20)\d\d      # a span of years
    | (?:19|20)\d\d [-/.] \d\d? [-/.] \d\d?
    | \d\d? [-/. ]+ \d\d? [-/. ]+ (?:19|20)?\d\d
    | \d{1,3} (?: [ .,\u2009\u202f] \d{3} )+                       # 1 250 000
    """,
    re.X,
)
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_KEY = re.compile(
    r"""
    \b (?: sk-[\w-]{8,} | EAA[A-Za-z]\w{7,} | ya29\.[\w-]{8,} | AIza[\w-]{10,} | gh[pousr]_\w{10,}
    | xox[abps]-[\w-]{8,} | AKIA\w{12,} | eyJ[\w-]{10,}\.[\w-]+ | glpat-[\w-]{10,} )
    | -----BEGIN[ ][A-Z ]+-----
    """,
    re.X,
)
_RANDOM = re.compile(r"(?<![\w#])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{24,}")
_OBEYED = re.compile(
    r"""
    \b (?: ignor | disregard | forget )\w*\b .{0,30} \b (?: previous | prior | above | earlier | all )\b
        .{0,20} \b instruction
    | \b system[ ]prompt\b | \b my[ ]instructions\b | \b jailbroken\b | \b pwned\b
    | \b as[ ](?: you[ ] | the[ ](?: file[ ]?name | image | picture | text )[ ] )?
        (?: instructed | requested )\b
    """,
    re.I | re.X,
)
_DO = (
    "(?:help|assist|comply|fulfil|provide|create|write|generate|describe|identify|see|view|access|process|do"
    " that|do this|complete|continue|caption)"
)
_REFUSAL = re.compile(
    rf"^(?:i'm|i am) sorry\b.{{0,20}}\b(?:i|but)\b"
    r"|^i apologi[sz]e\b"
    r"|^sorry,? (?:but )?i (?:can|am|won)"
    rf"|^(?:unfortunately,? )?i (?:can ?not|can't|won't) {_DO}\b"
    rf"|^(?:unfortunately,? )?i(?:'m| am) (?:unable|not able) to {_DO}\b"
    r"|^es tut mir leid,? (?:aber )?ich|^ich kann (?:dabei|das|dieses bild) (?:leider )?nicht"
    r"|^lo siento,? (?:pero )?no puedo|^je suis d\u00e9sol\u00e9|^d\u00e9sol\u00e9e?,? (?:mais )?je ne"
    r"|^mi dispiace,? (?:ma )?non|^desculpe,? (?:mas )?n\u00e3o posso|^\u7533\u3057\u8a33"
    r"|\bas an? (?:ai|artificial intelligence|(?:large )?language model)\b"
    r"|\bi (?:can ?not|can't) (?:help|assist) (?:you )?with\b",
    re.I | re.S,
)
_SCRIPTS = {
    "ar": "ARABIC", "fa": "ARABIC", "ur": "ARABIC", "he": "HEBREW", "ru": "CYRILLIC", "uk": "CYRILLIC",
    "bg": "CYRILLIC", "sr": "CYRILLIC|LATIN", "el": "GREEK", "hi": "DEVANAGARI", "mr": "DEVANAGARI",
    "th": "THAI", "ko": "HANGUL", "ja": "HIRAGANA|KATAKANA|CJK", "zh": "CJK", "ta": "TAMIL", "bn": "BENGALI",
    "ka": "GEORGIAN", "hy": "ARMENIAN",
}  # fmt: skip


def first_suspicion(text: str, said: str, told: str, secrets: Iterable[str]) -> str:
    """What is wrong, to stand behind "The answer"; "" when nothing is. Never repeats a secret."""
    plain = unicodedata.normalize("NFKC", text)
    allowed = unicodedata.normalize("NFKC", said).casefold()
    if _holds_secret(plain, secrets):
        return "contains a piece of the key it was called with"
    if _is_echo(plain, told):
        return "repeats our own instructions"
    for words, pattern, is_shown in _CHECKS:
        for match in pattern.finditer(plain):
            if match[0].strip().casefold() not in allowed and not _is_harmless(pattern, match[0]):
                return f"{words} ({match[0].strip()[:60]}) that your prompt does not" if is_shown else words
    return ""


_CHECKS: tuple[tuple[str, re.Pattern[str], bool], ...] = (
    ("contains something that looks like a secret key", _KEY, False),
    ("contains an e-mail address", _MAIL, True),
    ("contains a link", _LINK, True),
    ("mentions an account", _MENTION, True),
    ("contains an account number", _ACCOUNT, False),
    ("contains something that looks like a secret key", _RANDOM, False),
    ("contains a phone or account number", _NUMBER, True),
    ("speaks of instructions in place of the picture", _OBEYED, False),
)


def _is_harmless(pattern: re.Pattern[str], found: str) -> bool:
    """Dates, spans of years and sums look like phone numbers; fewer than seven digits call nobody."""
    if pattern is not _NUMBER:
        return False
    digits = sum(character.isdigit() for character in found)
    least = 7 if found.startswith(("+", "0", "(")) else 8
    return digits < least or bool(_DATE_OR_SUM.fullmatch(found.strip()))


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


def is_refusal(text: str) -> bool:
    """Does the model decline, in place of a caption?"""
    return bool(_REFUSAL.search(text.replace("\u2019", "'").strip()))


def is_written_in(text: str, language: str) -> bool:
    """Are most letters of the script that `language` (BCP 47) is written in? True when we cannot tell."""
    letters = [character for character in text if character.isalpha()]
    base = language.partition("-")[0].casefold()
    scripts = _SCRIPTS.get(base, "LATIN" if base else "").split("|")
    if not letters or not base:
        return True
    ours = sum(any(script in unicodedata.name(letter, "") for script in scripts) for letter in letters)
    return ours * 2 >= len(letters)
