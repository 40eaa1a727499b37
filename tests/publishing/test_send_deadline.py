from __future__ import annotations

import threading

import pytest

from outbox import send_deadline
from outbox.send_deadline import dead_mans_switch


@pytest.mark.parametrize("simulated", [False, True])
def test_only_the_main_thread_publishes_except_in_a_simulation(simulated: bool) -> None:
    """Only the main thread can hold the switch; in `prove` workers are threads that nobody stops."""
    done: list[str] = []

    def work() -> None:
        try:
            with dead_mans_switch(1):
                done.append("sent")
        except RuntimeError:
            done.append("refused")

    send_deadline.use(simulated=simulated)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    send_deadline.use(simulated=False)
    assert done == ["sent" if simulated else "refused"]
