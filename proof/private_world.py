"""The stage of one part: a private database, a private world, channels of all platforms, deliveries that are due."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.db import connection

from accounts.connections.grants import connect
from accounts.models import Channel, Credential, User
from accounts.providers import Grant
from media.models import Asset
from poster import clock
from proof import laid_pictures
from proof.faults import Trouble
from proof.laid_pictures import picture
from proof.transport import number_in
from publishing.models import Delivery, Post, PostAsset
from publishing.posts.freezing import content_hash, recipe
from publishing.posts.text_limits import limits_of
from sandbox.fetching import Fetched
from sandbox.meta.people import made_to_measure
from sandbox.meta.rows import Media, Photo
from sandbox.meta.rows import Post as PagePost
from sandbox.world import World

BEGAN = 1_800_000_000.0  # Unix seconds; any moment will do
PEOPLE = 5
PLACES = ("facebook", "instagram", "instagram login", "threads")  # of each person; a post goes to all of them
SPREAD = 12 * 3600.0  # deliveries become due within so many seconds
LATEST = dt.timedelta(days=7)
TWINS = 0.03  # of all posts have the very words of an earlier one, and go out at nearly the same time
PROCESSING = 1.5  # seconds that a platform works on a picture


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a run that can be played alone.

    only: of its deliveries, none but these (shrinking). engine: what makes one step; tests name broken ones here, to
    see that they are caught.
    """

    trouble: Trouble
    first: int
    count: int
    never_resend: bool = False
    people_answer: bool = True
    only: frozenset[int] = frozenset()
    engine: str = "outbox.takings.advance"

    @property
    def numbers(self) -> list[int]:
        """The deliveries of this part."""
        return [n for n in range(self.first, self.first + self.count) if not self.only or n in self.only]

    def channel_of(self, number: int) -> tuple[int, int]:
        """To which channel of which person it goes."""
        place = number - self.first
        return place // len(PLACES) % PEOPLE, place % len(PLACES)


class ProvingWorld(World):
    """A world whose lists are blind for the same deliveries whenever they are played."""

    trouble: Trouble

    def chance(self, probability: float, about: str = "") -> bool:
        """Of a post: whether no list ever shows it."""
        if not about:
            return super().chance(probability)
        return self.trouble.is_so("list", number_in(self._alt_text(about)), probability)

    def _alt_text(self, post_id: str) -> str:
        if media := self.table(Media).get(post_id):
            return media.alt_text
        post = self.table(PagePost).get(post_id)
        return self.table(Photo)[post.photos[0]].alt_text if post and post.photos else ""


@dataclass(slots=True)
class Stage:
    """Who and what is there. `channels` of each person; `rows`: the delivery's number -> its id."""

    owner: User
    channels: list[list[Channel]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    rows: dict[int, UUID] = field(default_factory=dict)
    posts: dict[UUID, Post] = field(default_factory=dict)
    credentials: dict[UUID, Credential] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)  # of its pictures


def fetch(_url: str) -> Fetched:
    """How the world fetches our pictures: there are no sockets."""
    return Fetched("image/jpeg", picture())


def new_world(trouble: Trouble, now: Any) -> ProvingWorld:  # noqa: ANN401 - a clock
    """Empty, on the simulated clock."""
    world = ProvingWorld(clock=now, sleep=lambda _seconds: None, fetch=fetch, reach=fetch, seed=trouble.seed)
    world.trouble = trouble
    world.processing_seconds = PROCESSING
    return world


@cache
def _template() -> sqlite3.Connection:
    """The empty database, migrated once for this process."""
    call_command("migrate", verbosity=0)
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(kept)
    return kept


def empty_database() -> None:
    """All tables, no rows. Only for a database in memory: it is overwritten."""
    if connection.settings_dict["NAME"] != ":memory:":
        raise RuntimeError("This would overwrite a database that is not in memory.")
    kept = _template()
    connection.ensure_connection()
    kept.backup(connection.connection)


