"""A whole install for tests: an owner with accounts in the sandbox, pictures, posts, and time that can pass."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import accounts.tasks
import operations.tasks
import outbox.tasks
import publishing.describing.tasks
import publishing.tasks
import watches.tasks
from accounts.connections.grants import connect
from accounts.models import Channel, User
from accounts.providers import Grant
from media.models import Asset
from outbox import ledger
from outbox.access import account_of
from outbox.kinds import adapter_of
from outbox.ledger import Kind
from outbox.ledger_statements import MARKED
from outbox.staging import staged
from poster import clock
from poster.permissions import TERMINAL, Caller
from publishing.delivery.publish_request import request_of
from publishing.models import Delivery, Post, PostAsset
from publishing.posts.approving import approve
from tests import pictures
from tests.facts import Told
from tests.held import hold, lay_down
from tests.sandbox_fixture import Box
from watches.fetching import ORIGIN
from watches.models import FoundFile, Watch
from watches.watch_service import add_watch


@dataclass
class House:
    """One install and one owner."""

    owner: User
    box: Box
    folder: Path
    offset: float = 0.0
    channels: dict[str, Channel] = field(default_factory=dict)

    def later(self, seconds: float) -> None:
        """Time passes, here and outside."""
        self.offset += seconds
        self.box.advance(seconds)

    def connect(self) -> dict[str, Channel]:
        """A Facebook Page with its Instagram account, and a Threads profile; by platform."""
        tokens = self.box.person()
        for provider in ("facebook", "threads"):
            connect(self.owner, provider, grant(tokens[provider]))
        self.channels = {channel.platform: channel for channel in Channel.objects.filter(owner=self.owner)}
        return self.channels

    def asset(self, name: str = "bread.jpg", **options: Any) -> Asset:
        """A picture in the spool that nobody can bring again, and that is not in a library."""
        options = {"width": 640, "height": 640, **options}
        size = options["width"], options["height"]
        source = pictures.photo(self.folder / name, **options)
        content = source.read_bytes()
        asset = Asset.objects.create(
            owner=self.owner,
            origin="made",
            name=name,
            sha256=hashlib.sha256(content).hexdigest(),
            mime="image/jpeg",
            width=size[0],
            height=size[1],
        )
        hold(asset, content)
        source.unlink()
        return asset

    def found(self, watch: Watch) -> Asset:
        """A picture in the spool that this watch has found."""
        asset = self.asset()
        Asset.objects.filter(pk=asset.pk).update(origin=ORIGIN)
        columns = {"watch_name": watch.name, "name": asset.name, "sha256": asset.sha256, "external_id": asset.name}
        FoundFile.objects.create(pk=asset.pk, owner=self.owner, watch=watch, asset=asset, state="taken", **columns)
        return asset

    def post(self, text: str, *channels: Channel, asset: Asset | None = None, alt_text: str = "Four quarters.") -> Post:
        """A draft to these channels; to all when none is named."""
        post = Post.objects.create(owner=self.owner, text=text)
        post.channels.set(channels or self.channels.values())
        PostAsset.objects.create(post=post, asset=asset or self.asset(), alt_text=alt_text)
        return post

    def approved(self, text: str, *channels: Channel, **options: Any) -> list[Delivery]:
        """Its deliveries, on their way."""
        return approve(self.post(text, *channels, **options), by=Caller.of(self.owner))

    def watch(self, name: str = "Inbox", **rules: Any) -> Watch:
        """A watch on the folder, for all channels. Its first look is done: what is dropped now is new."""
        options: dict[str, Any] = {"source": "folder", "place": str(self.folder), "interval": 5, "approval": "auto"}
        channels = rules.pop("channels", list(self.channels.values()))
        watch = add_watch(self.owner, name=name, by=TERMINAL, channels=channels, **{**options, **rules})
        self.look()
        watch.refresh_from_db()
        return watch

    def drop(self, name: str = "fresh bread.jpg", *, seed: int = 0, **options: Any) -> Path:
        """A picture appears in the folder. Each seed looks different."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pictures.saved(path, pictures.four_corners(400 + seed, 400, look=seed), **options)
        return path

    def look(self, times: int = 1) -> None:
        """Look, write words, and let so much time pass that what was seen has come to rest."""
        for _ in range(times):
            watches.tasks.round()
            publishing.describing.tasks.round()
            self.later(90)

    def round(self) -> None:
        """One round of everything that is due, here and now."""
        accounts.tasks.round()
        watches.tasks.round()
        publishing.describing.tasks.round()
        outbox.tasks.round()
        publishing.tasks.round()
        operations.tasks.round()

    def settle(self, delivery: Delivery, *, hours: float = 30) -> Delivery:
        """Let time pass until nothing moves this delivery any more."""
        until = self.offset + hours * 3600
        while self.offset < until:
            outbox.tasks.round()
            delivery.refresh_from_db()
            if delivery.state not in {"queued", "prepared", "publishing", "checking", "blocked"}:
                return delivery
            self.later(max((delivery.next_at - clock.now()).total_seconds(), 5) + 1)
        return delivery


