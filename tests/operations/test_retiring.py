"""What goes when its time is over, and what stays."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client

from accounts.data_rights import data_requests
from accounts.models import Flow, Invitation, Request
from operations.privacy.retention import retire, rules
from operations.reasons import Erased
from poster import clock
from poster.config import log_files
from poster.ledger import security_log, verification
from poster.models import Event
from poster.permissions import TERMINAL
from poster.reasons import Term
from poster.reasons.fields import loaded
from tests import factories
from tests.clocks import Clock
from tests.facts import Told
from tests.held import hold, where

NOW = dt.datetime(2026, 6, 15, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def later(transactional_db, settings, tmp_path: Path, the_clock: Clock) -> Callable[..., None]:
    settings.VAR, settings.SPOOL = tmp_path, tmp_path / "spool"
    return the_clock.pass_by


def test_old_lines_of_the_security_log_go_and_the_chain_holds(later, settings) -> None:
    settings.SECURITY_LOG_DAYS = 365
    ann = factories.person("Ann")
    security_log.record(security_log.Kind.SIGN_IN, Told(words="Came in."), person=ann.pk)
    security_log.record(security_log.Kind.OPERATION, Told(words="The keys were rotated."))
    later(days=364)
    security_log.record(security_log.Kind.SIGN_IN, Told(words="Came in again."), person=ann.pk)
    assert retire()["events"] == 0
    later(days=2)
    assert retire()["events"] == 2
    assert "Came in again." in [str(each.fact) for each in Event.objects.all()]
    assert verification.verify() == []


def test_what_was_asked_and_answered_goes_with_the_security_log_and_the_receipt_stays(later, settings) -> None:
    settings.SECURITY_LOG_DAYS = 365
    asked = data_requests.ask("question", email="stranger@example.org", words="What do you know of me?")
    open_still = data_requests.ask("access", email="other@example.org", words="Tell me.")
    erased = data_requests.ask("erasure")
    data_requests.answer(asked, "Nothing.", by=TERMINAL)
    Request.objects.filter(pk=erased.pk).update(begun_at=clock.now())
    done = Erased(things=(Term("held.posts"),), numbers=(3,))
    data_requests.settle(erased, done)
    later(days=364)
    assert retire()["requests"] == 0
    later(days=2)
    assert retire()["requests"] == 1
    for row in (asked, open_still, erased):
        row.refresh_from_db()
    assert (asked.email, asked.words, asked.answer) == ("", "", "")
    assert asked.answered_at
    assert (open_still.email, open_still.words) == ("other@example.org", "Tell me.")
    assert loaded(erased.outcomes) == [done]
    assert retire()["requests"] == 0


def test_files_go_on_their_day(later, tmp_path: Path) -> None:
    for folder, name in (("exports", "a.zip"), ("mail", "b.log")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text("x")
    (tmp_path / "backups" / "one").mkdir(parents=True)
    (tmp_path / "backups" / "one" / "database.sqlite3").write_text("x")
    later(days=6)
    assert sum(retire()[name] for name in ("exports", "mails", "backups")) == 0
    later(days=2)
    assert retire()["exports"] == 1
    later(days=23)
    assert retire()["mails"] == 1
    later(days=60)
    assert retire()["backups"] == 1
    assert not (tmp_path / "backups" / "one").exists()


def test_sessions_that_ran_out_go_with_what_was_known_about_them(later) -> None:
    ann = factories.person("Ann")
    client = Client()
    client.force_login(ann)
    UserSession.objects.create(user=ann, session_key=client.session.session_key, ip="127.0.0.1", user_agent="x")
    UserSession.objects.create(user=ann, session_key="of a session that is no more", ip="127.0.0.1", user_agent="x")
    assert retire()["sessions"] == 1
    Session.objects.update(expire_date=clock.now() - dt.timedelta(seconds=1))
    assert retire()["sessions"] == 2
    assert not UserSession.objects.exists()


def test_invitations_and_log_ins_under_way_go(later) -> None:
    ann = factories.person("Ann")
    Flow.objects.create(owner=ann, provider="google", state="s", session="x")
    soon = clock.now() + dt.timedelta(days=7)
    Invitation.objects.create(email="bob@example.org", digest="1", expires_at=soon)
    Invitation.objects.create(email="eve@example.org", digest="2", expires_at=soon, used_at=clock.now())
    assert retire()["flows"] == 0
    later(hours=1.1)
    assert retire()["flows"] == 1
    later(days=31)
    assert retire()["invitations"] == 1
    later(days=7)
    assert retire()["invitations"] == 1


def test_bytes_that_no_row_knows_of_go_after_a_day(later) -> None:
    ann = factories.person("Ann")
    kept, dropped = (hold(factories.asset(ann)) for _ in range(2))
    dropped.delete()
    assert retire()["leftovers"] == 0
    later(hours=25)
    assert retire()["leftovers"] == 1
    assert [where(kept).exists(), where(dropped).exists()] == [True, False]
    kept.delete()
    assert retire()["leftovers"] == 1


def test_logs_rotate_under_a_process_that_goes_on_writing(tmp_path: Path, the_clock: Clock) -> None:
    the_clock.put(NOW)
    file = os.open(tmp_path / "web.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, b"2026-06-14 23:59:59 INFO a line of yesterday\n")
    log_files.rotate(tmp_path, days=30)
    os.write(file, b"2026-06-15 12:00:01 INFO a line of today\n")
    log_files.rotate(tmp_path, days=30)
    os.close(file)
    assert (tmp_path / "web.2026-06-14.log").read_text().endswith("a line of yesterday\n")
    assert (tmp_path / "web.log").read_text() == "2026-06-15 12:00:01 INFO a line of today\n"
    the_clock.put(NOW + dt.timedelta(days=29))
    assert log_files.rotate(tmp_path, days=30) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["web.2026-07-13.log", "web.log"]


def test_a_log_that_becomes_too_large_is_put_aside_and_its_newest_lines_are_kept(
    tmp_path: Path, the_clock: Clock
) -> None:
    the_clock.put(NOW)
    file = os.open(tmp_path / "web.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in range(30):
        os.write(file, f"2026-06-15 12:00:01 INFO line {number:04}\n".encode() * 10)
        log_files.bound(tmp_path, largest=1000)
        sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
        assert set(sizes) <= {"web.log", "web.2026-06-15.log"}
        assert sizes["web.log"] <= 1000
        assert number < 5 or 1000 <= sum(sizes.values()) <= 3000
    os.close(file)
    assert "line 0029" in "".join(path.read_text() for path in tmp_path.iterdir())
    assert log_files.rotate(tmp_path, days=30) == 0
    the_clock.put(NOW + dt.timedelta(days=31))
    assert log_files.rotate(tmp_path, days=30) == 1


def test_the_command_says_what_is_kept_and_what_went(later, capsys) -> None:
    call_command("retire", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in answer] == [rule.name for rule in rules()]
    assert {row["name"]: row["kept"] for row in answer}["logs"] == "30 days"
