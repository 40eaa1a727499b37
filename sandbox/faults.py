"""What can go wrong between a client and the world, and with the world: rules, set from the fault panel.

A rule says where it strikes (host, path, method as globs), when (the nth matching call, so many times, with
what probability) and what happens. Kinds in `ON_THE_WIRE` are done by `wire.Weather` around any request;
kinds in `IN_THE_WORLD` are asked for by the models: `trouble(world, "container_stuck", host=...)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from sandbox.world import World

ON_THE_WIRE = {
    "drop": "Hang up before doing anything",
    "lost": "Do it, then hang up without an answer",
    "delay": "Wait, then do it",
    "status": "Answer with this HTTP status",
    "rate": "Answer 429: too many calls",
    "truncated": "Do it, then answer with half the body",
    "malformed": "Do it, then answer with something that is not JSON",
    "empty": "Do it, then answer {}",
    "error": "Answer with this error code and subcode",
    "expired": "Say that the token has expired",
    "revoked": "Say that the token was revoked",
    "redirect": "Answer 307 to another address",
    "trickle": "Do it, then answer one byte at a time",
    "flood": "Do it, then answer with a body of so many bytes",
}
IN_THE_WORLD = {
    "container_stuck": "New media containers stay in progress",
    "container_error": "New media containers end in an error with this code",
    "not_ready": "Publishing says 'not ready' although the container is finished",
    "second_publish": "A second publish of one container: error, same or another",
    "listing_lag": "Lists show posts only after so many seconds",
    "listing_misses": "Lists never show some posts (probability)",
    "pages_by_time": "Lists of Page posts go on by times, without cursors",
    "no_story_id": "A photo does not tell which post shows it",
    "edited_text": "The platform trims the text a little",
    "quota": "The daily quota is this small",
    "suspended": "The account may not post: laying down, publishing and Page posts say this code",
    "incomplete_search": "Drive says that a search in all corpora was incomplete",
    "declines": "A model's house refuses what has this word in it (message), in its own way (variant)",
    "short_pages": "Lists give fewer rows a page than was asked for: as many as the code says",
    "words": "The model misbehaves (variant: one of its bad habits, such as refuses or malformed)",
}
DICE_PER_THING = {"listing_misses"}
KINDS = ON_THE_WIRE | IN_THE_WORLD
CASTS: dict[str, Callable[[Any], object]] = {"str": str, "int": int, "float": float, "bool": bool}


class WrongRule(ValueError):
    """A rule that cannot be kept; the message says why."""


@dataclass(slots=True)
class Rule:
    """One thing that goes wrong. Empty or zero means: not limited, or the usual value of its kind."""

    id: str
    kind: str
    host: str = "*"
    path: str = "*"
    method: str = "*"
    nth: int = 0
    times: int = 0
    probability: float = 1.0
    after: bool = False
    seconds: float = 0.0
    status: int = 0
    code: int = 0
    subcode: int = 0
    message: str = ""
    body: str = ""
    retry_after: str = ""
    variant: str = ""
    seen: int = 0
    struck: int = 0

    def covers(self, method: str, host: str, path: str) -> bool:
        """Is this call one that the rule speaks of?"""
        asked = ((method, self.method), (host, self.host), (path, self.path))
        return all(fnmatchcase(value, pattern) for value, pattern in asked)


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error in a vendor's own envelope: HTTP status, JSON body, headers."""

    status: int
    body: dict[str, Any]
    headers: tuple[tuple[str, str], ...] = ()


def add(world: World, wanted: dict[str, Any]) -> Rule:
    """Keep a new rule. Raises WrongRule with a sentence when it makes no sense."""
    kind = str(wanted.get("kind", ""))
    if kind not in KINDS:
        raise WrongRule(f"There is no fault {kind!r}.")
    known = {field.name: CASTS[str(field.type)] for field in fields(Rule)}
    if unknown := set(wanted) - set(known):
        raise WrongRule(f"A fault has no {', '.join(sorted(unknown))}.")
    try:
        settings = {name: known[name](value) for name, value in wanted.items() if name not in {"id", "kind"}}
    except (TypeError, ValueError) as error:
        raise WrongRule(str(error)) from error
    rule = Rule(world.new_id("", digits=6), kind, **settings)  # type: ignore[arg-type]
    world.table(Rule)[rule.id] = rule
    return rule


def trouble(world: World, kind: str, *, host: str = "*", path: str = "*") -> Rule | None:
    """Does the world itself go wrong in this way, now and here? Counts as one strike."""
    for rule in world.table(Rule).values():
        if rule.kind == kind and rule.covers("*", host, path) and _strikes(world, rule):
            return rule
    return None


def on_the_wire(world: World, method: str, host: str, path: str, *, browser: bool = False) -> Rule | None:
    """The first rule that strikes this request, if any. A person's browser is struck only at hosts named."""
    for rule in list(world.table(Rule).values()):
        if rule.kind not in ON_THE_WIRE or (browser and rule.host == "*"):
            continue
        if rule.covers(method, host, path) and _strikes(world, rule):
            return rule
    return None


def _strikes(world: World, rule: Rule) -> bool:
    rule.seen += 1
    its_turn = rule.nth in (0, rule.seen) and (not rule.times or rule.struck < rule.times)
    lucky = rule.kind in DICE_PER_THING or world.chance(rule.probability)
    if not (its_turn and lucky):
        return False
    rule.struck += 1
    return True
