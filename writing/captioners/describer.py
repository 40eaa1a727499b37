"""The built-in describer: needs no key and no network, really looks at the picture, and says little.

It names a coarse subject when it is sure, and otherwise keeps to what it knows: the words of the file's name,
the month, the place when asked, the colours. The owner's template does the writing; without one there is a
modest sentence. A person should look at every draft.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from poster.errors import Refused, Unavailable
from poster.reasons import _
from poster.work.children import ChildDied, ChildRefused, run
from writing.caption_cleanup import Bounds, Draft, Tidied, Unfit, tidy
from writing.captioners import Brief, Key, NoWords, Usage, Words
from writing.captioners.placeholders import UnknownBlanks, blanks, fill, month
from writing.holds import Doubt, Hold
from writing.reasons import words as reasons

MODEL = "efficientnet-lite2"
SECONDS = 30.0  # a picture takes about one
MEMORY_MB = 1500  # of address space; about 200 are really used
# How prompts for a language model begin. Such a prompt is no caption, even with a blank in it.
_ORDER = re.compile(
    r"^\W*(?:please |you are |you're |act |as an? |write|describe|create|generate|compose|make|give|tell"
    r"|draft|produce|caption|schreib|beschreib|erstelle|\u00e9cri|d\u00e9cri|escrib|crea\b|scrivi)",
    re.I,
)


class Describer:
    """A `Captioner` for every language that English captions suit; a person is always asked to look."""

    company, gets = _("this machine"), _("Describes pictures on this machine: nothing is sent anywhere.")
    most_pictures = 5  # each may take its SECONDS, and who looks at them has their post for five minutes
    takes_hints = False  # it says what it sees

    def check(self, key: Key) -> None:
        """It needs no key, and there is one of it."""
        if key.model.strip():
            raise Refused(reasons.NoModelsHere())

    def describe(self, pictures: Sequence[Path], brief: Brief, key: Key) -> Words:
        """Look at each, then write about the first. `key` is not used."""
        began = time.monotonic()
        template = _template(brief.prompt)
        each = [_look(picture) for picture in pictures]
        seen = each[0]
        usage = Usage(MODEL, cost=Decimal(0), seconds=time.monotonic() - began)
        values, kind = _values(brief, seen), "picture" if brief.made_with_ai else "photo"
        draft = Draft(
            text=(fill(template, values) if template else "") or caption(values, kind),
            alt_texts=tuple(alt_text(looked, kind) for looked in each),
            hashtags=tuple(_tags(brief, seen)),
        )
        tidied = _tidied(draft, brief, usage, seen)
        holds = (Hold(Doubt.DESCRIBER), *tidied.holds)
        return Words(tidied.text, tidied.alt_texts, tidied.hashtags, brief.prompt, usage, holds)


def _template(prompt: str) -> str:
    """The prompt, when it is a text with blanks; "" when it is an order for a language model."""
    try:
        return prompt if blanks(prompt) and not _ORDER.match(prompt) else ""
    except UnknownBlanks as error:
        raise Refused(error.reason) from None


def _look(picture: Path) -> dict[str, Any]:
    try:
        return run("writing.captioners.vision:look", {"path": str(picture)}, timeout=SECONDS, memory_mb=MEMORY_MB)
    except ChildRefused as refusal:
        raise Refused(refusal.reason) from None
    except ChildDied:
        raise Unavailable(reasons.DescriberDied()) from None


def _tidied(draft: Draft, brief: Brief, usage: Usage, seen: Mapping[str, Any]) -> Tidied:
    known = "\n".join([seen["subject"], seen["tag"], brief.place, month(brief.taken_on)])
    bounds = Bounds(
        brief.hard_limit,
        brief.max_hashtags,
        said=brief.prompt,
        name=brief.name_words,
        known=known,
        pictures=len(draft.alt_texts),
    )
    try:
        return tidy(draft, bounds)
    except Unfit as unfit:
        raise NoWords(unfit.outcome, unfit.reason, usage=usage, prompt=brief.prompt) from None


def _values(brief: Brief, seen: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": brief.name_words,
        "folder": brief.folder_words,
        "subject": seen["subject"],
        "month": month(brief.taken_on),
        "place": brief.place,
        "language": brief.language,
    }


def caption(values: Mapping[str, str], kind: str = "photo") -> str:
    """A modest, true sentence from what there is: "Buildings in Arezzo, October 2008." """
    what = values["name"] or values["subject"] or values["folder"]
    where = values["place"]
    begun = f"{what} in {where}" if what and where else what or where
    told = ", ".join(filter(None, [begun, values["month"]])) or f"A new {kind}"
    return f"{told[0].upper()}{told[1:]}."


def alt_text(seen: Mapping[str, Any], noun: str = "photo") -> str:
    """What can be seen, for those who cannot: "A bright, wide photo of bread, mainly brown and white." """
    kind = ", ".join(filter(None, [seen["light"], seen["shape"]]))
    article = "An" if kind.startswith("u") else "A"
    subject = f" of {seen['subject']}" if seen["subject"] else ""
    return f"{article} {kind} {noun}{subject}, mainly {' and '.join(seen['colours'])}."


def _tags(brief: Brief, seen: Mapping[str, Any]) -> list[str]:
    """From the picture and the place. Not from names: in a shared folder strangers give them."""
    return [each for each in (seen["tag"], brief.place.casefold()) if each]
