"""Addresses in a text, however they are written: `evil.com`, `evil。com`, `evil [.] com`, `evil dot com`, `evildotcom`.

Which ending makes a word an address is told by the Public Suffix List (publicsuffix.org), as the package
`publicsuffixlist` brings it. A full stop without a space behind it ("warm.It is") makes a word look like an address,
too: such a pair is let through only where the second word is one that sentences begin with.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

import regex

from writing.output_checks.languages import likeliest
from writing.output_checks.phrases import listed
from writing.output_checks.visible import joined, visible

# Words that sentences are made of, and that are countries' endings as well.
_SMALL = listed(
    "am as at be by do in is it me my no so to us es im er au de et il la ma ne sa se si je ni su al ci li ai ve ki na "
    "ao om nu pa"
)
# Endings that are no words of any language: an address whatever stands between it and the name.
_PLAIN = listed("com net org info biz xyz icu edu gov onion")
# What is no public suffix and yet an address, here or on somebody's own network.
_PRIVATE = listed(
    "local localhost onion i2p bit eth sol crypto nft dao lens wallet test example invalid internal lan home corp"
)
_SHORT = listed(
    "ca bzw usw etc inkl exkl ggf evtl bspw approx vs st nr dr mr mrs ms prof str tel no vol ed est min max dept inc "
    "ltd co corp jr sr av ave rd ex pp al fig ecc pag sig dott vd vb örn sn cad mah apt ing jan feb mar apr jun jul "
    "aug sep sept oct okt nov dec dez mo di mi do fr sa so mon tue wed thu fri sat sun lun mer jeu ven sam dim lug "
    "ago dic gen ene abr pzt sal çar per cum cmt paz"
)
_ABBREVIATED = frozenset({("co", "kg"), ("b", "sc"), ("m", "sc"), ("dr", "med"), ("dipl", "ing")})
# What stands before "point", "punto" or "Punkt" when it is a point and no dot.
_BEFORE_A_POINT = listed(
    "a the this that each every one some any no at high low good best new first last main turning starting meeting to "
    "ein eine einen einem der den dem dieser diesen jeder jeden kein keinen am im zum auf mein dein unser guter neuer "
    "un una el la este ese aquel cada otro su tu mi al del buen gran mejor primer nuevo nuestro ningún algún en hasta "
    "le ce ces les mon ton son notre au du chaque bon premier dernier nouveau meilleur aucun quel à le il lo questo "
    "quel ogni ottimo ultimo nuovo miglior suo mio tuo nostro bel dal nel sul alcun bu bir şu o her son ilk en iyi "
    "um uma o este esse cada het een dit dat elk de ten ponto"
)
_START = r"(?<![\p{L}\p{N}\p{M}_-])"
_LABEL = r"[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]{0,62}+"
_ENDING = r"(?:xn--[a-z0-9-]+|\p{L}[\p{L}\p{M}]{1,40})(?![\p{L}\p{N}\p{M}])"
_DOT_WORDS = "dot|punkt|punto|point|nokta|ponto|punt|kropka|точка|نقطة|点|點|ドット|점"
# The same in other languages, where it means much else: not before words that sentences are made of.
_RARE_DOT_WORDS = (
    "tečka|tecka|titik|बिंदु|डॉट|נקודה|จุด|τελεία|piste|prikk|stip|pont|punct|chấm|period|full\\s?stop|dott|d0t"
)
_PATH = r"(?:[:/?\#][^\s]*)?"
_SCHEME = regex.compile(
    r"""
    \b [a-z][a-z0-9+.-]{1,12} \s* : \s* [/\\] \s* [/\\]+ \s* \S+
    | \b (?: javascript | vbscript | livescript ) \s* : \S*
    | (?<! [\w:] ) [a-z][a-z0-9+-]{1,30} : (?: [/?+@\p{L}] [^\s]+ )   # any scheme
    | (?<! [\w:] ) (?-i: [a-z][a-z0-9+-]{1,30} : \d \S* )
    | (?<! [\w:] ) // \p{L} \S* | (?<! \w ) \\{1,2} \w+ \\ \w\S*
    | (?<! [\w:] ) (?= [\da-f:]{0,45} (?: :: | (?: :[\da-f]{0,4} ){4} ) ) (?= :* [\da-f] )   # IPv6
      [\da-f:]{3,45} (?! [\w:] )
    | \b w \s? w \s? w \d? \s* [.\s] \s* [\p{L}\p{N}]\S*
    | < \s* /? \s* (?: script | iframe | a | img | svg | object | embed | form | link | style | meta ) \b [^>]* >?
    | \b (?: localhost \b \S* | https?\b | mailto\b )
    | (?<! [\d.] ) (?: 25[0-5] | 2[0-4]\d | 1?\d?\d ) (?: \. (?: 25[0-5] | 2[0-4]\d | 1?\d?\d ) ){3} (?! \.?\d ) \S*
    | (?<! [\w.] ) [a-z0-9-]{1,63}+ (?: \. [a-z][a-z0-9-]{1,62}+ )+ / [a-z0-9] \S*   # with a path
    """,
    regex.I | regex.X,
)
_CHAIN = regex.compile(
    rf"""
    {_LABEL}
    (?: (?P<dot> (?<!\.)\.(?!\.) | \s+\.\s* | \s?[\[\(\{{<]\s*(?:\.|{_DOT_WORDS})\s*[\]\)\}}>]\s? )
        (?P<next> {_LABEL} ) )+
    (?P<path>{_PATH})
    """,
    regex.I | regex.X,
)
_APART = regex.compile(rf"{_START}(?P<label>{_LABEL})\.\s+(?P<ending>{_ENDING})", regex.X)
_BETWEEN = r"(?:\s+|[^\p{L}\p{N}\p{M}\s]{1,3})"
_SPELLED = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}\p{{M}}])(?P<label>[\p{{L}}\p{{N}}\p{{M}}]{{1,63}}+){_BETWEEN}(?:{_DOT_WORDS}|(?P<rare>{_RARE_DOT_WORDS})){_BETWEEN}(?P<ending>{_ENDING})",
    regex.I,
)
_RUN_TOGETHER = regex.compile(
    r"(?P<label>[\p{L}\p{N}-]{2,}?)(?P<word>dot|punto|punkt|nokta)-?(?P<ending>xn--[a-z0-9-]+|\p{L}[\p{L}\p{M}]+)",
    regex.I,
)
# Real words that end so: anecdotes, prodotto, Herodotus.
_REAL = regex.compile(
    r"an[eé]cdot\w*|aneddot\w*|antidot\w*|sacerdot\w*|\w*(?:pro|ri|con|tra|intro|de|in|se|ad|acque|oleo|gas|via|ab)dott\w*"
    r"|\w*odotus",
    regex.I,
)
# One sign between two words: a dot to the eye, by its name in Unicode, with any ending; any other sign, or two dots,
# with `com` and the like.
_ODD = regex.compile(
    rf"{_START}(?P<label>{_LABEL})(?P<dot>[^\p{{L}}\p{{N}}\p{{M}}\s.]|\.\.)(?P<ending>{_ENDING})", regex.X
)
_ROUND = regex.compile(r"\b(?:DOT|BULLET|CIRCLE|RING|DEGREE|STOP|POINT|ZERO)\b")
# By itself, wherever it stands and whatever stands before it ("evil tečka com"), such an ending is no word.
_ALONE = regex.compile(
    r"(?<![\p{L}\p{N}\p{M}]|[\p{L}\p{N}\p{M}]\.|\p{L}['’-])(?:c[o0]m|[o0]rg|xyz)(?![\p{L}\p{N}\p{M}'’-])", regex.I
)
_BEFORE_ALONE = regex.compile(r"\S+(?:\s+\S+)?\s*$")
_COM_IS_A_WORD = listed("pt gl ca oc")  # with; like
# A sentence goes on with a capital behind a full stop without a space; whatever goes on without one is an address.
_SMALL_LETTERS = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}\p{{M}}.@_-])(?P<label>\p{{Lu}}?\p{{Ll}}{{2,62}})\.(?P<ending>\p{{Ll}}[\p{{L}}\p{{N}}\p{{M}}_-]{{0,62}})"
    rf"(?:\.{_LABEL})*+(?!(?<=\.\p{{Ll}}{{1,2}})\.){_PATH}"  # `Ph.d.` is short for something
)
_LETTERS = regex.compile(
    r"(?<![\p{L}\p{N}\p{M}.@_-])(?P<label>\p{Lu}?\p{Ll}{2,62})\.(?P<ending>\p{Ll}{1,40})(?![\p{L}\p{N}\p{M}]|\.\s)"
)
_LETTERS = regex.compile(
    r"(?<![\p{L}\p{N}])\p{L}(?:(?P<sign>[^\p{L}\p{N}\s])\p{L})(?:(?P=sign)\p{L}){2,}(?![\p{L}\p{N}])"
)
MANY_LETTERS = 6  # one by one with dots between: longer than the abbreviations that are written so
_LOOKALIKES = str.maketrans("асеорхуіѕјԁһԛԝкмтвнгοаερικνυωχ", "aceopxyisjdhqwkmtbhroaepiknywx")
_DIGITS_AS_LETTERS = str.maketrans("013", "oie")
_CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")


def foreign_links(text: str, said: str, language: str = "") -> list[str]:
    """The addresses in `text` that the owner did not write just so in `said`. `language`: of the text, BCP 47."""
    allowed = {_bare(link) for link in links(said)}
    return [link for link in links(text, language) if _bare(link) not in allowed]


def links(text: str, language: str = "") -> list[str]:
    """All addresses in `text`, each as it is read, each once."""
    plain = _dotted(joined(visible(text)))
    found = [*_found(plain), *_alone(plain, language)]
    return list(dict.fromkeys(each.strip() for each in found))


def _found(plain: str) -> Iterator[str]:
    yield from _written(plain)
    yield from _pulled_together(plain)
    yield from _in_odd_signs(plain)


def _written(plain: str) -> Iterator[str]:
    """As addresses are, or nearly so."""
    yield from (match[0] for match in _SCHEME.finditer(plain))
    for chain in _CHAIN.finditer(plain):
        if _is_address(chain, plain):
            yield _DOT.sub(".", chain[0])
    for match in _APART.finditer(plain, overlapped=True):
        if _is_pulled_apart(match, plain):
            yield _DOT.sub(".", match[0])


def _pulled_together(plain: str) -> Iterator[str]:
    """Spelled out, or run together."""
    for match in _SPELLED.finditer(plain, overlapped=True):
        if _is_spelled(match):
            yield f"{match['label']}.{match['ending']}"
    for match in regex.finditer(r"[\p{L}\p{N}\p{M}-]{6,80}+", plain):
        if (parts := _RUN_TOGETHER.fullmatch(match[0])) and not _REAL.fullmatch(match[0]) and _is_run_together(parts):
            yield f"{parts['label']}.{parts['ending']}"


def _in_odd_signs(plain: str) -> Iterator[str]:
    """With another sign for the dot, in small letters, or letter by letter."""
    for match in _ODD.finditer(plain, overlapped=True):
        if match["ending"].casefold() in _PLAIN or (_is_round(match["dot"]) and _is_ending(match["ending"])):
            yield f"{match['label']}.{match['ending']}"
    for match in _SMALL_LETTERS.finditer(plain):
        pair = (match["label"].casefold(), match["ending"])
        if pair[0] not in _SHORT and pair not in _ABBREVIATED:
            yield match[0]
    yield from (match[0] for match in _LETTERS.finditer(plain) if _is_letter_by_letter(match))


def _alone(plain: str, language: str) -> Iterator[str]:
    for match in _ALONE.finditer(plain):
        spoken = language.partition("-")[0].casefold() or likeliest(_ALONE.sub(" ", plain))
        if not (match[0].casefold() == "com" and spoken in _COM_IS_A_WORD):
            yield f"{(_BEFORE_ALONE.search(plain[max(match.start() - 60, 0) : match.start()]) or [''])[0]}{match[0]}"


def _is_round(sign: str) -> bool:
    return bool(_ROUND.search(unicodedata.name(sign, ""))) if len(sign) == 1 else False


def _is_letter_by_letter(match: regex.Match[str]) -> bool:
    letters = "".join(filter(str.isalpha, match[0])).casefold()
    ends = any(letters.endswith(ending) for ending in _PLAIN) and len(letters) > MANY_LETTERS - 2
    return ends or (match["sign"] == "." and len(letters) >= MANY_LETTERS)


_PERCENT = regex.compile(r"%(2[ef3]|3[af]|40)", regex.I)  # . / # : ? @
_DOT = regex.compile(rf"\s*[\[\(\{{<]?\s*(?:(?<!\p{{L}})(?:{_DOT_WORDS})(?!\p{{L}})|\.)\s*[\]\)\}}>]?\s*", regex.I)


def _dotted(text: str) -> str:
    """Unicode's other full stops as ours; in the middle of Chinese or Japanese they end a sentence."""
    text = regex.sub(r"[ꞏᐧㆍ\u119e]", "·", text)  # letters, to Unicode
    text = _PERCENT.sub(lambda found: chr(int(found[1], 16)), regex.sub(r"\\(?=[^\w\s\\])", "", text))
    text = regex.sub(r"[۔܂։።᙮⸼]", ".", text)
    return regex.sub(r"(.?)。(.?)", lambda m: m[0] if _CJK.match(m[1]) and _CJK.match(m[2]) else f"{m[1]}.{m[2]}", text)


