"""What all tests share: nothing leaves this machine, a sandbox over real HTTP, files of the reference when present."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = [
    *("tests.quick", "tests.served_children", "tests.sandbox_fixture", "tests.house", "tests.migrated", "tests.clocks"),
]

TESTS = Path(__file__).resolve().parent
# `make quick` leaves out whole folders of stories, and whatever stands on one of these fixtures.
NOT_QUICK = {"accounts", "claims", "commands", "contracts", "dashboard", "faults", "fuzz", "mutants", "operations"}
NOT_QUICK |= {"postgres", "proof", "sandbox", "security", "whole"}
NOT_QUICK |= {
    "test_start.py",
    "test_tutorial.py",
    "test_source_tutorial.py",
    "test_mutants.py",
    "test_audit.py",
    "test_readying.py",
}
NOT_QUICK |= {
    "test_filled_database.py",
    "test_describer.py",
    "test_foreign_shapes.py",
    "test_wholeness.py",
    "test_settings.py",
    "test_children.py",
}
HEAVY = {"house", "live_server", "sandbox", "transactional_db", "browser"}

_connect = socket.socket.connect


def _guarded(self: socket.socket, address: object) -> None:
    """A test that reaches beyond loopback fails, whatever library it uses."""
    host = address[0] if isinstance(address, tuple) else "unix"
    if host not in {"unix", "127.0.0.1", "::1", "localhost"}:
        raise AssertionError(f"A test tried to reach {host}.")
    _connect(self, address)  # type: ignore[arg-type]


@pytest.fixture(autouse=True, scope="session")
def _nothing_leaves_this_machine() -> Iterator[None]:
    socket.socket.connect = _guarded  # type: ignore[method-assign, assignment]
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


def pytest_sessionstart() -> None:
    """Tests ask the dashboard which pages there are when they are gathered, and it learns them with the addresses."""
    import poster.urls  # noqa: F401


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="only what needs no server, no process and no emptied table")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """To read a test file takes time too."""
    inside = collection_path.relative_to(TESTS).parts if collection_path.is_relative_to(TESTS) else ()
    return True if config.getoption("quick") and NOT_QUICK & set(inside) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The slow ones first, so that two processes end at about the same time."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    if config.getoption("quick"):
        left = [item for item in items if not _is_quick(item)]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if _is_quick(item)]


def _is_quick(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is None and not HEAVY & set(getattr(item, "fixturenames", ()))
