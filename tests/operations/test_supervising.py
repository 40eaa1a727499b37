"""The supervisor ends by orders only: whatever a job raises, the parts are watched on."""

from __future__ import annotations

import errno
import logging
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisAway

from operations import startup, supervisor
from operations.supervisor import Part, Supervisor
from poster.config import log_files
from poster.work import mishaps, processes

YESTERDAY = "2001-02-03 10:00:00 x\n"


@pytest.fixture(autouse=True)
def _anew() -> None:
    mishaps.forget()


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """No file grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class Orders:
    """One comes after so many looks."""

    def __init__(self, after: int) -> None:
        self.left = after

    @property
    def count(self) -> int:
        return int(self.left <= 0)

    def wait(self, _seconds: float) -> None:
        self.left -= 1


@pytest.mark.parametrize("kept_before", ["", "of an earlier rotation\n"])
def test_a_log_is_put_aside_whole_or_not_at_all(tmp_path: Path, kept_before: str) -> None:
    log = tmp_path / "web.log"
    log.write_text(YESTERDAY + "y" * 40_000)
    (tmp_path / "a.log").write_text(YESTERDAY)
    log_files.rotate(tmp_path, days=30)
    aside = next(tmp_path.glob("web.*.log"))
    log.write_text(YESTERDAY + "y" * 40_000)
    aside.write_text(kept_before) if kept_before else aside.unlink()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    (tmp_path / "z.log").write_text(YESTERDAY)
    with full_disk(10_000):
        assert log_files.rotate(tmp_path, days=30) == 0
        assert log_files.rotate(tmp_path, days=30) == 0
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    assert (tmp_path / "z.log").read_text() == ""
    log_files.rotate(tmp_path, days=30)
    assert (log.read_text(), aside.read_text()) == ("", f"{kept_before}{YESTERDAY}{'y' * 40_000}")


def test_the_loop_goes_on_whatever_a_job_raises(
    transactional_db: None, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VAR = tmp_path
    (tmp_path / "logs").write_text("a file where a folder belongs")
    looks = []

    def raises() -> None:
        looks.append(time.monotonic())
        raise RedisAway("Connection refused")

    def refused() -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    start = startup.Start(say=lambda _line: None)
    start.supervisor = Supervisor([Part("web", lambda: None, before=refused)], tmp_path / "no" / "such.json", start.say)
    start.orders = Orders(after=3)  # type: ignore[assignment]
    start._go_on()
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            startup._do([raises, raises])
    assert len(looks) == 6
    told = [record for record in caplog.records if record.name == mishaps.__name__]
    assert [record.exc_info is not None for record in told] == [True, True]  # each cause once


def test_a_part_that_cannot_be_started_keeps_no_other_from_it_and_is_tried_again(
    transactional_db: None, tmp_path: Path
) -> None:
    refusals = [BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")]

    def before() -> None:
        if refusals:
            raise refusals.pop()

    first, other = Part("queue", lambda: time.sleep(60), before=before), Part("web", lambda: time.sleep(60))
    made = Supervisor([first, other], tmp_path / "all.json", lambda _line: None)
    made.look()
    try:
        assert (first.pid, other.pid > 0) == (0, True)
        note = made.note.read_text()
        with full_disk(1):
            made.parts.append(Part("sandbox", lambda: time.sleep(60)))
            made.look()
        assert made.note.read_text() == note
        first.again_at -= supervisor.RETRY
        made.look()
        assert first.pid > 0
    finally:
        for part in made.parts:
            if part.pid:
                processes.kill_group(part.pid)
            while part.pid and not processes.gone(part.pid):
                time.sleep(0.01)
