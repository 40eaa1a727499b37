"""`manage.py` on the sandbox's clock: `python -m tests.whole.working work --until-idle`.

With POWER_IS_BACK in the environment, what a dead house held is let go first, as `manage.py start` does it.
"""

from __future__ import annotations

import os
import sys
import time

import requests

from poster import clock


class SandboxTime:
    """The sandbox's time, and ours with it. Instead of waiting, both are put forward."""

    def __init__(self) -> None:
        self.control = f"{os.environ['REMOTE_ROOT']}/_sandbox/"
        self.ahead = requests.get(self.control, timeout=10).json()["time"] - time.time()
        clock.use(lambda: time.time() + self.ahead)

    def jump(self, seconds: float) -> None:
        """Instead of sleeping."""
        requests.post(f"{self.control}clock", json={"seconds": seconds + 0.05}, timeout=10)
        self.ahead += seconds + 0.05


if __name__ == "__main__":
    import django
    from django.core.management import execute_from_command_line

    os.environ["DJANGO_SETTINGS_MODULE"] = "poster.settings"
    SandboxTime()
    if "POWER_IS_BACK" in os.environ:
        django.setup()
        from poster.work import lease_recovery

        lease_recovery.let_go()
    execute_from_command_line(["manage.py", *sys.argv[1:]])
