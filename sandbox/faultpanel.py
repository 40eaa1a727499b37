"""The fault panel at /faults/: what should go wrong, as forms for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox import faults
from sandbox.control import refuse_strangers
from sandbox.wire import Call
from sandbox.world import World

CALLS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Recipe:
    """A fault that is worth a button of its own."""

    title: str
    words: str
    rule: dict[str, Any] = field(default_factory=dict)


RECIPES = (
    Recipe(
        "Lose the answer",
        "The next post goes out, but nobody hears that it did.",
        {"kind": "lost", "method": "POST", "path": "*publish", "times": 1},
    ),
    Recipe(
        "Lose Facebook's answer",
        "The next Page post goes out, but nobody hears that it did.",
        {"kind": "lost", "method": "POST", "path": "*/feed", "host": "graph.facebook.com", "times": 1},
    ),
    Recipe(
        "Facebook is down",
        "Every call is a 503 page.",
        {"kind": "status", "host": "graph.facebook.com", "status": 503, "body": "html"},
    ),
    Recipe("One call in three fails", "Hang up before doing anything.", {"kind": "drop", "probability": 0.33}),
    Recipe("Everything is slow", "Five seconds for every call.", {"kind": "delay", "seconds": 5}),
    Recipe("Too many calls", "The next five calls are a 429.", {"kind": "rate", "times": 5, "retry_after": "120"}),
    Recipe("The login has expired", "Every token is refused.", {"kind": "expired", "host": "graph.*"}),
    Recipe("Processing never ends", "New containers stay in progress.", {"kind": "container_stuck"}),
    Recipe("Lists lag", "New posts are listed ten minutes late.", {"kind": "listing_lag", "seconds": 600}),
)


def routes(world: World, calls: Sequence[Call]) -> Blueprint:
    """The panel over one world and the log of its wire."""
    panel = Blueprint("faultpanel", __name__, url_prefix="/faults")
    panel.before_request(refuse_strangers)

    @panel.get("/")
    def show() -> str:
        return _page(world, calls)

    @panel.post("/")
    def add() -> ResponseReturnValue:
        try:
            faults.add(world, _wanted())
        except faults.WrongRule as error:
            return _page(world, calls, wrong=str(error)), 400
        return redirect("/faults/", 303)

    @panel.post("/remove")
    def remove() -> ResponseReturnValue:
        world.table(faults.Rule).pop(request.form.get("rule", ""), None)
        return redirect("/faults/", 303)

    @panel.post("/clear")
    def clear() -> ResponseReturnValue:
        world.table(faults.Rule).clear()
        return redirect("/faults/", 303)

    return panel


def _page(world: World, calls: Sequence[Call], wrong: str = "") -> str:
    return render_template(
        "faults.html",
        recipes=RECIPES,
        on_the_wire=faults.ON_THE_WIRE,
        in_the_world=faults.IN_THE_WORLD,
        rules=[(rule, describe(rule)) for rule in world.table(faults.Rule).values()],
        calls=list(islice(reversed(calls), CALLS_SHOWN)),
        now=world.now(),
        wrong=wrong,
    )


def _wanted() -> dict[str, Any]:
    return {name: value for name, value in request.form.items() if value.strip()}


def describe(rule: faults.Rule) -> str:
    """Where and when a rule strikes, in words."""
    place = "".join(part for part in (rule.host, rule.path) if part != "*")
    where = " ".join(part for part in (rule.method, place) if part.strip("*"))
    when = [
        f"only call {rule.nth}" if rule.nth else "",
        f"{rule.times} time{'' if rule.times == 1 else 's'}" if rule.times else "",
        f"{rule.probability:.0%} of calls" if rule.probability < 1 else "",
        f"{rule.seconds:g} s" if rule.seconds else "",
        f"status {rule.status}" if rule.status else "",
        f"code {rule.code}/{rule.subcode}" if rule.code else "",
        "after doing it" if rule.after else "",
    ]
    return " · ".join(part for part in (where or "everywhere", *when) if part)
