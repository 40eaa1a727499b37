"""What the children of test_children do."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from poster.work.children import ChildRefused
from tests.facts import Said

Payload = dict[str, Any]


def echo(payload: Payload) -> Payload:
    return payload


def refuse(payload: Payload) -> Payload:
    raise ChildRefused(Said(words=payload["sentence"]))


def chatter(payload: Payload) -> Payload:
    sys.stdout.write("hello from Python\n")
    sys.stdout.flush()
    os.write(1, b"hello from C\n")
    return {"done": True}


def stumble(payload: Payload) -> Payload:
    sys.stderr.write(payload["words"])
    return {"never": [][0]}


def segfault(payload: Payload) -> Payload:
    return {"never": ctypes.string_at(0)}


def take_memory(payload: Payload) -> Payload:
    return {"megabytes": len(bytearray(payload["megabytes"] << 20)) >> 20}


def linger(payload: Payload) -> Payload:
    Path(payload["notes"]).write_text(str(os.getpid()))
    time.sleep(60)
    return {}


def linger_with_company(payload: Payload) -> Payload:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as company:
        Path(payload["notes"]).write_text(f"{os.getpid()} {company.pid}")
    return {}


def kill_yourself(payload: Payload) -> Payload:
    os.kill(os.getpid(), payload["signal"])
    return {}


def environment(payload: Payload) -> Payload:
    return {"names": list(os.environ)}


def limits(payload: Payload) -> Payload:
    def soft(what: int) -> int:
        return resource.getrlimit(what)[0]

    return {
        "memory": soft(resource.RLIMIT_AS),
        "cpu": soft(resource.RLIMIT_CPU),
        "core": soft(resource.RLIMIT_CORE),
        "nice": os.nice(0),
    }


def modules(payload: Payload) -> Payload:
    return {"django": "django" in sys.modules}


def leave_company(payload: Payload) -> Payload:
    """It ends, and what it has started does not."""
    company = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    Path(payload["notes"]).write_text(str(company.pid))
    return {}


SEEN: list[int] = []


def remember(payload: Payload) -> Payload:
    before = list(SEEN)
    SEEN.append(os.getpid())
    return {"before": before}


def parent(payload: Payload) -> Payload:
    """What the system tells of the process that this one comes from."""
    place = Path("/proc") / str(os.getppid())
    files = [str(each.readlink()) for each in (place / "fd").iterdir()]
    return {"environment": (place / "environ").read_bytes().decode(), "open": files}
