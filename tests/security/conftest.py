"""The people of the dashboard's tests, here too."""

from __future__ import annotations

from tests.dashboard.conftest import alice, bob, browser, operator

__all__ = ["alice", "bob", "browser", "operator"]
