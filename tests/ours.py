"""The apps of this project, as Django has them: whatever lies beside `manage.py`."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
OURS = tuple(config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT)
