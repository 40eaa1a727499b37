"""Who: people, the logins and keys they gave us, and the places they let us publish to."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ai_services import SERVICES
from accounts.managers import UserManager
from accounts.providers import PROVIDERS
from accounts.reason_columns import WithReason
from accounts.reasons.logins import LoginNotAccepted
from poster import clock
from poster.models import Row
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams, loaded
from poster.secrets.fields import SealedField, ToldField


class AlwaysLabelled(models.Model):
    """Whose posts are always labelled: nobody below takes that off. See `publishing.posts.labels`."""

    always_ai = models.BooleanField("always say: made with AI", default=False)
    always_adult = models.BooleanField("always say: for adults only", default=False)

    class Meta:
        abstract = True


class User(AlwaysLabelled, Row, AbstractBaseUser, PermissionsMixin):
    """A person, known by their e-mail. The operator is a superuser; everybody works inside the dashboard."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the dashboard"), default=True)
    time_zone = models.CharField(max_length=60, blank=True)  # empty: that of the install
    # What the operator allows this person; empty: as everybody. See `accounts.allowances`.
    most_held_mb = models.PositiveIntegerField(_("megabytes of pictures held"), null=True, blank=True)
    ai_budget = models.DecimalField(
        _("US dollars a month for captions"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    most_watches = models.PositiveIntegerField(_("watches"), null=True, blank=True)
    most_pictures = models.PositiveIntegerField(_("pictures a day"), null=True, blank=True)
    shortest_interval = models.PositiveIntegerField(
        _("shortest interval in seconds"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.email


def provider_choices() -> list[tuple[str, str]]:
    """For forms; a function, so that a new provider needs no migration."""
    return PROVIDERS.choices()


class ProviderApp(Row):
    """The operator's own app at a provider, when it was entered here and not in the environment."""

    provider = models.CharField(max_length=20, unique=True, choices=provider_choices)
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
    provider = models.CharField(max_length=20, choices=provider_choices)
    remote_id = ToldField(_("account id"), max_length=100)
    name = ToldField(max_length=200, blank=True)
    secret = SealedField()
    scopes = models.JSONField(default=list, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, editable=False)  # when only a person can renew it
    scoped_id = ToldField(max_length=100, blank=True, editable=False)  # the person's id in their callbacks
    version = models.PositiveIntegerField(default=1, editable=False)  # counts token changes: a refresh swaps on it
    refreshed_at = models.DateTimeField(_("renewed"), default=clock.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
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
    name = ToldField(max_length=200)
    handle = ToldField(max_length=200, blank=True)
    token = SealedField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    spacing = models.PositiveIntegerField(
        _("seconds between posts"), default=0, help_text=_("Wait at least this long between two posts to this channel.")
    )
    most_per_day = models.PositiveSmallIntegerField(
        "posts a day, at most", null=True, blank=True, help_text="Empty: as many as it takes. Later ones wait."
    )
    quiet_from = models.TimeField("quiet from", null=True, blank=True)
    quiet_until = models.TimeField(
        "quiet until", null=True, blank=True, help_text="In your time zone. Posts of these hours wait for their end."
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
        return f"{self.name} on {self.platform.title()}"

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


class AiKey(Row):
    """A person's own key for an AI service. Sealed, and used for the pictures of that person only."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="ai_keys")
    captioner = models.CharField(max_length=20)
    key = SealedField()

    class Meta:
        verbose_name = _("AI key")
        constraints = [models.UniqueConstraint(fields=["owner", "captioner"], name="ai_key_once")]

    def __str__(self) -> str:
        return f"{SERVICES.get(self.captioner, self.captioner)} key"


class Invitation(Row):
    """Somebody may make an account with this e-mail. The link that was mailed holds the token; here is its digest."""

    email = models.EmailField(_("e-mail"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, related_name="invitations")
    is_operator = models.BooleanField(_("operator"), default=False)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.email


class Acceptance(Row):
    """A person agreed to a document: when, to which version, from where."""

    class Document(models.TextChoices):
        TERMS = "terms", _("terms")
        PRIVACY = "privacy", _("privacy policy")
        AGE = "age", _("age")

    owner = models.ForeignKey(User, models.CASCADE, related_name="acceptances")
    document = models.CharField(max_length=10, choices=Document.choices)
    version = models.CharField(max_length=20)
    address = models.GenericIPAddressField(null=True)
    browser = ToldField(max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["owner", "document", "version"], name="acceptance_once")]

    def __str__(self) -> str:
        return f"{self.get_document_display()}, version {self.version}"


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


class Request(Row):
    """What a person asked about their data, and the answer; due within 30 days. It outlives the person's account."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("see my data")
        CORRECTION = "correction", _("correct my data")
        ERASURE = "erasure", _("erase my data")
        RESTRICTION = "restriction", _("restrict the use of my data")
        OBJECTION = "objection", _("object to the use of my data")
        PORTABILITY = "portability", _("take my data elsewhere")
        QUESTION = "question", _("something else")
        PLATFORM = "platform", _("erasure asked for at the platform")

    code = models.CharField(max_length=40, unique=True, editable=False)  # the receipt: shows the state to who has it
    kind = models.CharField(max_length=12, choices=Kind.choices)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, related_name="requests")
    email = models.EmailField(_("e-mail"), blank=True)  # emptied when the account is erased
    words = models.TextField(_("what it is about"), blank=True, max_length=5000)
    due_at = models.DateTimeField(_("answer due"), editable=False)
    begun_at = models.DateTimeField(
        _("begun"), null=True, editable=False
    )  # by the machine, which carries it to its end
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answer = models.TextField(blank=True)  # the operator's words
    outcomes = models.JSONField(default=list, editable=False)  # what the machine did: reasons, see `stored`
    doubt_code = ReasonCode()
    doubt_params = ReasonParams()
    doubt = ReasonColumns()  # of an erasure: posts that may be out

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.code})"

    @property
    def told(self) -> str:
        """The whole answer, in words."""
        return " ".join(str(each) for each in (self.answer, *loaded(self.outcomes), self.doubt) if each)


class Notice(Row):
    """A mail that is sent once: `about` says of what (a login's id and version, a document's). See `accounts.notices`.

    `subject`, `words`: kept until it is out, where nobody would order it again.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="notices")
    about = models.CharField(max_length=100)
    subject = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    next_at = models.DateTimeField(_("tried again"), default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "about"], name="notice_once")]

    def __str__(self) -> str:
        return self.about
