"""Meta: Facebook Pages, Instagram and Threads, with their consent pages."""

from __future__ import annotations

from flask import Blueprint

from sandbox.meta import consent, people, permalinks, web
from sandbox.meta.graph import VERSIONS
from sandbox.meta.published import accounts, published
from sandbox.vendors import Vendor
from sandbox.world import World


def routes(world: World) -> Blueprint:
    """Everything that Meta serves."""
    meta = Blueprint("meta", __name__)
    web.add_graph(meta, world)
    consent.add_dialogs(meta, world)
    permalinks.add_pages(meta, world)
    return meta


VENDOR = Vendor(
    "meta",
    hosts=(*VERSIONS, *consent.HOSTS, permalinks.PICTURE_HOST),
    routes=routes,
    complain=web.complain,
    practice=people.practice,
    people=people.made_to_measure,
    published=published,
    accounts=accounts,
)
