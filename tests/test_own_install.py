from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import connection


def test_a_test_run_has_an_install_of_its_own() -> None:
    own = Path(os.environ["VAR"]).resolve()
    assert own == settings.VAR
    assert not own.is_relative_to(settings.BASE)
    name = connection.settings_dict["TEST"]["NAME"]
    if connection.vendor == "sqlite":
        assert Path(name).is_relative_to(own)
    else:
        assert connection.settings_dict["NAME"].startswith("test_")
