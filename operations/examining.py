"""The doctor: is everything there that this install needs, and if not, what is to be done?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path

import requests
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django_q.models import Task

from accounts.connecting.refreshing import opened
from accounts.models import Channel, Credential
from operations import accepting, holding_back, trusting, waiting
from poster import clock
from poster.clients import meta, meta_versions
from poster.errors import OutsideError
from poster.http import remote
from poster.models import Switch
from poster.secrets import sealing
from poster.secrets.keyring import ring
from poster.work import space
from publishing.delivery.gating import publishing_paused
from publishing.delivery.stalling import longest_wait
from publishing.models import Delivery
from publishing.pictures import addresses, reaching
from publishing.posts.limiting import limits_of
from watches.models import Watch
from watches.silence import notes
from watches.trying import try_model
from writing.keys import key_for

LATE = dt.timedelta(minutes=10)
SKEW = 60.0  # seconds that our clock may be wrong
NOT_WRITTEN = "{var} cannot be written to ({why}). Make room there, or give this program the right to."
AHEAD = dt.timedelta(days=180)  # that an update is due before a version of theirs ends
PATIENCE = 5.0  # seconds for one question to the outside


class Level(StrEnum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; the sentence says what to do when something is to be done."""

    name: str
    level: Level
    sentence: str


def ok(name: str, sentence: str) -> Finding:
    return Finding(name, Level.OK, sentence)


def warning(name: str, sentence: str) -> Finding:
    return Finding(name, Level.WARNING, sentence)


def problem(name: str, sentence: str) -> Finding:
    return Finding(name, Level.PROBLEM, sentence)


def examine(*, offline: bool = False) -> list[Finding]:
    """Look at everything; with `offline` nobody outside is asked."""
    first = list(database())
    if any(finding.level is Level.PROBLEM for finding in first):
        return first + list(folder())
    looks: list[Callable[[], Iterable[Finding]]] = [
        *(trust, folder, keys, queue, deliveries, watches, mail, graph),
    ]
    findings = first + [finding for look in looks for finding in look()] + list(captioners(offline=offline))
    findings += list(address(offline=offline)) + list(logins(offline=offline))
    return findings if offline else findings + list(our_clock())


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


def trust() -> Iterator[Finding]:
    """See `trusting`, `waiting` and `holding_back`."""
    yield from (
        Finding(name, Level(how), said)
        for name, how, said in (*trusting.looks(), *waiting.looks(), *holding_back.looks())
    )


