"""Anthropic: its own Messages API, answered by the same practice model as OpenAI's."""

from __future__ import annotations

from typing import Any

from sandbox.anthropic.messages import routes
from sandbox.anthropic.problems import HOST, complain
from sandbox.openai import keys
from sandbox.vendors import Vendor
from sandbox.world import World

PRACTICE_MODEL = "claude-haiku-5-5"


def _practice(_world: World) -> dict[str, Any]:
    return {"anthropic": {"api_key": keys.PRACTICE[HOST], "model": PRACTICE_MODEL}}


def _people(world: World, _wishes: dict[str, Any]) -> dict[str, Any]:
    return _practice(world)


VENDOR = Vendor(
    "anthropic",
    hosts=(HOST,),
    routes=routes,
    complain=complain,
    practice=_practice,
    people=_people,
    keys=keys.shown(HOST),
)
