from __future__ import annotations

from django.apps import AppConfig


class ProofConfig(AppConfig):
    """`manage.py prove`: the only app that holds the sandbox in its hands."""

    name = "proof"
    verbose_name = "Proof"
