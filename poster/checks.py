"""What must hold at run time is checked at start-up."""

from __future__ import annotations

import ipaddress
import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from poster.database import trigger_sync
from poster.errors import Refused
from poster.http import ssrf
from poster.ledger import hash_chain, signatures
from poster.secrets.keyring import ring
from poster.work.leases import LEASE

OURS = "ours"  # the tag of what each command looks at before it does anything
LEAST_SECRET = 32  # letters of a SECRET_KEY, and how many different ones
LEAST_LETTERS = 8
NAMED = 5  # things that one sentence names
Apps = Sequence[AppConfig] | None


@register(OURS)
def queue_times(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """timeout < lease, and retry long enough that a waiting task is not handed out twice."""
    queue = settings.Q_CLUSTER
    rounds = 1 + math.ceil((queue["queue_limit"] + queue["bulk"]) / queue["workers"])
    if queue["timeout"] < LEASE.total_seconds() and queue["retry"] > queue["timeout"] * rounds:
        return []
    return [
        Error(
            "Two workers could hold one row.",
            hint=f"Keep timeout < {LEASE.total_seconds():.0f} s (the lease) and retry > {queue['timeout'] * rounds} s.",
            id="poster.E001",
        )
    ]


@register(Tags.security, OURS)
def secrets(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """Keys that can be guessed, or that open nothing, are no keys."""
    return [*_secret_key("SECRET_KEY", "E002"), *_secret_key("AUDIT_KEY", "E003"), *_key_ring()]


def _secret_key(name: str, number: str) -> Iterator[CheckMessage]:
    value = getattr(settings, name)
    if len(value) < LEAST_SECRET or len(set(value)) < LEAST_LETTERS or value.startswith("django-insecure"):
        yield Error(
            f"{name} can be guessed.",
            hint=f"Leave it unset, and one is made and kept; or give at least {LEAST_SECRET} random letters.",
            id=f"poster.{number}",
        )


def _key_ring() -> Iterator[CheckMessage]:
    if not settings.CREDENTIAL_KEYS and not Path(settings.KEY_FILE).exists():
        return  # made on first use
    try:
        ring()
    except (ImproperlyConfigured, OSError) as error:
        yield Error(str(error), hint="Without its keys, nothing that is sealed can be opened.", id="poster.E004")


@register(Tags.security, OURS)
def hosts(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """Whoever can choose our name can put it into the links of our mails."""
    if not any(name.strip() in {"*", "."} for name in settings.ALLOWED_HOSTS):
        return []
    return [Error("ALLOWED_HOSTS lets every name in.", hint="List the names that people type.", id="poster.E005")]


@register(OURS)
def database_file(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """SQLite writes beside its file as well, so the folder must let us."""
    database = settings.DATABASES["default"]
    folder = Path(str(database["NAME"])).parent
    if not database["ENGINE"].endswith("sqlite3") or os.access(folder, os.W_OK):
        return []
    return [
        Error(
            f"The database cannot be written in {folder}.",
            hint="Check the path in DATABASE_URL (four slashes for an absolute one), and the rights on the folder.",
            id="poster.E006",
        )
    ]


@register(OURS)
def signed_columns(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """What was signed once can be verified for as long as its columns are there, under their names."""
    found = {label: signatures.lost(model) for label, model in hash_chain.lines().items()}
    return [
        Error(
            f"{label} has no {name}, which lines of it were signed with.",
            hint="Signed columns are never renamed or removed. Put it back, and leave it empty in new lines.",
            id="poster.E010",
        )
        for label, names in found.items()
        for name in names
    ]


@register(Tags.security, OURS)
def redis(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """A queue that strangers can write to runs what strangers want."""
    parts = urlsplit(settings.REDIS_URL)
    if not settings.REDIS_URL:
        return []
    if parts.scheme not in {"redis", "rediss", "unix"}:
        return [Error("REDIS_URL does not look like redis://:password@host:6379/0.", id="poster.E007")]
    if parts.password or not _outside(parts.hostname or ""):
        return []
    return [
        Error(
            "Redis has no password and may be reached from outside.",
            hint="Give it one, and write it into REDIS_URL as redis://:password@host:6379/0.",
            id="poster.E008",
        )
    ]


def _outside(host: str) -> bool:
    """Whether strangers may reach it: a public address, or a full name, which may lead anywhere."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost", ".lan"))


@register(Tags.security, OURS)
def named_addresses(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """Addresses that we connect to lead outside, or where the operator has allowed it by name."""
    found = [_leads_inside("COMPATIBLE_URL", settings.COMPATIBLE_URL)] if settings.COMPATIBLE_URL else []
    return [problem for problem in found if problem]


def _leads_inside(name: str, url: str) -> CheckMessage | None:
    try:
        where = ssrf.spelled(url).name
        inside = ssrf.surely_inside(url) and where not in settings.ALLOW_PRIVATE
    except Refused as error:
        return Error(f"{name}: {error.sentence}", id="poster.E009")
    if not inside:
        return None
    return Error(
        f"{name} leads to {where}, inside your own network.",
        hint=f"If it is meant, allow exactly this: ALLOW_PRIVATE={where}",
        id="poster.E009",
    )


@register(Tags.security, OURS)
def own_address(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """What people and platforms reach us by."""
    url = urlsplit(settings.PUBLIC_URL)
    if not url.hostname or settings.REMOTE_ROOT:
        return []
    found: list[CheckMessage] = []
    if not settings.BUCKET_URL and (url.scheme != "https" or not _outside(url.hostname)):
        found.append(
            Warning(
                f"Platforms that fetch pictures, such as Instagram, cannot fetch them from {settings.PUBLIC_URL}: they "
                "want https and a public name.",
                hint="Set PUBLIC_URL to the public https address of this install, or give a bucket (BUCKET_URL).",
                id="poster.W001",
            )
        )
    return found


@register(Tags.security, deploy=True)
def in_front(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """In production everything is https, ended by a proxy of the operator's."""
    if not settings.PUBLIC_URL.startswith("https://"):
        return [
            Warning(
                "PUBLIC_URL is no https address, so passwords and cookies travel in the open.",
                hint="Put a proxy with a certificate in front, and set PUBLIC_URL=https://... and BEHIND_PROXY=yes.",
                id="poster.W002",
            )
        ]
    if settings.BEHIND_PROXY:
        return []
    return [
        Warning(
            "PUBLIC_URL is https, but nothing terminates TLS.",
            hint="Set BEHIND_PROXY=yes when a proxy of yours ends https in front of this program, and make sure that "
            "nobody reaches it past the proxy.",
            id="poster.W003",
        )
    ]


@register(Tags.database)
def triggers(app_configs: Apps, databases: Sequence[str] | None = None, **kwargs: object) -> list[CheckMessage]:
    """What the database itself must refuse, it refuses: for `check --database default`, and for each `migrate`."""
    found = [each for alias in databases or () for each in _not_standing(connections[alias])]
    if not found:
        return []
    return [
        Warning(
            f"{len(found)} triggers are not as they should be: {'; '.join(map(str, found[:NAMED]))}.",
            hint="Nothing is published until they are. `manage.py start` or `migrate` puts back what is missing or "
            "changed; what is not ours you remove yourself.",
            id="poster.W004",
        )
    ]


def _not_standing(connection: BaseDatabaseWrapper) -> list[trigger_sync.Difference]:
    """Of the tables that are there; where there is no database yet, nothing is wrong with it."""
    try:
        return trigger_sync.differences(connection, trigger_sync.possible(connection))
    except DatabaseError:
        return []
