"""Not built yet."""

from __future__ import annotations

from flask import Blueprint

from sandbox.vendors import Vendor

VENDOR = Vendor("google", hosts=(), routes=lambda world: Blueprint("google", __name__))
