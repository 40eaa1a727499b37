"""Each cause, and where people read of it: the front page, the doctor, and the row's own page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_q.conf import Conf
from django_q.models import OrmQ

from accounts.connections import login_doubts
from accounts.connections.token_refresh import scopes_of_place
from accounts.models import Channel, Credential, User
from accounts.reason_columns import WELL, because
from operations import backlog, doctor
from poster import clock
from poster.models import ClockSight, Rest, Switch
from poster.work.cooldowns import announce
from publishing.causes import Cause, Code, causes
from publishing.overview import went_wrong
from tests import factories
from tests.factories import ENDED
from tests.facts import Said
from writing.ai_accounts import account_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(settings) -> User:
    settings.PUBLIC_URL = "https://poster.example.org"
    return factories.person("Ann", operator=True)


def test_an_expired_login_is_one_card_however_much_waits_for_it(ann: User) -> None:
    login = factories.login(ann, state=Credential.State.BLOCKED, **because(ENDED))
    pages = [factories.channel(ann, each, credential=login, state="blocked") for each in ("facebook", "instagram")]
    for number in range(17):
        factories.delivery(factories.post(ann, pages[number % 2]), pages[number % 2], "blocked")
    wrong = went_wrong(ann)
    [cause] = wrong["causes"].rows
    assert (cause.code, cause.waiting, cause.press[1]) == (Code.LOGIN, 17, reverse("connect_again", args=[login.pk]))
    assert sum(part.total for part in wrong.values()) == 1
    Channel.objects.update(state="active")
    Credential.objects.update(state="active", **WELL)
    assert (went_wrong(ann)["causes"].total, went_wrong(ann)["failed"].total) == (0, 17)


def test_a_drive_login_speaks_for_its_watches(ann: User) -> None:
    login = factories.login(ann, "google", state=Credential.State.BLOCKED, **because(ENDED))
    for number in range(3):
        watch = factories.watch(
            ann, source="drive", name=f"Drive {number}", state="broken", problem=Said(words="No login.")
        )
        watch.stream.credential = login
        watch.stream.save()
        factories.file(ann, watched_by=watch, state="found")
    [cause] = causes(ann)
    assert (cause.code, cause.waiting) == (Code.LOGIN, 3)


@dataclass
class Scene:
    """What is wrong, and the page of the row that it is about."""

    ann: User
    settings: Any
    row: Any = None
    said: str = ""
    wanted: bool = False  # by its owner: nothing that the doctor warns of
    pages: list[str] = field(default_factory=list)

    def waits(self, *, delivery: str = "queued", **channel: Any) -> Any:
        page = factories.channel(self.ann, **channel)
        return factories.delivery(factories.post(self.ann, page), page, delivery)

    def page(self, row: Any) -> None:
        named = f"{row._meta.app_label}_{row._meta.model_name}"
        self.pages.append(reverse(f"admin:{named}_change", args=[row.pk]))


def expired(scene: Scene) -> None:
    login = factories.login(scene.ann, state="blocked", **because(ENDED))
    scene.waits(credential=login, delivery="blocked")
    scene.said = str(ENDED)
    scene.page(login)


def in_doubt(scene: Scene) -> None:
    row = scene.waits(platform="threads")  # posted to with its login
    login_doubts.count(row.channel.credential)
    scene.said = str(login_doubts.told(Rest.objects.get()))
    scene.page(row.channel)
    scene.page(row.channel.credential)


def in_doubt_place(scene: Scene) -> None:
    row = scene.waits(token="EAA-page")
    login_doubts.count(row.channel)
    scene.said = str(login_doubts.told(Rest.objects.get()))
    scene.page(row.channel)
    scene.page(row.channel.credential)


def in_doubt_drive(scene: Scene) -> None:
    login = factories.login(scene.ann, "google")
    login_doubts.count(login)
    told = login_doubts.told(Rest.objects.get())
    scene.said = str(told)
    watch = factories.watch(scene.ann, source="drive", unanswered=told)
    watch.stream.credential = login
    watch.stream.save()
    scene.page(watch)
    scene.page(login)


def suspended(scene: Scene) -> None:
    row = scene.waits()
    _held(f"held:place:{row.channel_id}", "They block it for spam.")
    scene.said = "They block it for spam."
    scene.page(row.channel)


def switched_off(scene: Scene) -> None:
    row = scene.waits(state="off")
    scene.said, scene.wanted = "switched off", True
    scene.page(row.channel)


def _held(key: str, sentence: str) -> None:
    until = clock.now() + dt.timedelta(hours=2)
    Rest.objects.create(
        key=key, kind=Rest.Kind.HELD, code="x", until=until, **Rest.reason.columns(Said(words=sentence))
    )


def captioner(sentence: str, *, model: bool = False) -> Callable[[Scene], None]:
    def make(scene: Scene) -> None:
        scene.settings.AI_KEYS = {**scene.settings.AI_KEYS, "openai": "sk-of-the-operator-000000"}
        watch = factories.watch(scene.ann, captioner="openai")
        waiting = factories.wordless(scene.ann, watch=watch)
        account = account_of(watch.captioner, scene.ann.pk, watch.model)
        _held(account.model if model else account.whole, sentence)
        scene.said = sentence
        scene.page(waiting)

    return make


def rested(scene: Scene) -> None:
    row = scene.waits()
    announce(scopes_of_place(row.channel).login, 3600)
    scene.said = "asked us to wait"  # both say so
    scene.page(row.channel)


def paused(scene: Scene) -> None:
    Switch.objects.create(name=Switch.PAUSE)
    scene.page(scene.waits())
    scene.said = "paused"


def folder_gone(scene: Scene) -> None:
    watch = factories.watch(scene.ann, state="broken", problem=Said(words="The folder is gone."))
    scene.said = "The folder is gone."
    scene.page(watch)


def unanswered(scene: Scene) -> None:
    watch = factories.watch(scene.ann, unanswered=Said(words="Drive did not answer."))
    scene.said = "Drive did not answer."
    scene.page(watch)


def no_address(scene: Scene) -> None:
    scene.settings.PUBLIC_URL = scene.settings.BUCKET_URL = ""
    row = scene.waits(platform="instagram", delivery="blocked")
    type(row).objects.update(actor="operator", **type(row).reason.columns(Said(words="It has no public address.")))
    scene.said = "public"
    scene.page(row)


def put_back(scene: Scene) -> None:
    ClockSight.objects.create(host="here", steady=1, seen_at=clock.now(), put_back_by=7200, put_back_at=clock.now())
    scene.said = "clock was put back"


def disk_full(scene: Scene) -> None:
    scene.settings.LEAST_FREE_MB = 10**9  # more than any disk has
    scene.said = "disk of this install is full"


def no_worker(scene: Scene) -> None:
    scene.waits()
    OrmQ.objects.create(key=Conf.CLUSTER_NAME, payload="", lock=clock.now() - dt.timedelta(minutes=10))
    scene.said = "manage.py start"  # a row knows nothing of workers


CAUSES: dict[str, tuple[Code, Callable[[Scene], None]]] = {
    "an expired login": (Code.LOGIN, expired),
    "a login in doubt": (Code.DOUBT, in_doubt),
    "a place in doubt": (Code.DOUBT, in_doubt_place),
    "a Drive login in doubt": (Code.DOUBT, in_doubt_drive),
    "a suspended channel": (Code.SUSPENDED, suspended),
    "a channel that is off": (Code.OFF, switched_off),
    "a refused key": (Code.CAPTIONER, captioner("OpenAI does not accept the key.")),
    "used-up credit": (Code.CAPTIONER, captioner("The credit at OpenAI is used up.")),
    "an unknown model": (Code.CAPTIONER, captioner("OpenAI knows no such model.", model=True)),
    "a full disk": (Code.DISK, disk_full),
    "no worker": (Code.WORKER, no_worker),
    "an announced rest": (Code.REST, rested),
    "paused": (Code.PAUSED, paused),
    "a folder that is gone": (Code.WATCH, folder_gone),
    "Drive unanswered": (Code.SILENT, unanswered),
    "no public address": (Code.ADDRESS, no_address),
    "the clock put back": (Code.CLOCK, put_back),
}
OF_ALL = {Code.PAUSED, Code.DISK, Code.WORKER, Code.CLOCK, Code.ADDRESS}  # of the whole install


@pytest.mark.parametrize("name", CAUSES)
def test_each_cause_is_said_on_the_front_page_by_the_doctor_and_at_its_row(name: str, ann: User, settings) -> None:
    code, make = CAUSES[name]
    scene = Scene(ann, settings)
    make(scene)
    found: list[Cause] = causes(ann)
    assert [each.code for each in found] == [code]
    assert found[0].who
    client = Client()
    client.force_login(ann)
    assert scene.said in text(client, reverse("admin:index"))
    told = [each for each in doctor.examine(offline=True) if scene.said in each.sentence]
    assert scene.wanted or {each.level for each in told} & {"warning", "problem"}
    for page in scene.pages:
        assert scene.said in text(client, page), page


@pytest.mark.parametrize("name", CAUSES)
def test_nobody_is_told_of_what_is_anothers(name: str, ann: User, settings) -> None:
    bob = factories.person("Bob")
    CAUSES[name][1](Scene(ann, settings))
    told = causes(bob)
    assert [each for each in told if each.code not in OF_ALL] == []
    assert [each.waiting for each in told] == [0] * len(told)


def test_what_an_operator_must_mend_stands_among_what_went_wrong_unless_a_card_says_it(ann: User, settings) -> None:
    row = Scene(ann, settings).waits(delivery="blocked")
    type(row).objects.update(actor="operator", **type(row).reason.columns(Said(words="It has no public address.")))
    assert (went_wrong(ann)["causes"].total, went_wrong(ann)["failed"].total) == (0, 1)
    settings.PUBLIC_URL = settings.BUCKET_URL = ""
    factories.channel(ann, "instagram")
    assert (went_wrong(ann)["causes"].total, went_wrong(ann)["failed"].total) == (1, 0)


def text(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_what_waits_anywhere_is_counted_and_what_waits_too_long_is_a_warning(ann: User) -> None:
    assert [level for _, level, _ in backlog.looks()] == ["ok"]
    watch, page = factories.watch(ann), factories.channel(ann)
    for state in ("found", "incomplete", "taken", "held"):
        factories.file(ann, watched_by=watch, state=state)
    factories.post(ann, page)
    for state in ("queued", "checking", "needs_you", "blocked"):
        factories.delivery(factories.post(ann, page), page, state)
    found = backlog.everything()
    assert (len(found.parts), found.long) == (len(backlog.KINDS), 0)
    type(watch.files.first()).objects.update(created_at=clock.now() - backlog.LONG * 2)
    assert [level for _, level, _ in backlog.looks()] == ["warning"]
