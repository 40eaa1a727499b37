"""A sender that sleeps past its deadline never wakes up to send."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SLEEPER = """
import sys
from outbox.send_deadline import dead_mans_switch
with dead_mans_switch(float(sys.argv[1])):
    print("marked", flush=True)
    sys.stdin.readline()
    print("sent", flush=True)
"""
QUEUE = """
import signal, time
from outbox.send_deadline import dead_mans_switch
def late(number, frame):
    print("the queue's own limit", flush=True)
    raise SystemExit(0)
signal.signal(signal.SIGALRM, late)
signal.setitimer(signal.ITIMER_REAL, 0.4)
with dead_mans_switch(30):
    pass
time.sleep(30)
"""


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=ROOT, stdin=pipe, stdout=pipe, text=True)


def test_stopped_past_the_deadline_it_dies_unsent() -> None:
    with start(SLEEPER, "2") as sleeper:
        assert sleeper.stdout is not None
        assert sleeper.stdout.readline() == "marked\n"
        os.kill(sleeper.pid, signal.SIGSTOP)
        time.sleep(2.2)  # past its deadline; nothing is measured
        os.kill(sleeper.pid, signal.SIGCONT)
        out, _ = sleeper.communicate("go\n")
    assert sleeper.returncode == -signal.SIGALRM
    assert "sent" not in out


def test_in_time_it_sends() -> None:
    with start(SLEEPER, "60") as sleeper:
        out, _ = sleeper.communicate("go\n")
    assert out == "marked\nsent\n"
    assert sleeper.returncode == 0


def test_the_queue_gets_its_own_limit_back() -> None:
    with start(QUEUE) as process:
        out, _ = process.communicate()
    assert out == "the queue's own limit\n"
