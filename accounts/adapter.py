"""How allauth behaves here."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by himself: the operator makes the accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
