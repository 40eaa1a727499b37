"""What takes too long for a page: the operator asks, a worker does it once, and the row tells how far it is."""

from __future__ import annotations

import datetime as dt
import json
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as ours
from django.core.management import CommandError, call_command

from accounts import mail_test
from accounts.models import User
from operations.backups import held
from operations.errands import orders, tasks
from operations.models import WAITING, Errand
from operations.privacy import erasure
from operations.privacy.retention import retire
from operations.reasons import AskerGone, BackupDamaged, BrokeOff, LedgerVerified, NoBackup, UnderWayAlready
from poster import clock
from poster.ledger import verification
from poster.models import Event, Link
from poster.permissions import TERMINAL, Caller, NotPossible
from poster.reasons import Actor
from poster.reasons.permissions import OperatorsOnly
from poster.work.leases import LEASE
from tests import factories
from tests.walls import walls_down

pytestmark = pytest.mark.django_db
Kind, State = Errand.Kind, Errand.State


@pytest.fixture
def olga() -> User:
    return factories.person("Olga", operator=True)


@pytest.fixture(autouse=True)
def _var(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


def done(kind: Errand.Kind, by: User, about: str = "") -> Errand:
    orders.ask(kind, by=Caller.of(by), about=about)
    tasks.round()
    return Errand.objects.get(kind=kind)


def refused(kind: Errand.Kind, by: Caller) -> Any:
    with pytest.raises(NotPossible) as refusal:
        orders.ask(kind, by=by)
    return refusal.value.reason


def test_a_member_asks_for_nothing(olga: User) -> None:
    assert isinstance(refused(Kind.DOCTOR, Caller.of(factories.person("Ann"))), OperatorsOnly)
    assert not Errand.objects.exists()


def test_it_waits_runs_and_ends_and_is_asked_for_once_at_a_time(olga: User) -> None:
    by = Caller.of(olga)
    assert orders.ask(Kind.LEDGER, by=by).state is State.WAITS
    assert tasks.due()
    assert isinstance(refused(Kind.LEDGER, by), UnderWayAlready)
    taken = orders.take()
    assert taken is not None
    assert (taken.state, tasks.due(), orders.take()) == (State.RUNS, False, None)
    assert isinstance(refused(Kind.LEDGER, by), UnderWayAlready)
    assert orders.ended(taken, {"lines": 3})
    assert Errand.objects.get().state is State.ENDED
    again = orders.ask(Kind.LEDGER, by=by)
    assert (again.state, again.report) == (State.WAITS, {"lines": 3})


def test_one_whose_worker_died_is_lost_and_may_be_asked_for_again(olga: User) -> None:
    orders.ask(Kind.LEDGER, by=Caller.of(olga))
    dead = orders.take()
    assert dead is not None
    Errand.objects.update(begun_at=clock.now() - LEASE)
    assert Errand.objects.get().state is State.LOST
    assert done(Kind.LEDGER, olga).state is State.ENDED
    assert not orders.ended(dead, {"late": True})
    assert "late" not in Errand.objects.get().report


def test_a_clock_that_is_put_back_keeps_nobody_waiting(olga: User) -> None:
    """Neither for what ended meanwhile, nor for what has no worker any more."""
    orders.ask(Kind.LEDGER, by=Caller.of(olga))
    Errand.objects.update(begun_at=clock.now() + dt.timedelta(hours=2))  # before the clock was put back
    taken = Errand.objects.get()
    assert taken.state is State.LOST
    assert orders.ended(taken, {"lines": 3})
    assert Errand.objects.get().state is State.ENDED
    Errand.objects.update(ended_at=None)
    assert done(Kind.LEDGER, olga).state is State.ENDED


def test_what_is_under_way_is_not_forgotten_with_what_it_found_before(olga: User) -> None:
    done(Kind.LEDGER, olga)
    long_ago = clock.now() - orders.KEPT - dt.timedelta(days=1)
    Errand.objects.update(begun_at=long_ago, ended_at=long_ago)
    orders.ask(Kind.LEDGER, by=Caller.of(olga))
    taken = orders.take()
    assert taken is not None
    assert orders.forget() == 0
    assert orders.ended(taken, {})


def test_two_workers_do_not_take_the_same(olga: User) -> None:
    for kind in (Kind.LEDGER, Kind.DOCTOR):
        orders.ask(kind, by=Caller.of(olga))
    taken = [orders.take(), orders.take(), orders.take()]
    assert [each and each.kind for each in taken] == [Kind.LEDGER, Kind.DOCTOR, None]


def test_a_round_does_one_so_that_a_long_look_keeps_nobody_else_waiting(olga: User) -> None:
    for kind in (Kind.LEDGER, Kind.DOCTOR):
        orders.ask(kind, by=Caller.of(olga))
    left = []
    while tasks.due():
        tasks.round()
        left.append(Errand.objects.filter(WAITING).count())
    assert left == [1, 0]
    assert tasks.round() == "Nothing was asked for."


def test_the_doctor_says_what_the_command_says_and_who_must_act(olga: User) -> None:
    factories.login(olga, "facebook", state="blocked")
    found = {each["name"]: each for each in done(Kind.DOCTOR, olga).report["findings"]}
    login = next(each for name, each in found.items() if name.startswith("account "))
    assert (login["level"], login["actor"]) == ("problem", Actor.YOU)
    assert (found["database"]["level"], found["database"]["actor"]) == ("ok", Actor.NOBODY)
    assert (found["queue"]["level"], found["queue"]["actor"]) == ("warning", Actor.OPERATOR)


def test_a_verification_is_told_and_stands_in_the_security_log(olga: User) -> None:
    factories.everything(olga)
    report = done(Kind.LEDGER, olga).report
    assert (report["all"], report["faults"]) == (0, [])
    assert Event.objects.filter(fact_code=LedgerVerified.code).get().fact == LedgerVerified(
        lines=report["lines"], faults=0
    )
    with walls_down():
        Link.objects.order_by("number").first().delete()
    report = done(Kind.LEDGER, olga).report
    assert report["all"]
    assert [each["sentence"] for each in report["faults"]] == [each.sentence for each in verification.verify()]


def test_what_breaks_is_told_and_keeps_nothing_else_from_being_done(olga: User, settings: Any) -> None:
    settings.VAR = Path(ours.VAR) / "not" / "there"
    broken = done(Kind.BACKUP, olga)
    done(Kind.DOCTOR, olga)
    assert (broken.state, broken.reason) == (State.ENDED, BrokeOff())
    assert Errand.objects.get(kind=Kind.DOCTOR).state is State.ENDED


WHOLE = {"made_at": "2026-11-21T09:00:00+00:00", "file": "database.sqlite3", "sha256": "0" * 64, "head": ""}


def written(name: str, manifest: Any = None, **told: Any) -> Path:
    """A folder that says this of itself, and whose database is another one."""
    folder = held.folder() / name
    folder.mkdir(parents=True)
    (folder / "database.sqlite3").write_bytes(b"")
    (folder / "backup.json").write_text(json.dumps({**WHOLE, **told} if manifest is None else manifest))
    return folder


@pytest.mark.parametrize(
    ("name", "manifest", "why"),
    [
        ("damaged", None, BackupDamaged),
        ("none", {}, NoBackup),
        ("away", {**WHOLE, "file": "../../secret_key", "sha256": ""}, BackupDamaged),
        ("text", "text", NoBackup),
        ("undated", {**WHOLE, "made_at": "yesterday"}, NoBackup),
    ],
)
def test_a_backup_that_is_not_what_was_written_is_told(name, manifest, why, olga) -> None:
    written(name, manifest)
    assert isinstance(done(Kind.BACKUP_CHECK, olga, name).reason, why)


@pytest.mark.parametrize("name", ["", "..", "../x", "/etc", "a/b", "x" * 101])
def test_only_a_folder_beside_the_others_is_checked(name, olga) -> None:
    with pytest.raises(NotPossible) as refusal:
        held.named(name)
    assert isinstance(refusal.value.reason, NoBackup)


def test_backups_are_listed_by_when_they_were_made_whatever_they_are_called() -> None:
    assert (held.listed().backups, held.listed().newest) == ([], None)
    (held.folder() / "z-broke-off" / "keys").mkdir(parents=True)
    first, second = f"{WHOLE['made_at']}", "2026-11-30T23:00:00-05:00"
    written("2027-01-01", made_at=first, size=4711)
    written("a-name", made_at=second)
    written("b-name", made_at="2026-12-01T03:00:00")  # an hour before the other, though its text says a later day
    listed = held.listed()
    assert [each.name for each in listed.backups] == ["a-name", "b-name", "2027-01-01", "z-broke-off"]
    assert listed.newest == held.Held("a-name", None, dt.datetime.fromisoformat(second), with_keys=False)
    assert [(each.size, each.made_at) for each in listed.backups[2:]] == [
        (4711, dt.datetime.fromisoformat(first)),
        (None, None),
    ]
    assert listed.backups[-1].with_keys


def test_no_more_are_listed_than_a_page_takes_and_the_rest_is_counted() -> None:
    for number in range(held.MOST + 2):
        written(f"2026-{number:03}", made_at=f"2026-11-21T09:{number:02}:00+00:00")
    listed = held.listed()
    assert (len(listed.backups), listed.others, listed.backups[0].name) == (held.MOST, 2, f"2026-{held.MOST + 1:03}")


class Server(socketserver.StreamRequestHandler):
    """As much of SMTP as one mail needs."""

    refuses = b""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().strip().upper():
            if line.startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline().strip() != b".":
                    pass
                self.wfile.write(b"250 queued as 4711\r\n")
            elif self.refuses and line.startswith(self.refuses):
                self.wfile.write(b"550 no such person\r\n")
            elif line.startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")


@pytest.fixture
def server(settings: Any) -> Iterator[type[Server]]:
    handler = type("Handler", (Server,), {})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        settings.EMAIL_URL = f"smtp://127.0.0.1:{listening.server_address[1]}"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", listening.server_address[1]
        yield handler
        listening.shutdown()


def test_a_mail_is_tried_and_what_the_server_answered_is_told(olga: User, server: type[Server]) -> None:
    report = done(Kind.MAIL, olga).report
    assert (report["sent"], report["said"]) == (True, "250 queued as 4711")
    server.refuses = b"RCPT"
    report = done(Kind.MAIL, olga).report
    assert (report["sent"], report["said"]) == (False, "550 no such person")


def asked_at_the_terminal(capsys: Any, *words: str) -> tuple[int, Any]:
    try:
        call_command(*words, "--json")
        code = 0
    except SystemExit as end:
        code = int(str(end.code))
    return code, json.loads(capsys.readouterr().out)


def test_the_command_tries_a_mail_too(server: type[Server], capsys: Any, mailoutbox: list[Any], settings: Any) -> None:
    code, told = asked_at_the_terminal(capsys, "try_mail", "me@example.org")
    assert (code, told["sent"], told["said"]) == (0, True, "250 queued as 4711")
    server.refuses = b"RCPT"
    code, told = asked_at_the_terminal(capsys, "try_mail", "me@example.org")
    assert (code, told["sent"], told["said"]) == (1, False, "550 no such person")
    with pytest.raises(SystemExit):
        call_command("try_mail", "me@example.org")
    assert f"The server {told['through']} did not take it: 550 no such person" in capsys.readouterr().out
    settings.EMAIL_URL = ""
    code, told = asked_at_the_terminal(capsys, "try_mail", "me@example.org")
    assert (code, told["through"], [mail.to for mail in mailoutbox]) == (0, "", [["me@example.org"]])
    with pytest.raises(CommandError, match="no e-mail address"):
        call_command("try_mail", "nobody")


def test_a_mail_server_that_is_away_is_told(olga: User, settings: Any) -> None:
    settings.EMAIL_URL, settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp://127.0.0.1:1", "127.0.0.1", 1
    sent = mail_test.send(olga.email)
    assert (sent.sent, sent.through) == (False, "127.0.0.1:1")
    assert sent.said.startswith("ConnectionRefusedError")


def test_without_a_server_the_mail_is_a_file(olga: User, mailoutbox: list[Any]) -> None:
    report = done(Kind.MAIL, olga).report
    assert (report["sent"], report["through"], len(mailoutbox)) == (True, "", 1)


def test_a_mail_goes_to_whoever_asked_and_to_nobody_when_they_are_gone(olga: User) -> None:
    orders.ask(Kind.MAIL, by=TERMINAL)
    tasks.round()
    assert Errand.objects.get().reason == AskerGone()


def test_reports_go_after_a_week_and_with_whoever_leaves(olga: User) -> None:
    done(Kind.LEDGER, olga)
    assert "errands" not in {name for name, number in retire().items() if number}
    long_ago = clock.now() - orders.KEPT - dt.timedelta(minutes=1)
    Errand.objects.update(begun_at=long_ago, ended_at=long_ago)
    assert retire()["errands"] == 1
    done(Kind.LEDGER, olga)
    factories.login(bob := factories.person("Bob"), "facebook", name="Bob's Bakery", state="blocked")
    assert "Bob's Bakery" in str(done(Kind.DOCTOR, olga).report)
    assert erasure.carry_on(bob, by=TERMINAL).done
    assert not Errand.objects.exists()