def set_up(part: Part, world: World) -> Stage:
    """Everybody connected, every delivery on its way."""
    owner = User.objects.create(email="prove@example.org")
    stage = Stage(owner)
    for number in range(PEOPLE):
        _move_in(stage, world, number)
    if part.never_resend:
        Channel.objects.filter(owner=owner).update(never_resend=True)
    _deliveries(stage, part)
    return stage


def _move_in(stage: Stage, world: World, number: int) -> None:
    with world.lock:
        logins = made_to_measure(world, {"name": f"Person{number} Example"})
    channels = []
    for provider, login in logins.items():
        stage.tokens |= {login["access_token"], *(page["access_token"] for page in login.get("pages", ()))}
        credential, opened = connect(stage.owner, provider, _grant(login))
        stage.credentials[credential.pk] = credential
        channels += sorted(opened, key=lambda channel: channel.platform)
    stage.channels.append(channels)


def _grant(login: dict[str, Any]) -> Grant:
    ends = clock.now() + dt.timedelta(seconds=login["expires_in"])
    return Grant(login["access_token"], expires_at=ends, scopes=tuple(login["scopes"]))


def _deliveries(stage: Stage, part: Part) -> None:
    posts: dict[int, Post] = {}
    assets: dict[int, Asset] = {}
    deliveries = []
    for number in part.numbers:
        index = (number - part.first) // len(PLACES)
        post = posts.setdefault(index, _post(stage, part, index))
        asset = assets.setdefault(index, _asset(stage))
        person, place = part.channel_of(number)
        channel = stage.channels[person][place]
        deliveries.append(_delivery(post, asset, channel, number))
        stage.rows[number] = deliveries[-1].id
    stage.posts = {post.pk: post for post in posts.values()}
    Post.objects.bulk_create(posts.values())
    Asset.objects.bulk_create(assets.values())
    PostAsset.objects.bulk_create(PostAsset(post=posts[index], asset=assets[index]) for index in posts)
    Delivery.objects.bulk_create(deliveries)
    stage.keys = laid_pictures.lay_out(deliveries)


def _post(stage: Stage, part: Part, index: int) -> Post:
    dice = part.trouble.dice("post", part.first, index)
    due, words = dice.uniform(0, SPREAD), index
    if dice.random() < TWINS and index >= PEOPLE:  # the same words on the same channels, a moment later
        words = index - PEOPLE
        due = part.trouble.dice("post", part.first, words).uniform(0, SPREAD) + dice.uniform(0, 120)
    return Post(
        owner=stage.owner,
        text=f"Fresh from the oven  today, number {part.first + words}:\nbread, rolls \N{BREAD} and a good morning!",
        state=Post.State.APPROVED,
        decided_by=stage.owner,
        due_at=dt.datetime.fromtimestamp(BEGAN + due, tz=dt.UTC),
    )


def _asset(stage: Stage) -> Asset:
    return Asset(owner=stage.owner, name="bread.jpg", sha256="0" * 64, mime="image/jpeg")


def _delivery(post: Post, asset: Asset, channel: Channel, number: int) -> Delivery:
    limits = limits_of(channel.platform)
    alt_text = f"Bread on a table, picture {number}"
    made_to = asdict(recipe(limits, post.fit))
    media = [{"asset": str(asset.pk), "sha256": asset.sha256, "alt_text": alt_text, "recipe": made_to}]
    assert post.due_at is not None  # noqa: S101 - set above
    delivery = Delivery(
        owner=post.owner,
        post=post,
        channel=channel,
        channel_name=str(channel),
        platform=channel.platform,
        due_at=post.due_at,
        next_at=post.due_at,
        latest_at=post.due_at + LATEST,
        text=post.text,
        media=media,
        content_hash=content_hash(post.text, media),
    )
    delivery.renditions = laid_pictures.noted(delivery)
    return delivery
