"""Children as an install that runs has them: from a server that has loaded what they need, one for each test process.

An interpreter for each picture was most of what many tests took. That one of its own does just as well is shown by
`tests/poster/test_children.py`, and wherever a test has no install of this process around it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from poster.manifests import manifests
from poster.work import child_server, children

# What the built-in describer sees with. `start` does not load it: where it has threads they would not survive a fork.
SEES = ["writing.captioners.vision", "writing.captioners.lite2", "writing.captioners.torch_tensors"]
ONE_THREAD = "OPENBLAS_NUM_THREADS"


@pytest.fixture(autouse=True, scope="session")
def served_children() -> Iterator[bytes]:
    """The server's name, empty where a system has none: what a child does and what ends it is the same in both."""
    listening = child_server.opened()
    if listening is None:
        yield b""
        return
    modules = [module for manifest in manifests() for module in manifest.preloaded] + SEES
    number = listening.fileno()
    command = [sys.executable, "-P", "-m", "poster.work.child_server", str(number), *modules]
    environment = children.environment() | {ONE_THREAD: os.environ[ONE_THREAD]}
    server = subprocess.Popen(command, pass_fds=[number], env=environment)
    children.use(listening.getsockname())
    yield listening.getsockname()
    children.use(b"")
    server.kill()
    server.wait()
    listening.close()
