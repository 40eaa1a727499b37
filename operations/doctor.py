"""The doctor: is everything there that this install needs, and if not, what is to be done?"""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import requests
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
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
NOT_WRITTEN = "{var} cannot be written to ({why}). Make room there, or give this program the right to."
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
            yield problem("database", "It is not up to date. Run `manage.py migrate`, or `manage.py start`.")
            return
        with transaction.atomic():
            Switch.objects.create(name="doctor")
            transaction.set_rollback(True)
        yield ok("database", f"{connection.vendor} answers and can be written to.")
        yield from _journal()
    except DatabaseError as error:
        yield problem("database", f"It cannot be used: {error}. Check DATABASE_URL, and the rights on {settings.VAR}.")


def _journal() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    if mode not in {"wal", "memory"}:
        yield warning("database", f"SQLite's journal is {mode}, not WAL: is {settings.VAR} on a network disk? Move it.")


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
        yield problem("data folder", NOT_WRITTEN.format(var=settings.VAR, why=error.strerror))
        return
    free = f"{space.gb(room.free)} are free in {settings.VAR}."
    if not room.holds():
        yield problem("data folder", room.sentence)
    elif not room.holds(room.floor // 2):
        yield warning("data folder", f"{free} Make room soon.")
    else:
        yield ok("data folder", free)


def keys(*, offline: bool) -> Iterator[Finding]:
    """Do the keys open what is sealed?"""
    closed = [str(login) for login in Credential.objects.all() if not _opens(login)] + _under_lost_keys()
    if closed:
        yield problem("keys", f"The keys at hand do not open {', '.join(closed)}. Put the old key back, or reconnect.")
    else:
        yield ok("keys", f"{len(ring().ciphers)} at hand; they open everything that is sealed.")
    file = Path(settings.KEY_FILE)
    if not settings.CREDENTIAL_KEYS and file.exists() and file.stat().st_mode & 0o077:
        yield warning("keys", f"Others on this machine can read {file}. Run `chmod 600 {file}`.")


def _under_lost_keys() -> list[str]:
    """What else is sealed with a key that is not here."""
    others = (place for place in rotation.places() if place.name != "Credential.secret")
    lost = {place.name: sum(blob[1:5] not in ring().ciphers for _, blob in place.values()) for place in others}
    return [f"{name} (of {number})" for name, number in lost.items() if number]


def mail(*, offline: bool) -> Iterator[Finding]:
    """Do mails leave this install?"""
    if settings.EMAIL_URL:
        yield ok("mail", f"Mails go out through {settings.EMAIL_HOST}, from {settings.DEFAULT_FROM_EMAIL}.")
    elif not settings.PRACTICE:
        yield warning(
            "mail",
            "There is no mail server. Links to join or to choose a new password are files in "
            f"{settings.EMAIL_FILE_PATH}, and you pass them on. Set EMAIL_URL.",
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
            "queue", f"A task has waited for {wait:.0f} seconds. Is `manage.py start` running? Start it again."
        )
    elif age is None or age > 180:
        yield warning("queue", "No worker has finished anything lately. Run `manage.py start`, or `work` from cron.")
    else:
        yield ok("queue", f"The last task was finished {age:.0f} seconds ago.")


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
        yield warning("clock", "Nobody outside could be asked for the time. Is this machine online?")
        return
    skew = abs((clock.now() - theirs).total_seconds())
    if skew > SKEW:
        yield problem("clock", f"It is wrong by {skew:.0f} seconds. Switch on time synchronisation.")
    else:
        yield ok("clock", "Right.")
