"""What a message says, and the button that it offers: the verb that undoes it, and the rows that it was done to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

ADDRESS = re.compile(r"/\S*")


@dataclass(frozen=True, slots=True)
class WayBack:
    """`url`: where it is posted to; `rows`: the ids that go with it, where the address names none."""

    label: str
    url: str
    rows: tuple[str, ...] = ()


def say(request: HttpRequest, sentence: str, url: str, rows: Iterable[str] = (), *, label: str = "") -> None:
    """`sentence`, with its *Undo* where there is an address for it; or, as a warning, with the button `label`."""
    level = messages.WARNING if label else messages.SUCCESS
    tags = " ".join([url, quote(label or "Undo"), *rows]) if url else ""
    messages.add_message(request, level, sentence, extra_tags=tags)


def way_back(message: Message) -> WayBack | None:
    """What `say` has put into this message; None for any other."""
    url, label, *rows = [*(message.extra_tags or "").split(), "", ""]
    return WayBack(unquote(label), url, tuple(each for each in rows if each)) if ADDRESS.fullmatch(url) else None
