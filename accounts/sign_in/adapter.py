"""How allauth behaves here: one closed door, and a line in the security log for what happens at it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.local_time import read_by
from accounts.mailer import post
from accounts.models import User
from accounts.reasons.events import LockedOutTried, NoSuchAccount, TooManyPasswords, WrongPassword
from accounts.sign_in import link_limits, not_me, password_limits
from accounts.sign_in.verified_addresses import is_in_doubt, vouch_for_the_operators_own
from poster.ledger.security_log import Kind, record
from poster.web import canonical_host
from poster.web.visitors import address_of


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody can sign up: the operator makes the accounts, or invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """For limits and the list of sessions; all whose address is not known share one."""
        return address_of(request) or "0.0.0.0"  # noqa: S104 - means "not known", nothing listens there

    def get_http_user_agent(self, request: HttpRequest) -> str:
        return str(request.META.get("HTTP_USER_AGENT") or _("An unnamed browser"))

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse | None:  # noqa: ANN401
        vouch_for_the_operators_own(user)
        if not user.is_active:
            record(Kind.REFUSED, LockedOutTried(), person=user.pk, request=request)
        return super().pre_login(request, user, **more)  # type: ignore[no-any-return]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401
        """Counted by us: allauth counts an account over all addresses, so that anybody could keep its owner out."""
        email = str(credentials.get("email", ""))
        person = User.objects.filter(email__iexact=email).first()
        self._guess = password_limits.guess(request, email, person)
        if self._guess is None:
            record(Kind.REFUSED, TooManyPasswords(), person=person.pk if person else None, request=request)
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        if self._guess:
            self._guess.was_right()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401
        """Whom it was about only when there is such an account: what strangers type is not ours to keep."""
        email = str(credentials.get("email", ""))
        person = User.objects.filter(email__iexact=email).values_list("pk", flat=True).first()
        fact = WrongPassword() if person else NoSuchAccount()
        record(Kind.SIGN_IN_FAILED, fact, person=person, request=request)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Whole, or not at all: another account may have got this address since the mail was sent."""
        address = email_address.email
        if User.objects.filter(email__iexact=address).exclude(pk=email_address.user_id).exists():
            sentence = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, sentence, {"email": address})
            return False
        with transaction.atomic():
            return bool(super().confirm_email(request, email_address))

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:  # noqa: ANN401, FBT001 - allauth's
        """Not to an address in doubt: who has it would confirm it, whatever way they came in by."""
        asked = emailconfirmation.email_address
        if not is_in_doubt(asked.user) and link_limits.may_confirm(request, asked):
            super().send_confirmation_mail(request, emailconfirmation, signup)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """About what was changed, or who came in: with a link for whoever it was not."""
        told = {**(context or {}), "not_me": not_me.address(user, email or user.email), "days": not_me.VALID.days}
        with read_by(user):
            super().send_notification_mail(template_prefix, user, told, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        told = {name: canonical_host.mailed(self.request, value) for name, value in context.items()}
        person = context.get("user")
        with read_by(person) if isinstance(person, User) else nullcontext():
            post(self.render_mail(template_prefix, email, {"request": self.request, "email": email, **told}))
