"""What the public pages say about this install, read from how it is set up: they cannot say what is not so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.connections.provider_apps import app_of
from accounts.data_rights import documents
from accounts.models import Acceptance, AiKey, Credential, User
from accounts.people import operator
from accounts.providers import PROVIDERS, for_posting
from accounts.retention import idle
from accounts.sign_in.google_sign_in import is_configured as google_sign_in
from media.images import THUMBNAIL_SIDE
from operations.privacy.retention import rules
from poster.manifests import Retention
from poster.reasons.rendering import sentence
from watches.models import Watch
from writing.captioners import CAPTIONERS
from writing.names import captioner_name

LOCAL = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Processor:
    """Somebody who gets data of people. `kind`: "provider", "captioner", "mail", "bucket", or where we run ourselves:
    "host", "network", "database", "queue".
    """

    kind: str
    name: str
    label: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the pages are made of."""

    operator: str
    contact: str
    age: int
    security: str  # an address of mail or web
    hosted_by: str  # "" for these four: the operator has not said
    hosted_in: str
    law: str
    authority: str
    terms: str  # its version, which is the day of its last material change
    privacy: str
    terms_date: dt.date
    privacy_date: dt.date
    posts_to: str  # as it stands in a sentence: "one, another and a third"
    logins: str  # "one, another or a third"
    processors: list[Processor]
    captioner_here: bool
    rules: tuple[Retention, ...]
    google_sign_in: bool
    sign_up: str  # as the setting says
    secure: bool
    practice: bool
    backup_days: int
    idle: str
    most_days: int
    small_side: int  # pixels of the small copy of a picture


def facts() -> Facts:
    """As of now."""
    versions = documents.current()
    return Facts(
        operator=settings.OPERATOR_NAME,
        contact=settings.CONTACT_EMAIL or _operators_address(),
        age=settings.MINIMUM_AGE,
        security=security_contact(),
        hosted_by=settings.HOSTED_BY,
        hosted_in=settings.HOSTED_IN,
        law=settings.GOVERNING_LAW,
        authority=settings.DATA_AUTHORITY,
        terms=versions[Acceptance.Document.TERMS],
        privacy=versions[Acceptance.Document.PRIVACY],
        terms_date=dt.date.fromisoformat(versions[Acceptance.Document.TERMS]),
        privacy_date=dt.date.fromisoformat(versions[Acceptance.Document.PRIVACY]),
        posts_to=get_text_list([PROVIDERS.label(name) for name in for_posting()], _and()),
        logins=get_text_list([PROVIDERS.label(name) for name in PROVIDERS], _or()),
        processors=processors(),
        captioner_here=Watch.objects.filter(captioner="describer").exists(),
        rules=tuple(rules()),
        google_sign_in=google_sign_in(),
        sign_up=settings.SIGN_UP,
        secure=settings.PUBLIC_URL.startswith("https://"),
        practice=settings.PRACTICE,
        backup_days=settings.BACKUP_DAYS,
        idle=idle(),
        most_days=settings.SESSION_MAX_DAYS,
        small_side=THUMBNAIL_SIDE,
    )


def _and() -> str:
    return pgettext("before the last of several", "and")


def _or() -> str:
    return pgettext("before the last of several", "or")


def processors() -> list[Processor]:
    """Everybody outside who gets, or may get, data of the people here."""
    return [*_providers(), *_captioners(), *_services(), *_places()]


def _providers() -> list[Processor]:
    """Configured, or connected with tokens. Practice accounts are the sandbox: nobody outside."""
    used = _different(Credential.objects.filter(practice=False), "provider")
    asked = [name for name in PROVIDERS if name in used or _has_app(name)]
    said = [(name, PROVIDERS[name].about) for name in asked]
    return [
        Processor("provider", name, PROVIDERS.label(name), sentence(about.company, {}), sentence(about.gets, {}))
        for name, about in said
    ]


def _has_app(provider: str) -> bool:
    return bool(app_of(provider).client_id)


def _captioners() -> list[Processor]:
    """Those that somebody's watch uses, or keeps a key for, or that the operator has configured."""
    used = _different(Watch.objects.filter(practice=False), "captioner") | _different(AiKey.objects.all(), "captioner")
    used |= {name for name, key in settings.AI_KEYS.items() if key and name != "compatible"}
    if settings.COMPATIBLE_URL:
        used.add("compatible")
    asked = [(name, CAPTIONERS[name]) for name in CAPTIONERS if name in used - {"describer"}]
    host = urlsplit(settings.COMPATIBLE_URL).hostname or ""
    return [
        Processor(
            "captioner", name, captioner_name(name), sentence(writer.company, {}) or host, sentence(writer.gets, {})
        )
        for name, writer in asked
    ]


def _different(rows: QuerySet[Any], column: str) -> set[str]:
    """The values there are, each told once by the database: anybody can ask for these pages."""
    return set(rows.order_by().values_list(column, flat=True).distinct())


def _services() -> list[Processor]:
    made = []
    if settings.EMAIL_URL:
        host = urlsplit(settings.EMAIL_URL).hostname or ""
        made.append(
            Processor("mail", host, _("Mail server"), host, _("Gets mails to you: invitations, warnings, answers."))
        )
    if settings.BUCKET_URL:
        host = urlsplit(settings.BUCKET_URL).hostname or ""
        what = _("Holds pictures while a platform fetches them; they are removed when they are out.")
        made.append(Processor("bucket", host, _("Picture bucket"), host, what))
    return made


def _places() -> list[Processor]:
    """Who holds or passes on everything: whose machine it is, and what of it is another machine."""
    made = []
    if settings.HOSTED_BY:
        what = _("Runs the machine of this install.")
        if settings.HOSTED_IN:
            what = _("Runs the machine of this install, in %(place)s.") % {"place": settings.HOSTED_IN}
        made.append(Processor("host", "host", _("Host"), settings.HOSTED_BY, what))
    if settings.NETWORK_PROVIDER:
        what = _("Stands between your browser and this install, and sees what passes.")
        made.append(Processor("network", "network", _("Network"), settings.NETWORK_PROVIDER, what))
    database = settings.DATABASE_HOST
    if _is_elsewhere(database):
        what = _("Holds the database: everything that this page names; tokens and keys sealed.")
        made.append(Processor("database", database, _("Database server"), database, what))
    queue = urlsplit(settings.REDIS_URL).hostname or ""
    if _is_elsewhere(queue):
        what = _("Holds the queue and counters for minutes: which work is due, addresses that try to sign in.")
        made.append(Processor("queue", queue, _("Queue server"), queue, what))
    return made


def _is_elsewhere(host: str) -> bool:
    """A name of this machine, or the path of a socket, is not."""
    return bool(host) and not host.startswith("/") and host not in LOCAL


def security_contact() -> str:
    """Where to report a weakness: an address of mail or of the web."""
    return settings.SECURITY_CONTACT or settings.CONTACT_EMAIL or _operators_address()


def _operators_address() -> str:
    try:
        return operator().email
    except User.DoesNotExist:
        return settings.OPERATOR_EMAIL
