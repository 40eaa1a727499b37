from __future__ import annotations

from tests.meta_places import *  # noqa: F403 - its fixtures
