from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import connection


def test_a_test_run_has_an_install_of_its_own() -> None:
    own = Path(os.environ["VAR"]).resolve()
    assert own == settings.VAR
    assert not own.is_relative_to(settings.BASE)
    assert Path(connection.settings_dict["TEST"]["NAME"]).is_relative_to(own)
