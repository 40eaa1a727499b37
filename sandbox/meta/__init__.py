"""Meta: Facebook Pages, Instagram and Threads, with their consent pages."""

from __future__ import annotations

from flask import Blueprint

from sandbox.meta import people, web
from sandbox.meta.graph import VERSIONS
from sandbox.meta.published import published
from sandbox.vendors import Vendor
from sandbox.world import World


def routes(world: World) -> Blueprint:
    """Everything that Meta serves."""
    meta = Blueprint("meta", __name__)
    web.add_graph(meta, world)
    return meta


VENDOR = Vendor(
    "meta",
    hosts=(*VERSIONS,),
    routes=routes,
    complain=web.complain,
    practice=people.practice,
    people=people.made_to_measure,
    published=published,
)