def folder() -> Iterator[Finding]:
    """The data folder: rights and space."""
    try:
        room = space.room()
        space.try_to_write()
    except OSError as error:
        yield problem("data folder", NOT_WRITTEN.format(var=settings.VAR, why=error.strerror))
        return
    told = f"{space.gb(room.free)} are free in {settings.VAR}."
    if not room.holds():
        yield problem("data folder", room.sentence)
    elif not room.holds(room.floor // 2):
        yield warning("data folder", f"{told} Make room soon.")
    else:
        yield ok("data folder", told)


def keys() -> Iterator[Finding]:
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
    others = (place for place in sealing.places() if place.name != "Credential.secret")
    lost = {place.name: sum(blob[1:5] not in ring().ciphers for _, blob in place.values()) for place in others}
    return [f"{name} (of {number})" for name, number in lost.items() if number]


def mail() -> Iterator[Finding]:
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


def queue() -> Iterator[Finding]:
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


def deliveries() -> Iterator[Finding]:
    """Is anything late, or does it wait for a person?"""
    if publishing_paused():
        yield warning("deliveries", "All publishing is paused. Nothing goes out until it is switched on again.")
    late = Delivery.objects.due().filter(next_at__lt=clock.now() - LATE).count()
    if late:
        yield problem("deliveries", f"{late} should have moved on long ago. Is `manage.py start` running?")
    people = Delivery.objects.for_people().exclude(state=Delivery.State.MISSED).count()
    if people:
        yield warning("deliveries", f"{people} failed, or wait for a person. The dashboard says which and why.")
    if not late and not people:
        yield ok("deliveries", "None is late, none waits for a person.")


def watches() -> Iterator[Finding]:
    """Do all watches look?"""
    rows = list(Watch.objects.with_stream())
    for watch in rows:
        name = f"watch {watch.name}"
        if watch.state == Watch.State.BROKEN:
            yield problem(name, watch.problem)
        elif said := notes(watch):
            yield warning(name, said)
    active = sum(watch.state == Watch.State.ACTIVE for watch in rows)
    yield ok("watches", f"{active} of {len(rows)} are looking.")


def captioners(*, offline: bool) -> Iterator[Finding]:
    """Has every captioner that is used its key, is it accepted, and is the model there? Each key is tried once."""
    used = Watch.objects.exclude(state=Watch.State.PAUSED).values_list("captioner", "owner_id", "model").distinct()
    tried: set[tuple[str, str, str]] = set()
    for captioner, owner_id, model in used.order_by("captioner", "owner_id", "model"):
        name = f"captioner {captioner}"
        try:
            mark = (captioner, key_for(captioner, owner_id).secret, model)
            if mark in tried:
                continue
            tried.add(mark)
            untried = "" if offline else try_model(owner_id, captioner, model)
        except OutsideError as error:
            yield problem(name, error.sentence)
        else:
            yield warning(name, untried) if untried else ok(name, "Has what it needs.")


def address(*, offline: bool) -> Iterator[Finding]:
    """Can the platforms that fetch pictures from us reach us?"""
    used = Channel.objects.filter(state=Channel.State.ACTIVE, credential__practice=settings.PRACTICE)
    platforms = used.values_list("platform", flat=True)
    asking = sorted(one for one in platforms.distinct().order_by() if limits_of(one).needs_address)
    if not asking:
        return
    if not addresses.reachable():
        yield problem(
            "public address",
            f"{', '.join(asking)} fetch pictures from a public https address, and there is none. "
            "Set PUBLIC_URL, or BUCKET_URL and BUCKET_PUBLIC_URL.",
        )
    elif settings.BUCKET_URL or offline:
        yield ok("public address", "Pictures have an address.")
    else:
        yield _reached()


def _reached() -> Finding:
    """At home a router may not lead us back to ourselves: not to get there proves nothing."""
    found = reaching.hindrance()
    if found is None:
        return ok("public address", f"A picture can be fetched from {settings.PUBLIC_URL}.")
    say = warning if found == reaching.Hindrance.UNREACHED else problem
    return say("public address", reaching.SENTENCES[found].format(url=settings.PUBLIC_URL))


def graph(day: dt.date | None = None) -> Iterator[Finding]:
    """How long does Meta answer the version of its Graph API that we speak? `day`: today."""
    name, ends = f"Graph API {meta_versions.VERSION}", meta_versions.ENDS
    left = ends - (day or clock.now().date())
    if left <= dt.timedelta(0):
        yield problem(name, f"Meta ended it on {ends:%d %B %Y}, and answers as it likes since. Update ai-poster now.")
    elif left <= AHEAD:
        yield warning(name, f"Meta ends it on {ends:%d %B %Y}. Update ai-poster before.")
    else:
        yield ok(name, f"Meta answers it until {ends:%d %B %Y}.")


def logins(*, offline: bool) -> Iterator[Finding]:
    """See `accepting`."""
    yield from (Finding(name, Level(how), said) for name, how, said in accepting.looks(offline=offline))


def our_clock() -> Iterator[Finding]:
    """Signed addresses and tokens need the right time; the outside knows it."""
    try:
        answer = requests.head(remote.address(f"{meta.FACEBOOK}/"), timeout=PATIENCE, allow_redirects=False)
        theirs = parsedate_to_datetime(answer.headers["Date"])
    except (requests.RequestException, KeyError, ValueError):
        yield warning("clock", "Nobody outside could be asked for the time. Is this machine online?")
        return
    skew = abs((clock.now() - theirs).total_seconds())
    if skew > SKEW:
        yield problem("clock", f"It is wrong by {skew:.0f} seconds. Switch on time synchronisation.")
    else:
        yield ok("clock", "Right.")
