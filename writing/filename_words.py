"""Words from the name of a file or a folder, where a person wrote words there; else nothing.

Most pictures are named by a machine ("IMG_1234", "PXL_20240517_093000123", "Screenshot 2024-05-17"), some
by a scheme ("female-work", "logo-black"). Such a name must not reach a caption, and in doubt it does not: a
caption without the name is dull, one that says "Female work." is embarrassing. Nor may a name give orders to
a model, or send readers elsewhere: in a shared folder strangers give the names.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import dropwhile
from urllib.parse import unquote

from writing.output_checks.links import foreign_links
from writing.output_checks.mentions import names_network
from writing.output_checks.numbers import foreign_numbers

MOST_WORDS = 10
MOST_CHARACTERS = 80


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_EXTENSION = re.compile(
    r"\.(jpe?g|jpe|jfif|png|gif|webp|heic|heif|hif|avif|tiff?|bmp|dng|raw|cr2|nef|arw|jp2|jxl|mp|mp4|mov|m4v|avi|webm)$",
    re.I,
)
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|ene|abr|ago|dic|gen|mag|giu|lug|set|ott)"
    r"[a-z]*"
)
_DATES = re.compile(
    r"(?<!\d)(?:(?:19|20)\d{2}[-_. ]?\d{2}[-_. ]?\d{2}(?!\d)|\d{1,2}[-_.]\d{1,2}[-_.](?:19|20)?\d{2}(?!\d)"
    rf"|\d{{1,2}}[-_. ]+{_MONTH}[-_., ]+(?:19|20)\d{{2}}|{_MONTH}[-_. ]+\d{{1,2}},?[-_. ]+(?:19|20)\d{{2}})",
    re.I,
)
_TIMES = re.compile(r"(?<!\d)\d{1,2}[.:_-]\d{2}[.:_-]\d{2}(?:[ _]?[ap]m)?(?!\d)", re.I)
_SIZES = re.compile(
    r"(?<![^\W_])(?:\d{2,5} ?[x\u00d7] ?\d{2,5}|\d{3,4}p|\d+ ?dpi|\d+ ?px|[248]k|@[23]x)(?![^\W_])", re.I
)
_COPIES = re.compile(
    r"\(\d+\)|\[\d+\]|[-_ ]*\b(?:copy|kopie|copie|copia|kopia)\b(?: ?\d+)?|[-_ ]v\d+\b"
    r"|[-_ ](?:edited|bearbeitet|final|original|cropped|scaled|resized|thumb|thumbnail|compressed|min|web)\b",
    re.I,
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}"
    r"\b(?:all|any|previous|prior|above|earlier|rules?|say|write|reply|answer|respond|output|post|caption)\b"
    r"|\binstructions?\b|\bsystem message\b|\bprompt\b|\bjailbreak|\byou (?:are|must) (?:now|a|an)\b"
    r"|\b(?:write|say|reply|respond|answer|output|print|repeat|post|add|include|mention)\b.{0,20}"
    r"\b(?:with|only|exactly|instead|word|words|text|following|link|url)\b|\binstead of\b.{0,20}\bcaption\b"
    r"|\b(?:anweisung|instrucci|instruç|istruzion|consigne|instrukcj|instruk\w*er)|инструкц|指令|指示"
    r"|https?|www\b|\w@\w|\.(?:com|net|org|io|example|ru|cn|xyz)\b|<|>|[{}]",
    re.I,
)
# Bytes that were no text, or text read in the wrong encoding ("Br\ufffdtchen", "BrÃ¶tchen"): half a word is none.
_BROKEN = re.compile(r"[\ufffd\ud800-\udfff]|[ÃÂ][\x80-\xbf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|â€")
# What else stands in these names was not written for readers: a photographer's name, an app, a number.
_NOT_FOR_READERS = re.compile(
    r"screen ?shot|screen ?recording|bildschirmfoto|capture d.? ?.?cran|captura de pantalla|schermata"
    r"|skärmbild|zrzut ekranu|スクリーンショット|unsplash|pexels|pixabay|shutterstock|istock|adobe ?stock"
    r"|getty ?images|depositphotos|dreamstime|freepik|telegram cloud|whatsapp image",
    re.I,
)
# Never words, wherever they stand: cameras, phones, file types.
_MACHINE = _listed(
    """
    img imgp dsc dscn dscf dscx dcim dji gopr gp pxl mvimg vid mov sam cimg himg hpim kimg imag pict
    pano fb wp mg p jpeg jpg png heic snapseed vsco lightroom hdr raw
    """
)
# No words when nothing else stands in the name.
_EMPTY = _listed(
    """
    image images photo photos foto fotos bild bilder picture pictures pic pics video clip untitled
    unnamed noname download downloaded file scan scanned panorama burst portrait bokeh night cover
    whatsapp facebook instagram insta snapchat telegram received signal messenger canva dalle
    midjourney chatgpt gemini generated openai exported export output result fullsize upload
    uploaded new sample test example demo placeholder dummy asset item product media attachment
    """
)
# Words of a naming scheme: with at most one other word they say where the picture goes, not what it shows.
_SCHEME = _listed(
    """
    male female neutral unisex man woman men women boy girl boys girls kid kids adult hero banner
    header footer logo icon avatar profile thumb background bg backdrop black white dark light
    mobile desktop tablet stock default front back side left right top bottom small medium large
    square wide vertical horizontal landscape story reel feed post slide carousel
    """
)
_SMALL = _listed(
    """
    a an the at from of on in by and or to for with as is am pm um von vom der die das und im le la
    les de du et el los las y en il lo e di da no nr vs
    """
)
_GENERIC_FOLDERS = _listed(
    """
    inbox outbox queue ready done todo drafts posts posted social socials instagram facebook threads
    tiktok twitter linkedin pinterest youtube desktop documents dropbox drive gdrive icloud camera
    roll uploads downloads folder album albums gallery marketing content autopost autoposter poster
    watch watched incoming shared public my our all misc other stuff temp tmp archive ai business
    company website web site page pages pictures
    """
)


def name_words(name: str) -> str:
    """What a person wrote into a file name ("Sourdough_rye-2.JPG" -> "Sourdough rye"), or ""."""
    words = _words(_EXTENSION.sub("", _EXTENSION.sub("", name.strip())))
    return "" if _is_scheme(words) else _joined(words)


def folder_words(name: str) -> str:
    """What a folder's name, or the last part of its path, says about its pictures; "" for "To post"."""
    words = _words(name.rstrip("/\\").replace("\\", "/").rpartition("/")[2])
    told = [word for word in words if word.casefold() not in _GENERIC_FOLDERS | _EMPTY | _SMALL | _SCHEME]
    return _joined(words) if told else ""


