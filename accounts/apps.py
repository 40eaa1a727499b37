from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who: users, sign-in, credentials, channels."""

    name = "accounts"
    verbose_name = "Accounts"
