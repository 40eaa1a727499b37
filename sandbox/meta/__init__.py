"""Meta: Facebook Pages, Instagram and Threads, with their consent pages."""

from __future__ import annotations

from flask import Blueprint

from sandbox.vendors import Vendor

VENDOR = Vendor("meta", hosts=("graph.facebook.com",), routes=lambda world: Blueprint("meta", __name__))
