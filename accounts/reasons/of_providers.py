"""Where providers have reasons of their own: `reasons.py` in their folders. Imported when all codes are gathered."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from accounts.providers import PROVIDERS

for _name in PROVIDERS:
    if find_spec(_module := f"accounts.providers.{_name}.reasons"):
        import_module(_module)
