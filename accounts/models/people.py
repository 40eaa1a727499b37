"""Who: people, how they come in, what they agreed to, and the keys they gave us."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ai_services import SERVICES
from accounts.managers import UserManager
from poster.models import Row
from poster.secrets.fields import SealedField, ToldField


class AlwaysLabelled(models.Model):
    """Whose posts are always labelled: nobody below takes that off. See `publishing.posts.labels`."""

    always_ai = models.BooleanField(_("always say: made with AI"), default=False)
    always_adult = models.BooleanField(_("always say: for adults only"), default=False)

    class Meta:
        abstract = True


class User(AlwaysLabelled, Row, AbstractBaseUser, PermissionsMixin):
    """A person, known by their e-mail. The operator is a superuser; everybody works inside the dashboard."""

    class Wish(models.TextChoices):
        """How they are told of something that waits for them."""

        NEVER = "", _("no mail")
        AT_ONCE = "at_once", _("a mail at once")
        DAILY = "daily", _("one mail each morning")

    class Theme(models.TextChoices):
        """How pages look to them, on every device."""

        AUTO = "auto", _("as the system")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the dashboard"), default=True)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)  # empty: that of the install
    language = models.CharField(_("language"), max_length=10, blank=True)  # empty: what their browser asks for
    to_approve = models.CharField(
        _("mail about posts to approve"), max_length=10, choices=Wish.choices, default=Wish.NEVER, blank=True
    )
    single_keys = models.BooleanField(_("keyboard shortcuts of a single key"), default=True)
    theme = models.CharField(_("light or dark"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    approve_by_link = models.BooleanField(_("approve from the mail"), null=True, blank=True)  # empty: by their factors
    # Each is named as the kind of notice that it is about: `Notice.Kind`.
    on_failure = models.CharField(
        _("mail when a post fails"), max_length=10, choices=Wish.choices, default=Wish.AT_ONCE, blank=True
    )
    on_reconnect = models.CharField(
        _("mail when an account has to be connected again"),
        max_length=10,
        choices=Wish.choices,
        default=Wish.AT_ONCE,
        blank=True,
    )
    on_budget = models.CharField(
        _("mail when a limit is met"), max_length=10, choices=Wish.choices, default=Wish.AT_ONCE, blank=True
    )
    weekly_summary = models.BooleanField(_("a summary each Monday"), default=False)
    announcements = models.BooleanField(_("announcements"), default=False)  # only with their permission
    keep_small_copies = models.BooleanField(_("keep a small copy of found pictures"), default=False)
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


class AiKey(Row):
    """A person's own key for an AI service. Sealed, and used for the pictures of that person only."""

    owner = models.ForeignKey(User, models.CASCADE, verbose_name=_("owner"), related_name="ai_keys")
    captioner = models.CharField(_("service"), max_length=20)
    key = SealedField()

    class Meta:
        verbose_name = _("AI key")
        constraints = [models.UniqueConstraint(fields=["owner", "captioner"], name="ai_key_once")]

    def __str__(self) -> str:
        return _("%(service)s key") % {"service": SERVICES.get(self.captioner, self.captioner)}


class Invitation(Row):
    """Somebody may make an account with this e-mail. The link that was mailed holds the token; here is its digest."""

    email = models.EmailField(_("e-mail"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("invited by"), null=True, editable=False, related_name="invitations"
    )
    is_operator = models.BooleanField(_("operator"), default=False)
    asked = models.BooleanField(default=False, editable=False)  # for themselves: nobody invited them
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.email


class SignUp(Row):
    """Somebody asks for an account. The operator's answer ends the row: a yes is an invitation."""

    email = models.EmailField(_("e-mail"), unique=True)
    words = models.TextField(_("what they wrote"), blank=True, max_length=1000)
    waits = models.BooleanField(default=False, editable=False)  # for the round, which finds out what becomes of it
    is_for_operator = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = _("wish for an account")
        verbose_name_plural = _("wishes for an account")
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
        return _("%(document)s, version %(version)s") % {
            "document": self.get_document_display(),
            "version": self.version,
        }