def gives_orders(text: str) -> bool:
    """Does `text` read like an order to a language model, or carry a link or a tag?"""
    return bool(_ORDERS.search(re.sub(r"[\s_\-+]+", " ", unicodedata.normalize("NFKC", text))))


def _words(stem: str) -> list[str]:
    text = unicodedata.normalize("NFC", unquote(stem)).replace("\u2019", "'")
    spaced = re.sub(r"[\s_\-+]+", " ", text)
    if _BROKEN.search(text) or gives_orders(text) or _NOT_FOR_READERS.search(spaced) or names_network(spaced):
        return []
    for pattern in (_UUID, _DATES, _TIMES, _SIZES, _COPIES):
        text = pattern.sub(" ", text)
    parts = [_bare(part) for part in re.split(r"[^\w'&]+|_", _camel_split(text))]
    kept = [part for part in parts if part and not _is_noise(part)]
    return _without_small_ends(kept)


def _camel_split(text: str) -> str:
    """ "SourdoughRye" is two words, "hUPkmSW" is none."""
    if re.fullmatch(r"(?:[A-Z][a-z]{2,}|[a-z]{3,})(?:[A-Z][a-z]{2,})+\d{0,2}", text.strip()):
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return text


def _bare(part: str) -> str:
    """Without quotes around it and without a short counter behind it ("breads3")."""
    part = part.strip("'")
    return re.sub(r"^([^\W\d_]{3,})\d{1,2}$", r"\1", part)


def _is_noise(part: str) -> bool:
    folded = part.casefold()
    if folded in _MACHINE:
        return True
    if part.isdigit():
        return True
    if any(character.isdigit() for character in part):
        return not re.fullmatch(r"\d{1,4}(?:st|nd|rd|th|s)", folded)
    return part != "&" and not _is_pronounceable(part)


def _is_pronounceable(part: str) -> bool:
    """Letters that could be a word: cased like one, with a vowel, without a heap of consonants (in Latin)."""
    letters = "".join(c for c in unicodedata.normalize("NFD", part) if not unicodedata.combining(c)).casefold()
    if not letters.isascii():
        return any(character.isalpha() for character in part)
    if not re.fullmatch(r"[a-z]+(?:'[a-z]+)*", letters) or re.search(r"[a-z][A-Z]|[A-Z]{2}[a-z]", part):
        return False
    if len(letters) <= 2:
        return True
    return bool(re.search(r"[aeiouy]", letters)) and not re.search(r"[^aeiouy']{8}|(.)\1\1", letters)


def _without_small_ends(words: list[str]) -> list[str]:
    def small(word: str) -> bool:
        return word.casefold() in _SMALL or word == "&" or (len(word) == 1 and word.isascii())

    begun = list(dropwhile(lambda word: small(word) and word.casefold() not in {"the", "a", "an"}, words))
    ended = list(dropwhile(small, reversed(begun)))[::-1]
    return ended if any(_tells(word) for word in ended) else []


def _tells(word: str) -> bool:
    folded = word.casefold()
    return (len(word) > 2 or not word.isascii()) and folded not in _EMPTY and folded not in _SMALL


def _is_scheme(words: list[str]) -> bool:
    return len(words) <= 2 and any(word.casefold() in _SCHEME for word in words)


def _joined(words: list[str]) -> str:
    """In one line, as many as there is room for; "" when together they lead somewhere else."""
    text = ""
    for word in words[:MOST_WORDS]:
        if len(text) + len(word) + 1 > MOST_CHARACTERS:
            break
        text = f"{text} {word}".lstrip()
    return "" if foreign_links(text, "") or foreign_numbers(text, "") else text