def _is_address(chain: regex.Match[str], plain: str) -> bool:
    labels = [chain[0].split(chain.captures("dot")[0])[0], *chain.captures("next")]
    dots = chain.captures("dot")
    pairs = zip(labels, labels[1:], dots, strict=False)
    return any(
        _is_ending(_head(ending), latin=label.isascii())
        and not (dot == "." and _begins_sentence(label, ending, plain[end:]))
        for (label, ending, dot), end in zip(pairs, chain.ends("next"), strict=True)
    )


def _head(label: str) -> str:
    """`com` of `com-now`: what follows a hyphen is no part of an ending, unless it is one in ASCII letters."""
    return label if label.casefold().startswith("xn--") else regex.split(r"[-_]", label)[0]


def _begins_sentence(label: str, ending: str, rest: str) -> bool:
    """Is it the beginning of a sentence, or an abbreviation, behind a full stop without a space?"""
    if (label.casefold(), ending.casefold()) in _ABBREVIATED:
        return True
    titled = ending.istitle() and ending.casefold() in _SMALL
    return titled and label.isalpha() and bool(regex.match(r"['’]?\s*\p{L}", rest)) and rest[:1] in " \n'’"


def _is_pulled_apart(match: regex.Match[str], plain: str) -> bool:
    """`evil. com`: a sentence would go on with a capital, and after an abbreviation comes no ending that is no word."""
    label, ending = match["label"], match["ending"]
    if not _is_ending(ending):
        return False
    folded = ending.casefold()
    if folded in _PLAIN or folded.startswith("xn--"):
        return True
    if not regex.search(r"\p{Lu}|\p{Ll}", ending):
        return label.isascii() and not label.isdigit()  # letters without capitals, behind a Latin name
    if not ending.islower() or len(label) < 2 or label.isdigit() or label.casefold() in _SHORT:
        return False
    in_sentences = bool(regex.match(r"\P{L}*\p{Lu}", plain))
    return in_sentences or (len(ending) == 2 and folded not in _SMALL)


