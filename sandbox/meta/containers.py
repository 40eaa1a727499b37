"""Media on its way in, alike for Instagram and Threads: laid down, processed, published once."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile

from sandbox.faults import trouble
from sandbox.meta import errors, pictures, shown
from sandbox.meta.calls import Call
from sandbox.meta.rows import DAY, Container, Media
from sandbox.world import World

STUCK = "STUCK"
UNREACHED = "2207052"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a container is made of. `url` is the public address of the picture, empty for words alone."""

    media_type: str
    text: str = ""
    alt_text: str = ""
    url: str = ""
    children: tuple[str, ...] = ()
    child: bool = False
    ai_generated: bool = False
    story: bool = False
    options: dict[str, str] = field(default_factory=dict)


def lay_down(world: World, platform: str, account_id: str, draft: Draft) -> Container:
    """Fetch and check the picture and start to process it. Raises GraphError."""
    sha256 = world.keep(pictures.fetched(world, draft.url, platform, any_shape=draft.story)) if draft.url else ""
    now = world.now()
    container = Container(
        id=world.new_id("178" if platform == "instagram" else "179"),
        platform=platform,
        account_id=account_id,
        media_type=draft.media_type,
        text=draft.text,
        alt_text=draft.alt_text,
        sha256=sha256,
        children=list(draft.children),
        made_at=now,
        ready_at=now + (world.processing_seconds if sha256 or draft.children else 0.0),
        child=draft.child,
        url=draft.url,
        ai_generated=draft.ai_generated,
        story=draft.story,
        options=dict(draft.options),
    )
    _meet_fate(world, container, platform)
    world.table(Container)[container.id] = container
    return container


def state_of(world: World, container: Container, *, publishing: bool = False) -> str:
    """Its state now. At the end of processing, and when it is published, they come for the picture again."""
    state = container.status(world.now())
    if state == "FINISHED" and container.children and (behind := _worst_child(world, container)):
        return behind
    if state != "FINISHED" or (container.processed and not publishing):
        return state
    container.processed = True
    if container.url and not world.reaches(container.url):
        container.fate = UNREACHED
    return container.status(world.now())


def _worst_child(world: World, container: Container) -> str:
    """What keeps an album from being done: a picture of it that is spoilt, thrown away, or still worked on."""
    children = [world.table(Container)[one] for one in container.children]
    states = {state_of(world, child): child for child in children}
    if spoilt := states.get("ERROR"):
        container.fate = spoilt.fate
    return next((state for state in ("ERROR", "EXPIRED", "IN_PROGRESS") if state in states), "")


def all_done(world: World, container_ids: tuple[str, ...]) -> bool:
    """Whether they have finished working on each of these."""
    return all(state_of(world, world.table(Container)[one]) == "FINISHED" for one in container_ids)


def _meet_fate(world: World, container: Container, platform: str) -> None:
    host = "graph.threads.net" if platform == "threads" else "graph.instagram.com"
    if stuck := trouble(world, "container_stuck", host=host):
        container.ready_at = container.made_at + stuck.seconds
        container.fate = "" if stuck.seconds else STUCK
    if broken := trouble(world, "container_error", host=host):
        container.fate = str(broken.code or 2207026)


def children_of(world: World, container_ids: tuple[str, ...], account_id: str) -> list[Container]:
    """The children that a carousel names. Raises GraphError 100."""
    containers = world.table(Container)
    found = [containers[one] for one in container_ids if one in containers]
    if len(found) != len(container_ids) or any(not one.child or one.account_id != account_id for one in found):
        raise errors.wrong_children()
    return found


def used_today(world: World, platform: str, account_id: str) -> int:
    """How many posts of this account went out in the last 24 hours; a carousel is one."""
    today = takewhile(lambda media: media.made_at > world.now() - DAY, reversed(world.table(Media).values()))
    return sum((one.platform, one.account_id, one.parent_id) == (platform, account_id, "") for one in today)


def quota(world: World, usual: int) -> int:
    """The daily quota: the usual one, unless a fault says otherwise."""
    rule = trouble(world, "quota")
    return rule.code if rule else usual


def publish(world: World, container: Container) -> Media:
    """Show it to everybody. The same container again makes the same media again only if a fault says so."""
    media = _make_media(world, container)
    media.children = [
        _make_media(world, world.table(Container)[one], parent_id=media.id).id for one in container.children
    ]
    container.media_id = media.id
    return media


def publish_again(world: World, container: Container, refusal: errors.GraphError) -> Media:
    """What happens to the second publish of one container: refused, unless a fault says same or another."""
    rule = trouble(world, "second_publish")
    if rule and rule.variant == "another":
        return publish(world, container)
    if rule and rule.variant == "same":
        return world.table(Media)[container.media_id]
    raise refusal


def _make_media(world: World, container: Container, parent_id: str = "") -> Media:
    media = Media(
        id=world.new_id("180"),
        platform=container.platform,
        account_id=container.account_id,
        container_id=container.id,
        media_type=container.media_type,
        text=shown.edited(world, container.text),
        alt_text=container.alt_text,
        sha256=container.sha256,
        shortcode=world.new_token("C" if container.platform == "instagram" else "D", length=10),
        made_at=world.now(),
        parent_id=parent_id,
        ai_generated=container.ai_generated,
        story=container.story,
        options=dict(container.options),
    )
    world.table(Media)[media.id] = media
    return media


def posts_of(world: World, call: Call, account_id: str) -> list[Media]:
    """What lists show of an account, newest first."""
    mine = (media for media in world.table(Media).values() if media.account_id == account_id)
    own = (media for media in mine if not (media.parent_id or media.story))
    return shown.listed(world, call, ((media.made_at, media) for media in own))


def stories_of(world: World, call: Call, account_id: str) -> list[Media]:
    """The stories of an account, newest first: each for a day."""
    begun = world.now() - DAY
    mine = (media for media in world.table(Media).values() if media.account_id == account_id and media.story)
    return shown.listed(world, call, ((media.made_at, media) for media in mine if media.made_at > begun))
