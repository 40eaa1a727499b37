"""What the tests of faults share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.laboratory import Laboratory, laboratory


@pytest.fixture
def elsewhere(transactional_db, settings, tmp_path: Path) -> None:
    """Settings for laboratories: the outside is not on any network."""
    settings.REMOTE_ROOT = "http://sandbox.invalid"
    settings.PUBLIC_URL = "http://poster.invalid"
    settings.SPOOL = tmp_path / "spool"
    settings.PROVIDER_APPS = dict(settings.PROVIDER_APPS)


@pytest.fixture
def lab(elsewhere: None) -> Iterator[Laboratory]:
    with laboratory() as made:
        yield made
