"""What a message says, and the way back that it offers: the verb that undoes it, and the rows that it was done to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

ADDRESS = re.compile(r"/\S*")


@dataclass(frozen=True, slots=True)
class WayBack:
    """`url`: where the verb is posted to; `rows`: the ids that go with it, where the address names none."""

    url: str
    rows: tuple[str, ...] = ()


def say(request: HttpRequest, sentence: str, url: str, rows: Iterable[str] = ()) -> None:
    """`sentence`, with its *Undo* where there is an address for it."""
    messages.success(request, sentence, extra_tags=" ".join([url, *rows]) if url else "")


def way_back(message: Message) -> WayBack | None:
    """What `say` has put into this message; None for any other."""
    url, *rows = (message.extra_tags or "").split() or [""]
    return WayBack(url, tuple(rows)) if ADDRESS.fullmatch(url) else None
