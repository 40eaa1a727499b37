"""A sender that sleeps past its deadline never wakes up to send."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SLEEPER = """
import sys
from publishing.dying import dead_mans_switch
with dead_mans_switch(0.3):
    print("marked", flush=True)
    sys.stdin.readline()
    print("sent", flush=True)
"""
QUEUE = """
import signal, time
from publishing.dying import dead_mans_switch
def late(number, frame):
    print("the queue's own limit", flush=True)
    raise SystemExit(0)
signal.signal(signal.SIGALRM, late)
signal.setitimer(signal.ITIMER_REAL, 0.4)
with dead_mans_switch(30):
    pass
time.sleep(30)
"""


def start(program: str) -> subprocess.Popen[str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, **pipes)


@pytest.fixture
def sleeper():
    with start(SLEEPER) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "marked\n"
        yield process
        process.kill()


def test_stopped_past_the_deadline_it_dies_unsent(sleeper: subprocess.Popen[str]) -> None:
    os.kill(sleeper.pid, signal.SIGSTOP)
    time.sleep(0.5)  # past its deadline; nothing is measured
    os.kill(sleeper.pid, signal.SIGCONT)
    out, _ = sleeper.communicate("go\n")
    assert sleeper.returncode == -signal.SIGALRM
    assert "sent" not in out


def test_in_time_it_sends(sleeper: subprocess.Popen[str]) -> None:
    out, _ = sleeper.communicate("go\n")
    assert out == "sent\n"
    assert sleeper.returncode == 0


def test_the_queue_gets_its_own_limit_back() -> None:
    with start(QUEUE) as process:
        out, _ = process.communicate()
    assert out == "the queue's own limit\n"
