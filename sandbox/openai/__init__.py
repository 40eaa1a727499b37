"""Not built yet."""

from __future__ import annotations

from flask import Blueprint

from sandbox.vendors import Vendor

VENDOR = Vendor("openai", hosts=(), routes=lambda world: Blueprint("openai", __name__))
