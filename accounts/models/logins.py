"""Logins that people gave us at providers, and the places these let us publish to."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import AlwaysLabelled, User
from accounts.providers import PROVIDERS
from accounts.reason_columns import WithReason
from accounts.reasons.logins import LoginNotAccepted
from poster import clock
from poster.models import Row
from poster.secrets.fields import SealedField, ToldField


def provider_choices() -> list[tuple[str, str]]:
    """For forms; a function, so that a new provider needs no migration."""
    return PROVIDERS.choices()


class ProviderApp(Row):
    """The operator's own app at a provider, when it was entered here and not in the environment."""

    provider = models.CharField(_("provider"), max_length=20, unique=True, choices=provider_choices)
    client_id = models.CharField(_("app or client id"), max_length=200)
    client_secret = SealedField()

    class Meta:
        verbose_name = _("provider app")

    def __str__(self) -> str:
        return PROVIDERS.label(self.provider)


class Credential(WithReason, Row):
    """A login or key that a provider gave us. Its secret is sealed: {"access_token", "refresh_token"?}."""

    class State(models.TextChoices):
        ACTIVE = "active", _("connected")
        BLOCKED = "blocked", _("reconnect")

    owner = models.ForeignKey(User, models.CASCADE, related_name="credentials")
    provider = models.CharField(_("provider"), max_length=20, choices=provider_choices)
    remote_id = ToldField(_("account id"), max_length=100)
    name = ToldField(_("name"), max_length=200, blank=True)
    secret = SealedField()
    scopes = models.JSONField(default=list, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, editable=False)  # when only a person can renew it
    scoped_id = ToldField(max_length=100, blank=True, editable=False)  # the person's id in their callbacks
    version = models.PositiveIntegerField(default=1, editable=False)  # counts token changes: a refresh swaps on it
    refreshed_at = models.DateTimeField(_("renewed"), default=clock.now)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    practice = models.BooleanField(default=False, editable=False)
    by_practice = models.BooleanField(default=False, editable=False)  # connected by practice itself, at a start

    class Meta:
        ordering = ["provider", "name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "provider", "remote_id"], name="credential_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.remote_id} ({PROVIDERS.label(self.provider)})"

    def ends_within(self, span: dt.timedelta) -> bool:
        """Whether its token runs out in `span` from now."""
        return self.expires_at is not None and self.expires_at < clock.now() + span


class Channel(WithReason, AlwaysLabelled, Row):
    """One place we may publish to. Discovered through a credential, never typed.

    `token` is sealed, and only there when the place has one of its own (a Facebook Page).
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("ready")
        OFF = "off", _("switched off")
        BLOCKED = "blocked", _("reconnect")

        @classmethod
        def closed(cls) -> tuple[Self, ...]:
            """Nothing goes out there, by its owner's choice or until they reconnect."""
            return cls.OFF, cls.BLOCKED

    owner = models.ForeignKey(User, models.CASCADE, related_name="channels")
    credential = models.ForeignKey(Credential, models.CASCADE, related_name="channels")
    platform = models.CharField(max_length=20)
    remote_id = ToldField(_("account id"), max_length=100)
    name = ToldField(_("name"), max_length=200)
    handle = ToldField(max_length=200, blank=True)
    token = SealedField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    spacing = models.PositiveIntegerField(
        _("seconds between posts"), default=0, help_text=_("Wait at least this long between two posts to this channel.")
    )
    most_per_day = models.PositiveSmallIntegerField(
        _("posts a day, at most"),
        null=True,
        blank=True,
        help_text=_("Empty: as many as it takes. Later ones wait."),
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(
        _("quiet until"),
        null=True,
        blank=True,
        help_text=_("In your time zone. Posts of these hours wait for their end."),
    )
    never_resend = models.BooleanField(
        _("never send again, ask me"),
        default=False,
        help_text=_("When an answer was lost and the post is not there, ask you instead of sending it again."),
    )
    room_left = models.PositiveIntegerField(null=True, blank=True, editable=False)  # of the platform's daily quota
    room_read_at = models.DateTimeField(null=True, blank=True, editable=False)
    resting_until = models.DateTimeField(null=True, blank=True, editable=False)
    shared = models.BooleanField(default=False, editable=False)  # connected while the operator allowed sharing
    released = models.BooleanField(default=False, editable=False)  # its owner let it go: others here may connect it

    class Meta:
        ordering = ["platform", "name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "platform", "remote_id"], name="channel_once"),
            models.UniqueConstraint(
                fields=["platform", "remote_id"],
                name="channel_of_one_person",
                condition=models.Q(shared=False, released=False),  # an expired login does not give it to others
            ),
        ]

    def __str__(self) -> str:
        """The same in every language: reasons keep it."""
        return f"{self.name} ({self.platform.title()})"

    @property
    def has_own_token(self) -> bool:
        """A Page's token lives on after the login that opened it. (Answers without opening it.)"""
        return self.__dict__.get("token") is not None

    @property
    def lacks_token(self) -> bool:
        """Whether it is posted to with a token of its own and has none. Its login's is never taken instead."""
        provider = self.credential.provider
        return not self.has_own_token and provider in PROVIDERS and self.platform in PROVIDERS[provider].own_tokens

    @property
    def problem(self) -> str:
        """What is wrong, for people; what is wrong with its login, where that is the reason."""
        by_login = self.reason_code == LoginNotAccepted.code and self.credential.problem
        return by_login or super().problem

    @property
    def practice(self) -> bool:
        """Whether nothing that is posted here is public."""
        return self.credential.practice


class Flow(Row):
    """A log-in at a provider that is under way. Whoever takes the row away may go on with it: it works once.

    `found`: what the login opens, sealed, while its owner chooses; {"grant": ..., "profile": ..., "places": [...]}.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="flows")
    provider = models.CharField(max_length=20)
    state = models.CharField(max_length=64, unique=True)  # digest of what goes through the browser
    session = models.CharField(max_length=64)  # digest of the session that began it
    verifier = SealedField(null=True)  # PKCE
    credential = models.ForeignKey(Credential, models.CASCADE, null=True)  # to be connected again, and no other
    found = SealedField(null=True)

    def __str__(self) -> str:
        return self.provider


class Revocation(Row):
    """A permission to take back at a provider that could not be reached when its login was disconnected.

    `secret`: the one token that the provider wants for that, sealed for this row; nothing else reads it. It outlives
    the person's account by the days that are left; `receipt`: of that erasure.
    """

    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="revocations")
    provider = models.CharField(max_length=20)
    remote_id = ToldField(_("account id"), max_length=100)
    secret = SealedField()
    practice = models.BooleanField(default=False)
    receipt = models.CharField(max_length=40, blank=True)
    next_at = models.DateTimeField(_("asked again"))
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    ends_at = models.DateTimeField(_("given up"))  # and deleted: nothing of it is asked or kept any later

    class Meta:
        ordering = ["next_at"]
        constraints = [models.UniqueConstraint(fields=["provider", "remote_id"], name="revocation_once")]

    def __str__(self) -> str:
        return PROVIDERS.label(self.provider)
