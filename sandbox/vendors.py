"""What a vendor brings to the world. Adding one: a package with a `VENDOR`, and its name in `NAMES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from flask import Blueprint

from sandbox.faults import Complaint, Rule
from sandbox.world import World

NAMES = ("sandbox.meta", "sandbox.google", "sandbox.openai", "sandbox.anthropic")


@dataclass(frozen=True, slots=True)
class Account:
    """A place that people can follow."""

    platform: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A published picture as followers get it; `sha256` names its bytes in the world."""

    sha256: str
    alt_text: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """One post as followers see it. `permalink` is the path of its page in the sandbox, host first."""

    platform: str
    account_id: str
    account_name: str
    id: str
    text: str
    created_at: float
    permalink: str
    pictures: tuple[Picture, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def _plain_complaint(_world: World, rule: Rule) -> Complaint:
    return Complaint(rule.status or 500, {"error": {"code": rule.code, "message": rule.message}})


def _no_logins(_world: World) -> dict[str, Any]:
    return {}


def _no_people(_world: World, _wishes: dict[str, Any]) -> dict[str, Any]:
    return {}


def _no_posts(_world: World) -> list[Published]:
    return []


def _no_accounts(_world: World) -> list[Account]:
    return []


@dataclass(frozen=True, slots=True)
class Vendor:
    """What a vendor brings.

    name: one word; its key in a wish list.
    hosts: its real host names, first part of every path that it serves.
    routes: its pages and API as one Blueprint. The world is locked while a view runs.
    complain: the body of an error that the fault panel asks for, in the vendor's own envelope.
    practice: its practice accounts, made once, and their logins: {"facebook": {"access_token": ...}}.
    people: accounts made to measure for tests; takes the wishes under its name, answers as `practice` does.
    accounts: every place of it that people can follow.
    published: everything that its followers can see, oldest first.
    keys: which service takes which key in practice, for people to copy.
    """

    name: str
    hosts: tuple[str, ...]
    routes: Callable[[World], Blueprint]
    complain: Callable[[World, Rule], Complaint] = _plain_complaint
    practice: Callable[[World], dict[str, Any]] = _no_logins
    people: Callable[[World, dict[str, Any]], dict[str, Any]] = _no_people
    accounts: Callable[[World], list[Account]] = _no_accounts
    published: Callable[[World], list[Published]] = _no_posts
    keys: tuple[tuple[str, str], ...] = ()


def vendors() -> tuple[Vendor, ...]:
    """All of them, imported on first use."""
    return tuple(import_module(name).VENDOR for name in NAMES)
