"""The fault panel at /faults/: what should go wrong, as forms for people."""

from __future__ import annotations

from flask import Blueprint

from sandbox.world import World


def routes(world: World) -> Blueprint:
    """The panel over one world."""
    return Blueprint("faultpanel", __name__, url_prefix="/faults")
