"""S6, P41: a whole run with faults, and then no secret is in anything that was written or shown."""

from __future__ import annotations

import base64
import io
import logging
import pickle
import re
import zipfile
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings as install
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django_q.models import OrmQ, Schedule, Task
from django_q.tasks import async_task

import accounts.tasks
from accounts.connections.grants import connect
from accounts.models import AiKey, Channel, Credential, ProviderApp
from accounts.reason_columns import WELL
from accounts.sign_in import second_factors
from media.models import Asset
from operations.doctor import examine
from operations.nudges import nudge
from outbox.models import LedgerEntry
from poster.config.logs import Redacting
from poster.work import schedules
from publishing.models import Delivery
from tests.house import House, grant
from writing.models import AiCall

MOST_PAGES = 150
PASSWORD, WRONG = "canary password of ann", "canary-that-was-not-it"
APP_SECRET = "canary1app1secret1in1the1dashboard"
AI_KEY, OPERATORS_KEY = "sk-canary-own-key-0123456789", "sk-canary-operator-0123456789"
TOTP = "CANARYTOTPSECRETABCDEFGHIJKLMNOP"


def spellings(secret: str) -> set[bytes]:
    """The ways in which it could lie somewhere."""
    found = {secret, quote(secret, safe=""), secret.encode().hex(), repr(secret)[1:-1]}
    for before in range(3):  # base64, wherever it begins in what is encoded
        coded = base64.b64encode(b"\0" * before + secret.encode()).decode()
        found.add(coded[4 if before else 0 : -4])
    return {each.encode() for each in found} | {each.encode() for each in {secret.upper(), secret.lower()}}


