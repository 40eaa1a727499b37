"""OpenAI, and two houses that speak its language (OpenRouter, Gemini): chat completions with pictures."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from sandbox.openai import chat, keys
from sandbox.openai.catalogue import PRACTICE_MODEL
from sandbox.openai.own import OPENAI
from sandbox.openai.problems import complain
from sandbox.vendors import Vendor
from sandbox.world import World


def routes(world: World) -> Blueprint:
    """All houses as one Blueprint."""
    openai = Blueprint("openai", __name__)
    for host in chat.PREFIXES:
        openai.register_blueprint(chat.routes(world, host))
    return openai


def _practice(_world: World) -> dict[str, Any]:
    return {"openai": {"api_key": keys.PRACTICE[OPENAI], "model": PRACTICE_MODEL}}


def _people(world: World, _wishes: dict[str, Any]) -> dict[str, Any]:
    return _practice(world)


VENDOR = Vendor(
    "openai",
    hosts=tuple(chat.PREFIXES),
    routes=routes,
    complain=complain,
    practice=_practice,
    people=_people,
    keys=keys.shown(*chat.PREFIXES),
)
