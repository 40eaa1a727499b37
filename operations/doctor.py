"""The doctor: is everything there that this install needs, and if not, what is to be done?"""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import requests
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django_q.models import Task

from accounts.connections.token_refresh import opened
from accounts.models import Credential
from accounts.providers.meta import client as meta
from operations import backlog, login_checks, rest_checks, trust_checks
from poster import clock
from poster.doctor import Finding, Level, ok, problem, told, warning
from poster.errors import OutsideError
from poster.http import endpoints
from poster.manifests import found, manifests
from poster.models import Switch
from poster.reasons import Actor
from poster.secrets import rotation
from poster.secrets.keyring import ring
from poster.work import space
from poster.work.queue_watchdog import longest_wait

SKEW = 60.0  # seconds that our clock may be wrong
PATIENCE = 5.0  # seconds for one question to the outside


def examine(*, offline: bool = False) -> list[Finding]:
    """Look at everything; with `offline` nobody outside is asked."""
    first = list(database())
    if any(finding.level is Level.PROBLEM for finding in first):
        return first + list(folder(offline=offline))
    checks = sorted((each for manifest in manifests() for each in manifest.checks), key=lambda each: each.order)
    return first + [finding for each in checks for finding in found(each.run)(offline=offline)]


def database() -> Iterator[Finding]:
    """Can it be written to, is it up to date, does SQLite keep its journal as it should?"""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield problem(_("database"), _("It is not up to date. Run `manage.py migrate`, or `manage.py start`."))
            return
        with transaction.atomic():
            Switch.objects.create(name="doctor")
            transaction.set_rollback(True)
        yield ok(_("database"), _("%(database)s answers and can be written to.") % {"database": connection.vendor})
        yield from _journal()
    except DatabaseError as error:
        yield problem(
            _("database"),
            _("It cannot be used: %(error)s. Check DATABASE_URL, and the rights on %(folder)s.")
            % {"error": error, "folder": settings.VAR},
        )


def _journal() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    if mode not in {"wal", "memory"}:
        yield warning(
            _("database"),
            _("SQLite's journal is %(mode)s, not WAL: is %(folder)s on a network disk? Move it.")
            % {"mode": mode, "folder": settings.VAR},
        )


def trust(*, offline: bool) -> Iterator[Finding]:
    """See `trust_checks`, `backlog` and `rest_checks`."""
    for name, how, said in (*trust_checks.looks(), *backlog.looks()):
        yield told(name, how, said, Actor.OPERATOR)
    yield from rest_checks.looks()


def folder(*, offline: bool) -> Iterator[Finding]:
    """The data folder: rights and space."""
    try:
        room = space.room()
        space.try_to_write()
    except OSError as error:
        yield problem(
            _("data folder"),
            _("%(folder)s cannot be written to (%(why)s). Make room there, or give this program the right to.")
            % {"folder": settings.VAR, "why": error.strerror},
        )
        return
    free = _("%(free)s are free in %(folder)s.") % {"free": space.gb(room.free), "folder": settings.VAR}
    if not room.holds():
        yield problem(_("data folder"), room.sentence)
    elif not room.holds(room.floor // 2):
        yield warning(_("data folder"), " ".join([free, _("Make room soon.")]))
    else:
        yield ok(_("data folder"), free)


def keys(*, offline: bool) -> Iterator[Finding]:
    """Do the keys open what is sealed?"""
    closed = [str(login) for login in Credential.objects.all() if not _opens(login)] + _under_lost_keys()
    if closed:
        yield problem(
            _("keys"),
            _("The keys at hand do not open %(what)s. Put the old key back, or reconnect.")
            % {"what": ", ".join(closed)},
        )
    else:
        yield ok(
            _("keys"), _("%(number)d at hand; they open everything that is sealed.") % {"number": len(ring().ciphers)}
        )
    file = Path(settings.KEY_FILE)
    if not settings.CREDENTIAL_KEYS and file.exists() and file.stat().st_mode & 0o077:
        yield warning(
            _("keys"), _("Others on this machine can read %(file)s. Run `chmod 600 %(file)s`.") % {"file": file}
        )


def _under_lost_keys() -> list[str]:
    """What else is sealed with a key that is not here."""
    others = (place for place in rotation.places() if place.name != "Credential.secret")
    lost = {place.name: sum(blob[1:5] not in ring().ciphers for _key, blob in place.values()) for place in others}
    return [_("%(name)s (of %(number)d)") % {"name": name, "number": number} for name, number in lost.items() if number]


def mail(*, offline: bool) -> Iterator[Finding]:
    """Do mails leave this install?"""
    if settings.EMAIL_URL:
        yield ok(
            _("mail"),
            _("Mails go out through %(host)s, from %(address)s.")
            % {"host": settings.EMAIL_HOST, "address": settings.DEFAULT_FROM_EMAIL},
        )
    elif not settings.PRACTICE:
        yield warning(
            _("mail"),
            _(
                "There is no mail server. Links to join or to choose a new password are files in %(folder)s, and you "
                "pass them on. Set EMAIL_URL."
            )
            % {"folder": settings.EMAIL_FILE_PATH},
        )


def _opens(login: Credential) -> bool:
    try:
        opened(login)
    except OutsideError:
        return False
    return True


def queue(*, offline: bool) -> Iterator[Finding]:
    """Does anybody work?"""
    last = Task.objects.order_by("-stopped").values_list("stopped", flat=True).first()
    age = (clock.now() - last).total_seconds() if last else None
    wait = longest_wait()
    if wait > 300:
        yield problem(
            _("queue"),
            _("A task has waited for %(seconds)d seconds. Is `manage.py start` running? Start it again.")
            % {"seconds": round(wait)},
        )
    elif age is None or age > 180:
        yield warning(
            _("queue"), _("No worker has finished anything lately. Run `manage.py start`, or `work` from cron.")
        )
    else:
        yield ok(_("queue"), _("The last task was finished %(seconds)d seconds ago.") % {"seconds": round(age)})


def logins(*, offline: bool) -> Iterator[Finding]:
    """See `login_checks`."""
    yield from (told(name, how, said, Actor.YOU) for name, how, said in login_checks.looks(offline=offline))


def our_clock(*, offline: bool) -> Iterator[Finding]:
    """Signed addresses and tokens need the right time; the outside knows it."""
    if offline:
        return
    try:
        answer = requests.head(endpoints.address(f"{meta.FACEBOOK}/"), timeout=PATIENCE, allow_redirects=False)
        theirs = parsedate_to_datetime(answer.headers["Date"])
    except (requests.RequestException, KeyError, ValueError):
        yield warning(_("clock"), _("Nobody outside could be asked for the time. Is this machine online?"))
        return
    skew = abs((clock.now() - theirs).total_seconds())
    if skew > SKEW:
        yield problem(
            _("clock"),
            _("It is wrong by %(seconds)d seconds. Switch on time synchronisation.") % {"seconds": round(skew)},
        )
    else:
        yield ok(_("clock"), _("Right."))
