"""What a browser says about a passkey, read with care: it is JSON of anybody's, and at the door nobody is known yet."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn import forms as theirs
from django import forms
from django.utils.translation import gettext as _

LONGEST = 20_000  # letters; a real answer has about two thousand


class AnswerField(forms.JSONField):
    """Django's own breaks on numbers of thousands of digits and on thousands of brackets."""

    widget = forms.HiddenInput

    def to_python(self, value: object) -> Any:  # noqa: ANN401
        try:
            if isinstance(value, str) and len(value) > LONGEST:
                raise ValueError
            return super().to_python(value)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("That was not understood. Try your passkey again.")) from error

    def bound_data(self, data: object, initial: object) -> object:
        """What the page shows again: nothing of it."""
        return initial


class Login(theirs.LoginWebAuthnForm):  # type: ignore[misc]
    credential = AnswerField()


class Authenticate(theirs.AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = AnswerField()


class Reauthenticate(theirs.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = AnswerField()
