"""What the practice model says of a picture: the same picture and the same request, the same words.

It keeps the limits that the request names ("at most 280 characters", "3 hashtags"), as a good model does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sandbox.openai.sight import Sight

FILE_NAME = re.compile(
    r"""(?:["'“:]\s*(?P<spaced>\w[\w \-()]*)|(?P<word>\w[\w\-()]*))"""
    r"""\.(?:jpe?g|png|webp|gif|heic|heif|avif|tiff?|bmp)\b""",
    re.IGNORECASE,
)
CAMERA_NAME = re.compile(r"^(?:img|dsc[fn]?|pxl|image|photo|picture|screenshot|p)?[\s\d]*$", re.IGNORECASE)
CHARACTERS = re.compile(r"(\d[\d.,]*)\s*(?:characters|chars|signs)\b", re.IGNORECASE)
HASHTAGS = re.compile(r"(\d+)\s+hashtags?\b", re.IGNORECASE)
NO_HASHTAGS = re.compile(r"\b(?:no|without)\s+hashtags?\b", re.IGNORECASE)
USUAL_HASHTAGS = 5
LIGHT = {
    "bright": ("Bright, clear light.", "Light everywhere you look.", "A bright moment, kept."),
    "dark": ("Deep shadows, and a little light where it counts.", "Quiet, dark and calm.", "After the sun has gone."),
    "soft": ("Soft, even light.", "Gentle light, nothing loud.", "The light does the talking."),
}
TONES = {"warm": "warm", "cool": "cool", "neutral": "calm"}


@dataclass(frozen=True, slots=True)
class Words:
    """A caption with what belongs to it: an alt text for each picture, hashtags with their sign."""

    caption: str
    alt_texts: tuple[str, ...]
    hashtags: tuple[str, ...]

    def by_name(self) -> dict[str, Any]:
        """For schemas: the usual names of such properties."""
        captions = dict.fromkeys(("caption", "text", "post", "message", "description", "words"), self.caption)
        alts = dict.fromkeys(("alt_text", "alt", "altText"), self.alt_texts[0] if self.alt_texts else "")
        lists = {"alt_texts": list(self.alt_texts), "hashtags": list(self.hashtags), "tags": list(self.hashtags)}
        return captions | alts | lists

    def as_text(self) -> str:
        """For people: caption, empty line, hashtags."""
        return "\n\n".join(part for part in (self.caption, " ".join(self.hashtags)) if part)


def describe(pictures: tuple[Sight, ...], said: str) -> Words:
    """A caption of the first picture, and what each of them shows; an honest answer when there is none."""
    if not pictures:
        return Words("There is no picture here, so there is nothing to describe.", (), ())
    sight = pictures[0]
    subject = sight.subject or _subject_of_name(said)
    caption = _fitted(_caption(sight, subject), said)
    alt_texts = tuple(_alt_text(each, each.subject or (subject if each is sight else "")) for each in pictures)
    return Words(caption, alt_texts, _hashtags(sight, subject, said))


def _caption(sight: Sight, subject: str) -> str:
    mood = LIGHT[sight.light]
    sentence = mood[int(sight.fingerprint[:4], 16) % len(mood)]
    colours = " and ".join(sight.colours)
    opening = f"{_sentence(subject)}, in {colours}." if subject else f"A {TONES[sight.tone]} moment in {colours}."
    return f"{opening} {sentence}"


def _alt_text(sight: Sight, subject: str) -> str:
    kind = sight.light if sight.tone == "neutral" else f"{sight.light}, {sight.tone}"
    opening = f"{_sentence(subject)}: a" if subject else "A"
    return f"{opening} {kind} {sight.shape} photograph, mostly {' and '.join(sight.colours)}."


def _hashtags(sight: Sight, subject: str, said: str) -> tuple[str, ...]:
    named = HASHTAGS.search(said)
    most = 0 if NO_HASHTAGS.search(said) else int(named[1]) if named else USUAL_HASHTAGS
    nouns = [word for word in subject.split() if len(word) > 3]
    words = ["".join(subject.split()), *nouns, *sight.colours, f"{sight.light}light", sight.shape, "photography"]
    return tuple(dict.fromkeys(f"#{word}" for word in words if word.isalnum()))[:most]


def _subject_of_name(said: str) -> str:
    """The words of a file name in the request, unless a camera made it up."""
    for match in FILE_NAME.finditer(said):
        name = " ".join(re.split(r"[\W_]+", match["spaced"] or match["word"])).strip()
        if not CAMERA_NAME.match(name):
            return name.lower()[:60]
    return ""


def _fitted(caption: str, said: str) -> str:
    limits = [int(re.sub(r"\D", "", number)) for number in CHARACTERS.findall(said)]
    most = min((limit for limit in limits if limit > 20), default=len(caption))
    if len(caption) <= most:
        return caption
    return caption[: most - 1].rsplit(" ", 1)[0].rstrip(",.:;") + "…"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
