"""The flow that Instagram and Threads share: a container is made, they fetch our picture into it, then it is shown.

Publishing one container twice never makes two posts, and its own status tells for certain whether it was shown.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.providers.meta.client import Graph, identity, web_address
from accounts.providers.meta.errors import Proven
from poster.errors import Actor, OutsideError, Refused, Unanswered, Unauthorized, Unavailable
from publishing.platforms import Draft, Evidence, HandleGone, Limits, Medium, Posted, Receipt, Untold, Verdict

SKEW = dt.timedelta(seconds=60)  # their clock and ours
PINNED = 3  # posts that may stand first in a list although they are old
TRIMMED = 40  # characters after which a text that was cut off by them is still recognised
_INVISIBLE = {ord(letter): None for letter in "\ufe0e\ufe0f\u200b\u2060\ufeff\u00ad"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a platform calls things: the edges of an account, and the fields of a container and of a post."""

    name: str
    account: str  # "" means: the account's own id
    making: str
    showing: str
    listing: str
    words: str
    status: str
    detail: str
    quota: str
    made_with_ai: str = ""  # the parameter that says so; "" where there is none
    always: Mapping[str, str] = field(default_factory=dict)


class Containers:
    """The platform protocol for one dialect.

    `is_ready` raises HandleGone when the container expired or was spoilt, Refused when a new one would be spoilt
    too, and Unanswered when it says that it is already public: then look with `find`, never publish again.
    """

    limits: Limits
    dialect: Dialect
    no_effect: Proven

    def graph(self, draft: Draft) -> Graph:
        """The host to ask, with this draft's login."""
        raise NotImplementedError

    def spoilt(self, detail: str) -> OutsideError:
        """What a container in ERROR means, from its own words."""
        raise NotImplementedError

    def prepare(self, draft: Draft) -> str:
        medium = self._picture(draft)
        return self.graph(draft).stage(
            f"/{self._account(draft)}/{self.dialect.making}",
            files=None,
            image_url=medium.url,
            alt_text=medium.alt_text or None,
            **{self.dialect.words: draft.text or None},
            **({self.dialect.made_with_ai: "true"} if self.dialect.made_with_ai and medium.ai_mark else {}),
            **self.dialect.always,
        )

    def is_ready(self, draft: Draft, handle: str) -> bool:
        name = self.dialect.name
        status, detail = self._status(draft, handle)
        if status == "FINISHED":
            return True
        if status == "IN_PROGRESS":
            return False
        if status == "EXPIRED":
            raise HandleGone(f"{name} has thrown away what we prepared, unseen. We prepare it anew.")
        if status == "ERROR":
            raise self.spoilt(detail)
        if status == "PUBLISHED":
            raise Unanswered(f"{name} says that this is published already. We look which post it is.")
        raise Unavailable(f"{name} does not say how far the picture is. We ask again.")

    def publish(self, draft: Draft, handle: str) -> Receipt:
        path = f"/{self._account(draft)}/{self.dialect.showing}"
        return Receipt(self.graph(draft).commit(path, no_effect=self.no_effect, creation_id=handle))

    def find(self, draft: Draft, handle: str, since: dt.datetime) -> Sequence[Evidence]:
        listed = self._look_through(draft, since)
        return [self._ask_container(draft, handle, listed.receipt), listed]

    def posted(self, draft: Draft, since: dt.datetime) -> Sequence[Posted]:
        rows = self._posts(draft, since, "media_url")
        return [
            Posted(
                identity(row),
                str(row.get(self.dialect.words) or ""),
                _moment(row.get("timestamp"), self.dialect.name),
                web_address(row, "permalink"),
                web_address(row, "media_url"),
            )
            for row in rows
        ]

    def permalink(self, draft: Draft, remote_id: str) -> str:
        return web_address(self.graph(draft).get(f"/{remote_id}", fields="permalink"), "permalink")

    def room_left(self, draft: Draft) -> int | None:
        """From their own count of the last 24 hours."""
        path = f"/{self._account(draft)}/{self.dialect.quota}"
        rows = self.graph(draft).get(path, fields="quota_usage,config").get("data")
        told = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
        config = told.get("config")
        total = config.get("quota_total") if isinstance(config, dict) else None
        used = told.get("quota_usage")
        return max(total - used, 0) if isinstance(total, int) and isinstance(used, int) else None

    def _account(self, draft: Draft) -> str:
        return self.dialect.account or draft.account_id

    def _picture(self, draft: Draft) -> Medium:
        name = self.dialect.name
        if len(draft.media) != 1:
            raise Refused(f"A post on {name} needs exactly one picture for now.")
        if not draft.media[0].url:
            raise Refused(
                f"{name} fetches pictures from a public address, and this install has none. Set PUBLIC_URL to an "
                "address that the internet reaches, or BUCKET_URL and BUCKET_PUBLIC_URL to a bucket.",
                actor=Actor.OPERATOR,
            )
        return draft.media[0]

    def _status(self, draft: Draft, handle: str) -> tuple[str, str]:
        """The container's status and details. Refusals are no answer: 100/33 comes for living ones (postiz 1562)."""
        wanted = f"{self.dialect.status},{self.dialect.detail}"
        try:
            told = self.graph(draft).get(f"/{handle}", fields=wanted)
        except Unauthorized:
            raise
        except Refused as refused:
            raise Untold(f"{self.dialect.name} does not say how far the picture is.", trace=refused.trace) from None
        return str(told.get(self.dialect.status, "")), str(told.get(self.dialect.detail, ""))

    def _ask_container(self, draft: Draft, handle: str, known: Receipt | None) -> Evidence:
        source = "the status of what we prepared"
        try:
            status, detail = self._status(draft, handle)
        except OutsideError as error:
            return Evidence(source, Verdict.NO_ANSWER, error.sentence)
        said = f"{status} {detail}".strip() or "nothing"
        if status == "PUBLISHED":
            return Evidence(source, Verdict.THERE, said, authoritative=True, receipt=known or Receipt(""))
        if status in {"FINISHED", "EXPIRED"}:
            return Evidence(source, Verdict.NOT_THERE, said, authoritative=True)
        return Evidence(source, Verdict.NO_ANSWER, said)

    def _look_through(self, draft: Draft, since: dt.datetime) -> Evidence:
        """The account's own list: the same words since we asked. Never simply its newest post."""
        source = "the list of posts"
        if not _plain(draft.text):
            return Evidence(source, Verdict.NO_ANSWER, "A post without words cannot be told from others.")
        try:
            same = [row for row in self._posts(draft, since) if same_words(row.get(self.dialect.words), draft.text)]
        except OutsideError as error:
            return Evidence(source, Verdict.NO_ANSWER, error.sentence)
        if not same:
            return Evidence(source, Verdict.NOT_THERE, "No post with these words since we asked.")
        if len(same) > 1 or not identity(same[0]):
            return Evidence(source, Verdict.NO_ANSWER, f"{len(same)} posts have these words since we asked.")
        receipt = Receipt(identity(same[0]), web_address(same[0], "permalink"))
        return Evidence(source, Verdict.THERE, "One post has these words since we asked.", receipt=receipt)

    def _posts(self, draft: Draft, since: dt.datetime, *more: str) -> Iterator[dict[str, Any]]:
        """The posts since then. Newest first, so a few older ones in a row mean that we have seen them all."""
        wanted = ",".join(["id", self.dialect.words, "timestamp", "permalink", *more])
        older = 0
        for row in self.graph(draft).listing(
            f"/{self._account(draft)}/{self.dialect.listing}", fields=wanted, limit=25
        ):
            if _moment(row.get("timestamp"), self.dialect.name) >= since - SKEW:
                yield row
                continue
            older += 1
            if older > PINNED:
                return


def same_words(theirs: object, ours: str) -> bool:
    """Is this our text, although they may have trimmed it, changed its spaces or its emoji's looks?"""
    if not isinstance(theirs, str):
        return False
    shown, sent = _plain(theirs), _plain(ours)
    return shown == sent or (len(shown) >= TRIMMED and sent.startswith(shown.removesuffix("...")))


def _plain(text: str) -> str:
    """One look for all spellings: NFKC also makes "..." of an ellipsis."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_INVISIBLE).split())


def _moment(value: object, name: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(str(value))
    except ValueError:
        raise Unavailable(f"{name} lists a post without its time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