def grant(token: dict[str, Any]) -> Grant:
    """A login as `connect` gets it on standard input."""
    return Grant(
        access_token=token["access_token"],
        refresh_token=token.get("refresh_token", ""),
        expires_at=clock.now() + dt.timedelta(seconds=token.get("expires_in", 5_000_000)),
        scopes=tuple(token.get("scopes", ())),
    )


@pytest.fixture
def house(transactional_db, live_server, settings, sandbox: Box, tmp_path: Path) -> Iterator[House]:
    """An install whose outside world is the sandbox, and whose pictures can be fetched."""
    settings.REMOTE_ROOT = sandbox.root
    settings.PUBLIC_URL = live_server.url
    settings.SPOOL = tmp_path / "spool"
    folder = tmp_path / "pictures"
    folder.mkdir()
    made = House(User.objects.create_superuser("ann@example.org", "a long password"), sandbox, folder)
    clock.use(lambda: time.time() + made.offset)
    yield made
    clock.use(time.time)


@pytest.fixture
def approved(house: House) -> Callable[..., Delivery]:
    """One delivery on its way to a channel made by hand, of any platform."""

    def make(text: str, *, platform: str, account_id: str) -> Delivery:
        house.connect()
        credential = house.channels["facebook"].credential
        channel = Channel.objects.create(
            owner=house.owner, credential=credential, platform=platform, remote_id=account_id, name="Board"
        )
        return house.approved(text, channel)[0]

    return make


@pytest.fixture
def killed(house: House) -> Callable[[Delivery], None]:
    """The worker of a delivery publishes it, and is gone before it can write that down."""

    def die(delivery: Delivery) -> None:
        row = _taken(delivery)
        assert Delivery.objects.take(row)
        lay_down(row)
        row.let_go()
        delivery.refresh_from_db()
        adapter_of(delivery).publish(account_of(delivery), request_of(delivery), staged(delivery))
        Delivery.objects.filter(pk=delivery.pk).update(
            state=Delivery.State.PUBLISHING,
            commits=1,
            committed_at=clock.now(),
            deadline_at=clock.now(),
            leased_until=clock.now() - dt.timedelta(seconds=1),
            next_at=clock.now(),
        )
        delivery.refresh_from_db()
        marked: dict[str, Any] = {"commit_number": 1, "content_hash": delivery.content_hash, "refs": delivery.refs}
        ledger.moved(delivery, Kind.COMMIT, Told(words="We ask."), changed=MARKED, **marked)
        house.later(120)

    return die


def _taken(delivery: Delivery) -> Delivery:
    return Delivery.objects.select_related("post", "channel__credential").get(pk=delivery.pk)
