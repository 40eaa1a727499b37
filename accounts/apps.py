from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who: users, sign-in, credentials, channels."""

    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from accounts.sign_in import security_events  # models must be there first

        security_events.connect()