def _is_spelled(match: regex.Match[str]) -> bool:
    label, ending = match["label"].casefold(), match["ending"].casefold()
    if not _is_ending(ending):
        return False
    return ending not in _SMALL or not (match["rare"] or label in _BEFORE_A_POINT)


def _is_run_together(parts: regex.Match[str]) -> bool:
    ending = parts["ending"].casefold()
    return _is_ending(ending) if parts["word"].casefold() == "dot" else ending in _PLAIN


def _is_ending(label: str, *, latin: bool = False) -> bool:
    """Is it a public suffix, or looks like one to people (`сom` with a Cyrillic letter behind a Latin name)?"""
    folded = label.casefold()
    if folded in _PRIVATE or _is_public(folded) or folded.translate(_DIGITS_AS_LETTERS) in _PLAIN:
        return True
    return latin and _is_public(_unaccented(folded.translate(_LOOKALIKES)))


def _unaccented(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))


def _is_public(ending: str) -> bool:
    if ending.startswith("xn--"):
        try:
            ending = ending.encode("ascii").decode("idna")
        except UnicodeError:
            return True
    return ending in _endings()


@lru_cache(maxsize=1)
def _endings() -> frozenset[str]:
    """The last label of every public suffix, in Unicode: some 1,450."""
    listed = resources.files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")
    rules = (line.strip() for line in listed.splitlines() if line.strip() and not line.startswith("//"))
    return frozenset(rule.rpartition(".")[2].casefold() for rule in rules)


def _bare(link: str) -> str:
    """Two ways of writing one address are one: without scheme, `www.`, capitals and what ends a sentence."""
    link = regex.sub(r"^(?:https?\s*:\s*/\s*/\s*)?(?:www\.)?", "", link.casefold())
    return link.rstrip("/.,;:!?)]}>\"'’”»…")
