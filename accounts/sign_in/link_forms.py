"""The form of whoever asks for a link to choose a new password."""

from __future__ import annotations

from allauth.account.forms import ResetPasswordForm
from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest

from accounts.sign_in.link_limits import Answer, asked, too_many
from accounts.sign_in.verified_addresses import is_in_doubt, vouch_for_the_operators_own


class AskForLink(ResetPasswordForm):  # type: ignore[misc]
    """Asking may be too much, or not be needed: see `link_limits`. To an address in doubt nothing is mailed."""

    def save(self, request: HttpRequest, **more: object) -> str:
        person = next(iter(self.users), None)
        answer = asked(request, self.cleaned_data["email"], person)
        if answer is Answer.TOO_MANY:
            raise ImmediateHttpResponse(too_many(request))
        if answer is Answer.MAIL and not (person and is_in_doubt(person)):
            if person:  # or making the link puts down their address as one that nobody vouches for
                vouch_for_the_operators_own(person)
            super().save(request, **more)
        return str(self.cleaned_data["email"])
