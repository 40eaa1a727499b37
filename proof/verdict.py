"""The verdict: what followers can see against what the database says. Pure; it knows nothing of how it came to that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outbox.states import OutgoingState


@dataclass(frozen=True, slots=True)
class Told:
    """What our database says about one delivery in the end."""

    number: int
    platform: str
    account_id: str
    state: str
    remote_id: str = ""
    said: str = ""  # what a person reads about it when it is not published
    text: str = ""
    commits: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """One public post. `number`: the delivery whose picture it shows."""

    number: int
    account_id: str
    id: str
    text: str
    picture: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that must not be. `kind` is one of KINDS."""

    kind: str
    delivery: int
    sentence: str


KINDS = {
    "duplicate": "duplicates",
    "loss": "losses",
    "false published": "false published",
    "false failed": "false failed",
    "stuck": "still moving long after the last fault",
    "changed": "published with other words or pictures than were approved",
    "misplaced": "published where nobody asked for it",
    "wrong post": "bound to another post than its own",
    "rule broken": "breaches of the rules of delivery",
}


def judge(told: Iterable[Told], seen: Iterable[Seen], *, picture: str) -> list[Wrong]:
    """Everything that is wrong. `picture`: sha256 of what every post must show."""
    public: dict[int, list[Seen]] = defaultdict(list)
    for post in seen:
        public[post.number].append(post)
    known = {one.number: one for one in told}
    wrong = [fault for one in known.values() for fault in _about(one, public[one.number])]
    wrong += [fault for number, posts in public.items() for fault in _content(known.get(number), posts, picture)]
    return wrong


def _about(told: Told, posts: Sequence[Seen]) -> Iterable[Wrong]:
    number = told.number
    if len(posts) > 1:
        yield Wrong("duplicate", number, f"It is public {len(posts)} times on {told.platform}.")
    if told.state == "published" and not posts:
        yield Wrong("false published", number, f"It is called published, and nobody can see it on {told.platform}.")
    if told.state in OutgoingState.given_up() and posts:
        yield Wrong("false failed", number, f"It is called {told.state}, and it is public on {told.platform}.")
    if told.state in OutgoingState.moving():
        yield Wrong("stuck", number, f"It is still {told.state}.")
    if told.state != "published" and told.state not in OutgoingState.moving() and not told.said:
        yield Wrong("loss", number, f"It is {told.state}, and nothing says why.")
    if told.state == "published" and told.remote_id and posts and told.remote_id not in {post.id for post in posts}:
        yield Wrong("wrong post", number, f"It is bound to {told.remote_id}, which is not its own.")


def _content(told: Told | None, posts: Sequence[Seen], picture: str) -> Iterable[Wrong]:
    for post in posts:
        if told is None or post.account_id != told.account_id:
            yield Wrong("misplaced", post.number, f"The post {post.id} belongs to nobody.")
        elif post.picture != picture or " ".join(post.text.split()) != " ".join(told.text.split()):
            yield Wrong("changed", post.number, f"The post {post.id} is not what was approved.")
