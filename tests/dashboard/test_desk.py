"""The operator's pages about the install. Members do not see them; what is asked for there is done by workers."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin import site
from django.contrib.messages import get_messages
from django.urls import reverse
from django_q.brokers import get_broker
from django_q.models import OrmQ, Task
from django_q.status import Stat, Status

from operations.desk import about, chain, queue
from operations.errands import tasks
from operations.models import Errand
from operations.reasons import NotByHand, UnderWayAlready
from poster import clock
from poster.dashboard.menu import menu
from poster.ledger.erasure_permits import permit
from poster.manifests import rounds
from poster.models import Event, Link
from poster.permissions import Caller, NotPossible
from poster.reasons.events import AskedForAPage
from tests import factories
from tests.dashboard.test_long_lists import on_sqlite, plans

pytestmark = pytest.mark.django_db
PAGES = ("health", "queue", "storage", "ledger", "version")
Kind = Errand.Kind


@pytest.fixture(autouse=True)
def _var(settings: Any, tmp_path: Any) -> None:
    settings.VAR = tmp_path


def page(name: str, *args: object) -> str:
    return reverse(f"admin:{name}", args=args)


def failed(func: str, mark: str = "f1") -> Task:
    now = clock.now()
    return Task.objects.create(id=mark, name=mark, func=func, started=now, stopped=now, success=False, result="Broken.")


def told(answer: Any) -> list[str]:
    return [str(each) for each in get_messages(answer.wsgi_request)]


@pytest.mark.parametrize("name", PAGES)
def test_members_see_none_of_them(name, alice, browser) -> None:
    assert browser(alice).get(page(name)).status_code == 403
    assert Event.objects.filter(fact_code=AskedForAPage.code, person=alice.pk).exists()


def test_members_ask_for_nothing(alice, browser) -> None:
    task, client = failed("watches.tasks.round"), browser(alice)
    assert {client.post(page("errand", kind)).status_code for kind in Kind} == {403}
    assert client.post(page("queue_again", task.pk)).status_code == 403
    assert (Errand.objects.count(), OrmQ.objects.count()) == (0, 0)
    with pytest.raises(NotPossible):
        queue.again(task.func, by=Caller.of(alice))


def test_the_menu_has_one_line_for_all_of_them_and_for_the_operator_alone(alice, operator, rf) -> None:
    def lines(person: Any) -> dict[str, Any]:
        request = rf.get(page("queue"))
        request.user = person
        return {str(line.label): line for _, group in menu(site, request) for line in group}

    health = lines(operator)["Health"]
    assert [line.url for line in health.sections] == [page(name) for name in PAGES]
    assert (health.current, [line.current for line in health.sections].index(True)) == (True, 1)
    assert "Health" not in lines(alice)


@pytest.mark.parametrize("name", PAGES)
def test_each_is_there_with_nothing_and_with_everything(name, alice, operator, browser) -> None:
    assert browser(operator).get(page(name)).status_code == 200
    factories.everything(alice)
    for kind in Kind:
        browser(operator).post(page("errand", kind), {"about": "none"})
    while tasks.due():
        tasks.round()
    answer = browser(operator).get(page(name))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert browser(operator).post(page(name)).status_code == 405


def test_a_look_is_asked_for_once_and_its_page_looks_again_until_it_ended(operator, browser) -> None:
    client = browser(operator)
    for kind, shown in (("doctor", "health"), ("backup", "storage"), ("ledger", "ledger")):
        assert client.get(page("errand", kind))["Location"] == page(shown)
    assert not Errand.objects.exists()
    assert not client.get(page("health")).context["under_way"]
    assert client.post(page("errand", "doctor"))["Location"] == page("health")
    assert told(client.post(page("errand", "doctor")))[-1] == str(UnderWayAlready())
    waits = client.get(page("health"))
    assert (waits.context["under_way"], 'hx-trigger="every 3s"' in waits.content.decode()) == (True, True)
    assert not client.get(page("storage")).context["under_way"]
    tasks.round()
    done = client.get(page("health"))
    assert (done.context["under_way"], "hx-trigger" in done.content.decode()) == (False, False)
    assert done.context["well"]
    assert done.context["warnings"] == len(done.context["wrong"]) - done.context["problems"]


def test_what_is_no_errand_is_not_found(operator, browser) -> None:
    assert browser(operator).post(page("errand", "restore")).status_code == 404
    assert browser(operator).post(page("queue_again", "none")).status_code == 404


def test_what_failed_is_asked_for_again_unless_it_publishes(
    operator, browser, django_capture_on_commit_callbacks
) -> None:
    client = browser(operator)
    looking, publishing = failed("watches.tasks.round", "looking"), failed("outbox.tasks.round", "publishing")
    strange = failed("os.system", "strange")
    with django_capture_on_commit_callbacks(execute=True):
        answers = [client.post(page("queue_again", task.pk)) for task in (looking, publishing, strange)]
    assert [message.func() for message in OrmQ.objects.all()] == ["watches.tasks.round"]
    assert [str(NotByHand()) in told(answer) for answer in answers] == [False, True, True]
    shown = {row.pk: row.again for row in client.get(page("queue")).context["failures"]}
    assert shown == {"looking": True, "publishing": False, "strange": False}
    assert client.get(page("queue")).content.decode().count(str(NotByHand())) == 2


def test_no_round_that_publishes_is_repeated_by_hand() -> None:
    assert {each.run for each in rounds()} - queue.by_hand() == {"outbox.tasks.round"}


def test_what_waits_is_told_with_since_when(operator, alice, browser) -> None:
    channel = factories.channel(alice)
    since = clock.now() - dt.timedelta(minutes=6)
    factories.delivery(factories.post(alice, channel), channel, next_at=since)
    (waiting,) = browser(operator).get(page("queue")).context["waiting"]
    assert (waiting.since, waiting.late) == (since, True)


def test_workers_that_were_heard_of_lately_are_alive(operator, browser) -> None:
    for ago in (0, 60):
        status: Any = Status(4711, uuid4())
        status.timestamp, status.tob = clock.now() - dt.timedelta(seconds=ago), clock.now()
        status.workers, status.broker = [1, 2], get_broker()
        Stat.save(_Told(status))
    (alive,) = browser(operator).get(page("queue")).context["workers"]
    assert alive.number == 2


class _Told:
    """What a cluster tells of itself, without one."""

    def __init__(self, status: Any) -> None:
        self.__dict__.update(status.__dict__)
        self.key = Stat.get_key(status.cluster_id)

    def __reduce__(self) -> Any:
        kept = {name: value for name, value in self.__dict__.items() if name != "broker"}
        return (_again, (kept,))


def _again(kept: dict[str, Any]) -> Status:
    status = Status(kept["pid"], kept["cluster_id"])
    status.__dict__.update(kept)
    return status


def test_a_backup_that_broke_off_is_listed_and_no_newest_one(operator, browser, settings) -> None:
    client = browser(operator)
    settings.VAR.joinpath("backups", "broke-off").mkdir(parents=True)
    client.post(page("errand", "backup_check"), {"about": "broke-off"})
    tasks.round()
    shown = client.get(page("storage")).context
    assert [(each.name, each.made_at) for each in shown["listed"].backups] == [("broke-off", None)]
    assert shown["listed"].newest is None
    assert shown["check"].reason is not None
    assert shown["storage"].database > 0


def test_the_ledger_is_read_along_its_numbers(operator, alice, browser) -> None:
    factories.everything(alice)
    while Link.objects.count() <= chain.PAGE + 3:
        factories.everything(alice)
    client, seen, before = browser(operator), [], ""
    while True:
        shown = client.get(f"{page('ledger')}?before={before}").context
        seen += [line.number for line in shown["lines"]]
        if not (before := shown["older"]):
            break
    assert seen == list(Link.objects.order_by("-number").values_list("number", flat=True))
    assert client.get(f"{page('ledger')}?before=x").context["lines"][0].number == seen[0]
    urls = {line.url for line in client.get(page("ledger")).context["lines"] if line.url}
    assert urls
    assert {client.get(url).status_code for url in urls} == {200}


def test_a_line_that_was_erased_is_still_a_link(operator, alice, browser) -> None:
    factories.papers(alice)
    event = Event.objects.filter(person=alice.pk).latest("created_at")
    permit([event.about])
    event.delete()
    shown = browser(operator).get(page("ledger")).context["lines"]
    assert [line.number for line in shown if not line.said]


def test_use_is_told_in_numbers_alone(operator, alice, browser) -> None:
    factories.everything(alice)
    answer = browser(operator).get(page("version"))
    assert {type(figure.number) for figure in answer.context["use"]} == {int}
    assert "Alice" not in answer.content.decode()
    assert about.release() == "Unreleased"


def git(where: Path, *words: str) -> str:
    """In a repository that knows nothing of whoever runs this."""
    known = {"PATH": os.environ["PATH"], "HOME": str(where), "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false")
    run = subprocess.run(["git", "-C", where, *who, *words], env=known, capture_output=True, text=True, check=True)
    return run.stdout.strip()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_state_of_the_code_is_told_however_git_keeps_it(settings, tmp_path: Path) -> None:
    settings.BASE = clone = tmp_path / "clone"
    clone.mkdir()
    assert about.commit() == ""
    git(clone, "init", "--initial-branch=main")
    assert about.commit() == ""
    git(clone, "commit", "--allow-empty", "--message=First")
    first = git(clone, "rev-parse", "HEAD")[:10]
    assert about.commit() == first
    git(clone, "pack-refs", "--all")
    assert not (clone / ".git/refs/heads/main").exists()
    assert about.commit() == first
    git(clone, "commit", "--allow-empty", "--message=Second")  # in a file of its own again, beside the packed one
    second = git(clone, "rev-parse", "HEAD")[:10]
    assert (about.commit(), first == second) == (second, False)
    git(clone, "worktree", "add", "-b", "beside", str(tmp_path / "beside"))
    git(clone, "pack-refs", "--all")
    settings.BASE = tmp_path / "beside"
    assert about.commit() == second
    git(settings.BASE, "checkout", "--detach", first)
    assert about.commit() == first


@on_sqlite
@pytest.mark.parametrize("name", ["health", "queue", "ledger", "version"])
def test_no_long_table_is_read_from_end_to_end(name, operator, alice, browser) -> None:
    """Pictures are counted, to a number: no index is asked for that."""
    factories.everything(alice)
    client = browser(operator)
    found = plans(lambda: client.get(page(name)))
    counted = [plan for sql, plan in found if "LIMIT 10000" not in sql or '"media_asset"' not in sql]
    long = ("watches_foundfile", "writing_", "publishing_post", "publishing_delivery", "outbox_", "poster_event")
    whole = tuple(f"SCAN {table}" for table in (*long, "media_asset", "poster_link"))
    steps = [step for plan in counted for step in plan if step.startswith(whole) and "USING" not in step]
    assert steps == []
