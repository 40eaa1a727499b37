"""Whoever sleeps past the deadline dies before it can send.

A process that is stopped (a laptop lid, a debugger, a starved machine) between "we will" and the call would wake up
long after everybody else has concluded that nothing was sent, and send it then. The kernel's timer runs on while a
process is stopped, and its signal is delivered before any of our code runs again: with the default action, that ends
the process. A handler of ours would not do: Python runs those later, between two of its own instructions.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_simulated = False


def use(*, simulated: bool) -> None:
    """In a simulation (and only there) workers are threads that nobody stops: they hold no switch."""
    global _simulated
    _simulated = simulated


@contextmanager
def dead_mans_switch(seconds: float) -> Iterator[None]:
    """Inside this block the process lives for `seconds` and no longer. Only the main thread can hold it.

    Raises RuntimeError in any other: nothing is published that could still be sent when everybody has given it up.
    django-q2 uses the same timer to bound a task; its remaining time is put back afterwards.
    """
    if _simulated:
        yield
        return
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("Only the main thread of a process publishes.")
    began = time.monotonic()
    handler = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), 0.001))
