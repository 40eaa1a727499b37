"""The flow that Instagram and Threads share: a container is made, they fetch our picture into it, then it is shown.

Several pictures: a container for each, and when all of them are done one more around them, which is shown. Publishing
one container twice never makes two posts, and its own status tells for certain whether it was shown.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from accounts.providers.meta.client import Graph, identity, web_address
from accounts.providers.meta.errors import Proven
from poster import clock
from poster.errors import OutsideError, Refused, Unanswered, Unauthorized, Unavailable
from poster.reasons import Term
from publishing.platforms import (
    Account,
    Evidence,
    Form,
    Label,
    Limits,
    Option,
    Part,
    Posted,
    Receipt,
    Request,
    Spoilt,
    Staged,
    Verdict,
)
from publishing.reasons import evidence, sending

SKEW = dt.timedelta(seconds=60)  # their clock and ours
LIFE = dt.timedelta(hours=20)  # of what is laid down: they throw it away after 24
SURELY_DONE = dt.timedelta(minutes=5)  # so long after it was laid down they have finished working on any picture
NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
POLL = 2.0  # seconds until it is worth asking again how far they are
PINNED = 3  # posts that may stand first in a list although they are old
TRIMMED = 40  # characters after which a text that was cut off by them is still recognised
UNKNOWN = Term("container.unknown")
STATES = {
    name: Term(f"container.{name.lower()}") for name in ("FINISHED", "PUBLISHED", "EXPIRED", "IN_PROGRESS", "ERROR")
}
_INVISIBLE = {ord(letter): None for letter in "\ufe0e\ufe0f\u200b\u2060\ufeff\u00ad"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a platform calls things: the edges of an account, and the fields of a container and of a post.

    `forms`: what a container says of its form; each picture of an album says what a single one does.
    """

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
    forms: Mapping[Form, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Laid:
    """What is there: the container of each picture of an album ("": not yet), how many are done, the one to show.

    `at`: when the last of them was made.
    """

    items: tuple[str, ...] = ()
    done: int = 0
    whole: str = ""
    at: dt.datetime = NEVER

    @classmethod
    def of(cls, staged: Staged) -> _Laid:
        keys = staged.keys
        if not keys:
            return cls()
        return cls(tuple(keys["items"]), keys["done"], keys["whole"], dt.datetime.fromisoformat(keys["at"]))

    def with_item(self, place: int, container: str) -> _Laid:
        items = (*self.items[:place], container, *self.items[place + 1 :])
        return replace(self, items=items, at=clock.now() if container else self.at)

    def staged(self, before: Staged, total: int, **more: Any) -> Staged:  # noqa: ANN401 - other fields of Staged
        refs = tuple(filter(None, (*self.items, self.whole)))
        ends = before.expires_at or clock.now() + LIFE
        keys = {"items": list(self.items), "done": self.done, "whole": self.whole, "at": self.at.isoformat()}
        fresh = {"wait": 0, "ready": False, "done": len(refs), "total": total, "expires_at": ends, **more}
        return replace(before, keys=keys, refs=refs, **fresh)


class Containers:
    """The platform protocol for one dialect.

    `prepare` raises Spoilt when a container expired or was spoilt, Refused when a new one would be spoilt too, and
    Unanswered when it says that it is already public: then look with `find`, never publish again.
    """

    limits: Mapping[Form, Limits]
    labels: Mapping[Form, frozenset[Label]]
    options: tuple[Option, ...]
    dialect: Dialect
    no_effect: Proven

    def graph(self, account: Account) -> Graph:
        """The host to ask, with this account's login."""
        raise NotImplementedError

    def spoilt(self, detail: str) -> OutsideError:
        """What a container in ERROR means, from its own words."""
        raise NotImplementedError

    def prepare(self, account: Account, request: Request, so_far: Staged) -> Staged:
        self._check(request)
        laid = _Laid.of(so_far)
        total = len(request.parts) + 1 if request.form == Form.ALBUM else 1
        if laid.whole:
            return self._ask_whole(account, so_far, laid, total)
        if request.form != Form.ALBUM:
            whole = self._lay_down(account, request, request.parts[0] if request.parts else None)
            return replace(laid, whole=whole, at=clock.now()).staged(so_far, total)
        return self._album(account, request, so_far, laid, total)

    def _album(self, account: Account, request: Request, so_far: Staged, laid: _Laid, total: int) -> Staged:
        """The next step: a picture, the question whether it is done, or what goes around them all."""
        laid = laid if laid.items else replace(laid, items=("",) * len(request.parts))
        if "" in laid.items:
            place = laid.items.index("")
            return laid.with_item(place, self._lay_down_item(account, request.parts[place])).staged(so_far, total)
        if laid.done < len(laid.items):
            return self._ask_item(account, so_far, laid, total)
        whole = self._lay_around(account, request, laid.items)
        return replace(laid, whole=whole, at=clock.now()).staged(so_far, total)

    def _ask_item(self, account: Account, so_far: Staged, laid: _Laid, total: int) -> Staged:
        """An album around a picture that they still work on is refused (9007, 4279004)."""
        status, detail = self._how_far(account, laid.items[laid.done], laid.at)
        if status == "FINISHED":
            return replace(laid, done=laid.done + 1).staged(so_far, total)
        if status == "IN_PROGRESS":
            return laid.staged(so_far, total, wait=POLL)
        left = laid.with_item(laid.done, "")
        raise self._fault(status, detail, left.staged(so_far, total, redone=so_far.redone + 1))

    def _ask_whole(self, account: Account, so_far: Staged, laid: _Laid, total: int) -> Staged:
        status, detail = self._how_far(account, laid.whole, laid.at)
        if status == "FINISHED":
            return laid.staged(so_far, total, ready=True)
        if status == "IN_PROGRESS":
            return laid.staged(so_far, total, wait=POLL)
        if status == "PUBLISHED":
            raise Unanswered(sending.PublishedAlready(service=self.dialect.name))
        # Which of its pictures is at fault is asked again, one by one.
        left = replace(laid, done=0, whole="").staged(so_far, total, redone=so_far.redone + 1)
        raise self._fault(status, detail, left if laid.items else None)

    def _fault(self, status: str, detail: str, left: Staged | None) -> OutsideError:
        name = self.dialect.name
        if status == "EXPIRED":  # and so did, or soon will, everything that was laid down with it
            return Spoilt(sending.ThrownAway(service=name))
        if status != "ERROR":
            return Unavailable(sending.HowFarUnsaid(service=name))
        error = self.spoilt(detail)
        if isinstance(error, Spoilt):
            error.left = left
        return error

    def publish(self, account: Account, request: Request, staged: Staged) -> Receipt:
        path = f"/{self._account(account)}/{self.dialect.showing}"
        return Receipt(self.graph(account).commit(path, no_effect=self.no_effect, creation_id=staged.refs[-1]))

    def find(
        self, account: Account, request: Request, staged: Staged, since: dt.datetime, accepted: str
    ) -> Sequence[Evidence]:
        listed = self._look_through(account, request, since)
        return [self._ask_container(account, staged, listed.receipt), listed]

    def posted(self, account: Account, since: dt.datetime) -> Sequence[Posted]:
        rows = self._posts(account, since, "media_url")
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

    def permalink(self, account: Account, remote_id: str) -> str:
        return web_address(self.graph(account).get(f"/{remote_id}", fields="permalink"), "permalink")

    def pictures(self, account: Account, remote_id: str) -> Sequence[str]:
        """A carousel's own `media_url` is that of its first picture, where it has one."""
        told = self.graph(account).get(f"/{remote_id}", fields="media_url,children{media_url}")
        children = told.get("children")
        rows = children.get("data") if isinstance(children, dict) else None
        inside = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        return [web_address(row, "media_url") for row in inside or [told]]

    def room_left(self, account: Account) -> int | None:
        """From their own count of the last 24 hours."""
        path = f"/{self._account(account)}/{self.dialect.quota}"
        rows = self.graph(account).get(path, fields="quota_usage,config").get("data")
        told = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
        config = told.get("config")
        total = config.get("quota_total") if isinstance(config, dict) else None
        used = told.get("quota_usage")
        return max(total - used, 0) if isinstance(total, int) and isinstance(used, int) else None

    def _account(self, account: Account) -> str:
        return self.dialect.account or account.remote_id

    def _check(self, request: Request) -> None:
        """What they would refuse after all, before anything is laid down."""
        name, takes = self.dialect.name, self.limits.get(request.form)
        if takes is None:
            raise Refused(sending.FormUnknown(service=name))
        least = {Form.TEXT: 0, Form.ALBUM: 2}.get(request.form, 1)
        if not least <= len(request.parts) <= (takes.parts if least else 0):
            raise Refused(sending.NumberNotTaken(service=name, pictures=len(request.parts)))
        if any(part.address is None for part in request.parts):
            raise Refused(sending.NeedsAddress(service=name))

    def _lay_down(self, account: Account, request: Request, part: Part | None) -> str:
        """The container of a post that is not around others. A story takes a picture and nothing else."""
        told = {} if request.form == Form.STORY else {self.dialect.words: request.text or None}
        return self._make(account, part, **told, **self.dialect.forms.get(request.form, {}), **self._of_all(request))

    def _lay_down_item(self, account: Account, part: Part) -> str:
        return self._make(account, part, is_carousel_item="true", **self.dialect.forms.get(Form.PHOTO, {}))

    def _lay_around(self, account: Account, request: Request, items: tuple[str, ...]) -> str:
        told = {self.dialect.words: request.text or None, **self.dialect.forms.get(Form.ALBUM, {})}
        return self._make(account, None, children=",".join(items), **told, **self._of_all(request))

    def _make(self, account: Account, part: Part | None, **told: str | None) -> str:
        if part is not None and part.address is not None:
            told |= {"image_url": part.address(), "alt_text": part.alt_text or None}
        path = f"/{self._account(account)}/{self.dialect.making}"
        return self.graph(account).stage(path, files=None, **told)

    def _of_all(self, request: Request) -> dict[str, str]:
        """What is said of the whole, and not of each picture in it. Options are parameters by their names."""
        options = {name: "true" if value is True else str(value) for name, value in request.options.items()}
        ai = {self.dialect.made_with_ai: "true"} if self.dialect.made_with_ai and request.ai else {}
        return options | ai

    def _how_far(self, account: Account, container: str, since: dt.datetime) -> tuple[str, str]:
        """Whoever is refused the answer for as long as anything takes may go on as if it were done (postiz 1562)."""
        try:
            return self._status(account, container)
        except Unauthorized:
            raise
        except Refused as refused:
            if clock.now() > since + SURELY_DONE:
                return "FINISHED", ""
            raise Unavailable(sending.HowFarUnsaid(service=self.dialect.name), trace=refused.trace) from None

    def _status(self, account: Account, container: str) -> tuple[str, str]:
        """Its status and details. Refusals are no answer: 100/33 comes for living ones."""
        told = self.graph(account).get(f"/{container}", fields=f"{self.dialect.status},{self.dialect.detail}")
        return str(told.get(self.dialect.status, "")), str(told.get(self.dialect.detail, ""))

    def _ask_container(self, account: Account, staged: Staged, known: Receipt | None) -> Evidence:
        source = evidence.CONTAINER
        if not staged.refs:
            return Evidence(source, Verdict.NO_ANSWER, evidence.NothingLaidDown())
        try:
            status, _ = self._status(account, staged.refs[-1])
        except OutsideError as error:
            return Evidence(source, Verdict.NO_ANSWER, error.reason)
        said = evidence.ContainerIs(state=STATES.get(status, UNKNOWN))
        if status == "PUBLISHED":
            return Evidence(source, Verdict.THERE, said, authoritative=True, receipt=known or Receipt(""))
        if status in {"FINISHED", "EXPIRED"}:
            return Evidence(source, Verdict.NOT_THERE, said, authoritative=True)
        return Evidence(source, Verdict.NO_ANSWER, said)

    def _look_through(self, account: Account, request: Request, since: dt.datetime) -> Evidence:
        """The account's own list: the same words since we asked. Never simply its newest post."""
        source = evidence.POSTS
        if request.form == Form.STORY or not _plain(request.text):
            return Evidence(source, Verdict.NO_ANSWER, evidence.WithoutWords())
        words = self.dialect.words
        try:
            same = [row for row in self._posts(account, since) if same_words(row.get(words), request.text)]
        except OutsideError as error:
            return Evidence(source, Verdict.NO_ANSWER, error.reason)
        if not same:
            return Evidence(source, Verdict.NOT_THERE, evidence.NoneWithWords())
        if len(same) > 1 or not identity(same[0]):
            return Evidence(source, Verdict.NO_ANSWER, evidence.SeveralWithWords(posts=len(same)))
        receipt = Receipt(identity(same[0]), web_address(same[0], "permalink"))
        return Evidence(source, Verdict.THERE, evidence.OneWithWords(), receipt=receipt)

    def _posts(self, account: Account, since: dt.datetime, *more: str) -> Iterator[dict[str, Any]]:
        """The posts since then. Newest first, so a few older ones in a row mean that we have seen them all."""
        wanted = ",".join(["id", self.dialect.words, "timestamp", "permalink", *more])
        older = 0
        for row in self.graph(account).listing(
            f"/{self._account(account)}/{self.dialect.listing}", fields=wanted, limit=25
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
        raise Unavailable(sending.ListedWithoutTime(service=name)) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
