"""How Meta's lists are read on: what to ask for the next page.

`paging.next` is an address with the token in it, and it is never called. Only what says where to go on is taken out of
it, when it is the address of the very list that was asked for, and sent to our own address for that list.

Two ways (Graph API, "Paginated Results"): by cursors; and by time, with `until` and `__paging_token` in `next` and no
cursors at all (recorded: python-facebook, a Page's posts). A page may be empty or short and still not be the last: "use
the absence of next". Threads documents the cursors alone, and its samples show no `next` (Threads API, Postman
collection, "Get a list of all a user's threads"): there it is read on until a page is empty, as to ask once too often
does no harm and to miss a post does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from poster.http import endpoints

WHERE = frozenset({"after", "until", "offset", "__paging_token"})  # one of these, or it would be the same page again
TAKEN = WHERE | {"since", "limit"}
LONGEST = 1000  # letters of a cursor; real ones have about 200
WITHOUT_NEXT = frozenset({"graph.threads.net"})


class Unclear(Exception):
    """There is more, and it is not said how to get there."""


def following(page: Mapping[str, Any], base: str, path: str) -> dict[str, str] | None:
    """What to ask for besides, to get the page after `page` of the list `path` at `base`; None at the end."""
    paging = page.get("paging")
    if not isinstance(paging, dict):
        return None
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    by_cursor = {"after": str(after)} if after else {}
    following = paging.get("next")
    if not following:
        return by_cursor if by_cursor and page.get("data") and urlsplit(base).netloc in WITHOUT_NEXT else None
    told = by_cursor or _taken_from(str(following), base, path)
    if WHERE.isdisjoint(told):
        raise Unclear
    return told


def _taken_from(following: str, base: str, path: str) -> dict[str, str]:
    """The parameters that go on, if it is an address of this list. An account may be called otherwise there ("me")."""
    try:
        parts, host = urlsplit(endpoints.address(following)), urlsplit(endpoints.address(base))
    except ValueError:
        return {}
    ours, theirs = [host.netloc, *host.path.split("/")], [parts.netloc, *parts.path.split("/")]
    same_host = theirs[: len(ours) - 1] == ours[:-1]  # the last is the version, which may be another
    if not same_host or theirs[-1] != path.rpartition("/")[2]:
        return {}
    found = dict(parse_qsl(parts.query))  # without what is empty
    return {name: value for name, value in found.items() if name in TAKEN and len(value) <= LONGEST}