class Canaries:
    """Everything that must be nowhere."""

    def __init__(self) -> None:
        self.known: dict[str, set[bytes]] = {}

    def add(self, name: str, secret: str) -> None:
        assert len(secret) > 15, name
        self.known[name] = spellings(secret)

    def in_(self, where: str, content: bytes) -> list[str]:
        """Which of them are in it."""
        found = [(name, form) for name, forms in self.known.items() for form in forms if form in content]
        return [f"{name} in {where}: {content[(at := content.index(form)) - 90 : at + 60]!r}" for name, form in found]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the log of the install would hold, even of those who talk too much."""
    written = io.StringIO()
    root = logging.getLogger()
    ours = next(each for each in root.handlers if any(isinstance(one, Redacting) for one in each.filters))
    handler = logging.StreamHandler(written)
    handler.setFormatter(ours.formatter)
    handler.addFilter(Redacting())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def run(house: House, settings, log: io.StringIO, tmp_path: Path) -> tuple[House, Canaries, io.StringIO]:
    """An install that did everything once, with faults at every corner."""
    canaries = Canaries()
    settings.VAR = tmp_path / "var"
    settings.VAR.mkdir()
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": OPERATORS_KEY}
    settings.EMAIL_FILE_PATH = tmp_path / "var" / "mail"
    _connect(house, settings, canaries)
    _secrets(house, canaries)
    _sign_in(house)
    _go_out(house)
    _break(house)
    schedules.install()
    async_task("outbox.tasks.round")
    nudge()
    examine()
    return house, canaries, log


def _connect(house: House, settings: Any, canaries: Canaries) -> None:
    tokens = house.box.person()
    app = tokens["facebook"]
    settings.PROVIDER_APPS = {**settings.PROVIDER_APPS, "facebook": (app["app_id"], app["app_secret"])}
    canaries.add("secret of the operator's app", app["app_secret"])
    for provider in ("facebook", "threads"):
        connect(house.owner, provider, grant(tokens[provider]))
    house.channels = {channel.platform: channel for channel in Channel.objects.filter(owner=house.owner)}


def _secrets(house: House, canaries: Canaries) -> None:
    house.owner.set_password(PASSWORD)
    house.owner.save()
    for login in Credential.objects.all():
        for name, value in login.secret.items():
            if value:
                canaries.add(f"{name} of {login.provider}", value)
    for channel in Channel.objects.filter(token__isnull=False):
        canaries.add(f"token of {channel.platform}", str(channel.token))
    AiKey.objects.create(owner=house.owner, captioner="openai", key=AI_KEY)
    ProviderApp.objects.create(provider="threads", client_id="2", client_secret=APP_SECRET)
    sealed = second_factors.seal(TOTP, house.owner.pk)
    Authenticator.objects.create(user=house.owner, type="totp", data={"secret": sealed})
    for name, value in {
        "password": PASSWORD,
        "wrong password": WRONG,
        "app secret": APP_SECRET,
        "AI key": AI_KEY,
        "operator's AI key": OPERATORS_KEY,
        "TOTP": TOTP,
    }.items():
        canaries.add(name, value)


def _sign_in(house: House) -> None:
    for password in (WRONG, PASSWORD):
        Client().post("/accounts/login/", {"login": house.owner.email, "password": password})
    Client(raise_request_exception=False).get(f"/nothing/?access_token={AI_KEY}&password={PASSWORD}")


def _go_out(house: House) -> None:
    """A picture from the folder to all three platforms, with words of a model."""
    house.watch(captioner="openai")
    house.drop()
    house.look(3)
    house.round()
    for delivery in Delivery.objects.all():
        house.settle(delivery)
    assert AiCall.objects.exists()
    assert Delivery.objects.filter(state="published").count() == 3


def _break(house: House) -> None:
    """Each fault once at each platform, and at the model. Some say our own secrets back to us."""
    tokens = [str(login.secret["access_token"]) for login in Credential.objects.all()]
    echo = (
        f"Cannot use access_token={tokens[0]} (Bearer {tokens[-1]}), appsecret {install.PROVIDER_APPS['facebook'][1]}"
    )
    faults: list[dict[str, Any]] = [
        {"kind": "error", "code": 100, "message": echo},
        {"kind": "status", "status": 500, "body": echo},
        {"kind": "lost", "times": 2},
        {"kind": "malformed", "times": 2},
        {"kind": "rate", "times": 2},
        {"kind": "redirect", "times": 2},
        {"kind": "expired"},
    ]
    for number, fault in enumerate(faults):
        Channel.objects.update(state="active", resting_until=None, **WELL)
        Credential.objects.update(state="active", **WELL)
        house.box.fault(**fault)
        to = list(house.channels.values())[number % 3]
        deliveries = house.approved(f"Words {number}", to, asset=house.asset(f"{number}.jpg", seed=number))
        for _ in range(3):
            house.round()
            accounts.tasks.round()
            house.later(40)
        house.box.no_faults()
        assert deliveries
    house.box.fault("error", host="api.openai.com", code=401, message=f"Incorrect API key provided: {AI_KEY}")
    house.drop("again.jpg", seed=99)
    house.look(3)
    house.box.no_faults()
    assert LedgerEntry.objects.filter(kind="outcome").count() > 5
    assert Asset.objects.count() > 5


def crawled(person: Any, start: str = "/dashboard/") -> Iterator[tuple[str, bytes]]:
    """Every page that links lead to."""
    client = Client()
    client.force_login(person)
    client.post("/agree/", {"adult": "on", "agreed": "on"})
    seen, waiting = {start}, deque([start])
    for _ in range(MOST_PAGES):
        if not waiting:
            return
        where = waiting.popleft()
        response = client.get(where)
        if response.streaming:
            response.close()
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            continue
        yield where, response.content
        for link in re.findall(rb'href="([^"#]+)"', response.content):
            found = urlsplit(urljoin(where, link.decode().replace("&amp;", "&")))
            if not found.netloc and found.path not in seen and "/static/" not in found.path:
                seen.add(found.path)
                waiting.append(found.path)


@pytest.mark.slow
def test_p41_s1_s6_s7_no_secret_is_in_anything_that_was_written_or_shown(run, tmp_path: Path) -> None:
    house, canaries, log = run
    written = [("the log", log.getvalue().encode())]
    written += [("a mail", message.message().as_bytes()) for message in mail.outbox]
    pages = list(crawled(house.owner))
    files = [(str(path), path.read_bytes()) for path in tmp_path.rglob("*") if path.is_file()]
    places = [*written, *pages, *files, *_copy(house, tmp_path), *_commands(), *_rows(), *_database_files(), *_tasks()]
    assert [hit for where, content in places for hit in canaries.in_(where, content)] == []
    assert len(pages) > 40
    assert len(log.getvalue()) > 1000
    assert len(places) > 300


def _copy(house: House, folder: Path) -> Iterator[tuple[str, bytes]]:
    """What a person gets who asks for his data."""
    copy = folder / "copy.zip"
    call_command("export_account", house.owner.email, "--to", str(copy), stdout=io.StringIO())
    with zipfile.ZipFile(copy) as archive:
        yield from ((name, archive.read(name)) for name in archive.namelist())


def _commands() -> Iterator[tuple[str, bytes]]:
    for words in (
        ["posts", "--json"],
        ["channels", "--json"],
        ["dumpdata", "accounts", "publishing", "mfa"],
    ):
        told = io.StringIO()
        call_command(*words, stdout=told)
        yield words[0], told.getvalue().encode()


def _rows() -> Iterator[tuple[str, bytes]]:
    """Every row of every table, as the database has it."""
    for model in apps.get_models():
        columns = ", ".join(connection.ops.quote_name(field.column) for field in model._meta.concrete_fields)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {model._meta.db_table}")  # noqa: S608 - names of ours
            yield from ((model._meta.label, b"\n".join(_bytes(cell) for cell in row)) for row in cursor.fetchall())


def _bytes(cell: object) -> bytes:
    return bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()


def _database_files() -> Iterator[tuple[str, bytes]]:
    """With the journal, and what SQLite has not wiped."""
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        parts = [part for part in (file, file.with_name(f"{file.name}-wal")) if part.exists()]
        assert parts
        yield from ((part.name, part.read_bytes()) for part in parts)


def _tasks() -> Iterator[tuple[str, bytes]]:
    """Of the queue, taken apart: it keeps them packed. They carry no arguments at all (S7)."""
    assert OrmQ.objects.exists()
    for message in OrmQ.objects.all():
        task = message.task
        assert (tuple(task["args"]), dict(task["kwargs"])) == ((), {}), task["name"]
        yield "the queue", pickle.dumps(task)
    for schedule in Schedule.objects.all():
        assert (schedule.args or "", schedule.kwargs or "") == ("", "")
    yield from (("a result", repr((task.args, task.kwargs, task.result)).encode()) for task in Task.objects.all())


def test_the_canaries_would_be_found() -> None:
    """A test that cannot fail proves nothing."""
    canaries = Canaries()
    canaries.add("key", AI_KEY)
    for content in (AI_KEY, quote(AI_KEY, safe=""), base64.b64encode(f"xx {AI_KEY} yy".encode()).decode()):
        assert len(canaries.in_("somewhere", content.encode())) == 1
    assert install.DEBUG is False
