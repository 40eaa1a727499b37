"""Who writes words."""

from __future__ import annotations

from typing import Any

from poster.registry import Registry

CAPTIONERS: Registry[Any] = Registry({"describer": ("Built-in describer", "watches.captioners.describer:Describer")})
