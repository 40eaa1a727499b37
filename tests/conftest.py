"""What all tests share: nothing leaves this machine, a sandbox over real HTTP, files of the reference when present."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = ["tests.quick", "tests.sandbox_fixture", "tests.house", "tests.elsewhere"]

_connect = socket.socket.connect


def _guarded(self: socket.socket, address: object) -> None:
    """A test that reaches beyond loopback fails, whatever library it uses."""
    host = address[0] if isinstance(address, tuple) else "unix"
    if host not in {"unix", "127.0.0.1", "::1", "localhost"}:
        raise AssertionError(f"A test tried to reach {host}.")
    _connect(self, address)  # type: ignore[arg-type]


@pytest.fixture(autouse=True, scope="session")
def _nothing_leaves_this_machine() -> Iterator[None]:
    socket.socket.connect = _guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _no_token_is_known() -> Iterator[None]:
    """The sandbox gives out the same tokens again, to others."""
    yield
    from poster.http.turnstile import forget_tokens

    forget_tokens()


@pytest.fixture
def _django_db_helper(_django_db_helper: None) -> Iterator[None]:
    """Every test has the triggers that `migrate` has put up. What empties the tables afterwards meets none."""
    yield
    from tests.walls import let_it_be_emptied

    let_it_be_emptied()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference files beside the repository; tests that want them are skipped without."""
    path = Path(__file__).resolve().parent.parent.parent / "shared"
    if not path.is_dir():
        pytest.skip("the reference files (../shared) are not here")
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first, so that two processes end at about the same time."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
