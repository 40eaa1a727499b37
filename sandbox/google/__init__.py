"""Google: signing in, Drive v3, Drive's web pages, and the practice account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from sandbox.google import api, control, oauth, pages
from sandbox.google.people import person_with_email
from sandbox.google.practice import practise
from sandbox.google.problems import complain
from sandbox.vendors import Vendor
from sandbox.world import World

HOSTS = (
    "accounts.google.com",
    "oauth2.googleapis.com",
    "openidconnect.googleapis.com",
    "www.googleapis.com",
    "drive.google.com",
    "lh3.googleusercontent.com",
)


def routes(world: World) -> Blueprint:
    """All of Google as one Blueprint."""
    google = Blueprint(
        "google",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/_sandbox/google",
    )
    for part in (oauth, api, pages, control):
        google.register_blueprint(part.routes(world))
    return google


def _practice(world: World) -> dict[str, Any]:
    return {"google": practise(world)}


def _people(world: World, wishes: dict[str, Any]) -> dict[str, Any]:
    """Wishes: {"email", "name", "scopes"}, each optional."""
    email = wishes.get("email") or "somebody@example.com"
    person = person_with_email(world, email, wishes.get("name", ""))
    scopes = tuple(wishes.get("scopes", control.DRIVE_READONLY))
    return {"google": control.account(world, person, scopes)}


VENDOR = Vendor("google", hosts=HOSTS, routes=routes, complain=complain, practice=_practice, people=_people)
