"""Adding a passkey, in our words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext as _

from accounts.sign_in.passkey_forms import AnswerField


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """What to call it, and whether it takes the password's place."""

    credential = AnswerField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["name"].label = _("What to call it")
        alone = self.fields["passwordless"]
        alone.label, alone.initial = _("Sign in without the password"), True
        alone.help_text = _("It has to know you by finger, face or PIN then. Otherwise it comes after the password.")
