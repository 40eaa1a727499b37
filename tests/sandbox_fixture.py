"""The sandbox for tests: one real server a session, an empty world a test.

`pytest_plugins = ["tests.sandbox_fixture"]` in the conftest makes the fixture `sandbox` known.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from sandbox.app import create_app
from sandbox.server import listen
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Box:
    """A running sandbox, steered over its own control API. `root` is what REMOTE_ROOT has to be."""

    root: str
    world: World

    def ask(self, method: str, path: str, wishes: dict[str, Any] | None = None) -> Any:
        """One call of the control API."""
        answer = requests.request(method, f"{self.root}/_sandbox/{path}", json=wishes, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def reset(self) -> None:
        """An empty world without faults; nothing has to be waited for."""
        self.ask("POST", "reset")
        self.settings(processing_seconds=0)

    def settings(self, **wishes: Any) -> None:
        """How the world behaves: processing_seconds."""
        self.ask("POST", "settings", wishes)

    def fault(self, kind: str, **where_and_when: Any) -> str:
        """Let something go wrong (see sandbox.faults.Rule); the id of the rule."""
        return str(self.ask("POST", "faults", {"kind": kind, **where_and_when})["id"])

    def no_faults(self) -> None:
        """The weather is fine again."""
        self.ask("DELETE", "faults")

    def feed(self, platform: str = "") -> list[dict[str, Any]]:
        """What followers see, newest first."""
        return [post for post in self.ask("GET", "feed")["data"] if platform in ("", post["platform"])]

    def calls(self, path: str = "", *, method: str = "") -> list[dict[str, Any]]:
        """The log of requests to vendors whose path contains `path`, oldest first."""
        log = self.ask("GET", "calls")["data"]
        return [call for call in log if path in call["path"] and method in ("", call["method"])]

    def person(self, vendor: str = "meta", **wishes: Any) -> dict[str, Any]:
        """A person with accounts made to measure; tokens by login name."""
        return dict(self.ask("POST", "accounts", {vendor: wishes}))

    def practice(self) -> dict[str, Any]:
        """The practice people and their tokens."""
        return dict(self.ask("POST", "practice"))

    def advance(self, seconds: float) -> None:
        """Let time pass in the outside world."""
        self.ask("POST", "clock", {"seconds": seconds})


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[Box]:
    """The server, started once."""
    world = World(seed=1)
    server = listen(create_app(world), 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Box(f"http://127.0.0.1:{server.server_port}", world)
    server.shutdown()
    server.server_close()


@pytest.fixture
def sandbox(sandbox_server: Box) -> Box:
    """The outside world, new and empty."""
    sandbox_server.reset()
    return sandbox_server
