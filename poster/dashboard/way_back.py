"""What a message says, and the button that it offers: the verb that undoes it, and the rows that it was done to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.utils.translation import gettext as _

from poster import clock

ADDRESS = re.compile(r"/\S*")
NEVER = "-"  # ends it


@dataclass(frozen=True, slots=True)
class WayBack:
    """`url`: where it is posted to; `rows`: the ids that go with it, where the address names none.

    `seconds`: how long it is offered from now on; None: as long as the message stands.
    """

    label: str
    url: str
    rows: tuple[str, ...] = ()
    seconds: int | None = None


def say(
    request: HttpRequest,
    sentence: str,
    url: str,
    rows: Iterable[str] = (),
    *,
    label: str = "",
    until: dt.datetime | None = None,
) -> None:
    """`sentence`, with its *Undo* where there is an address for it; or, as a warning, with the button `label`."""
    level = messages.WARNING if label else messages.SUCCESS
    ends = str(until.timestamp()) if until else NEVER
    tags = " ".join([url, quote(label or _("Undo")), ends, *rows]) if url else ""
    messages.add_message(request, level, sentence, extra_tags=tags)


def way_back(message: Message) -> WayBack | None:
    """What `say` has put into this message; None for any other, and when its time is over."""
    url, label, ends, *rows = [*(message.extra_tags or "").split(), "", "", ""]
    if not ADDRESS.fullmatch(url):
        return None
    seconds = None if ends == NEVER else int(float(ends) - clock.now().timestamp())
    rows = [each for each in rows if each]
    return WayBack(unquote(label), url, tuple(rows), seconds) if seconds is None or seconds > 0 else None
