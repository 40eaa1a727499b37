"""The pages at /feed/: what followers see."""

from __future__ import annotations

from flask import Blueprint

from sandbox.vendors import Vendor
from sandbox.world import World


def routes(world: World, vendors: tuple[Vendor, ...]) -> Blueprint:
    """The feed pages over one world."""
    return Blueprint("feed", __name__, url_prefix="/feed")
