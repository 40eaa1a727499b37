from __future__ import annotations

from tests.contracts.captioner_houses import house, picture, running, server  # noqa: F401 - fixtures
from tests.contracts.source_owners import *  # noqa: F403 - its fixtures
from tests.meta_places import *  # noqa: F403 - its fixtures
