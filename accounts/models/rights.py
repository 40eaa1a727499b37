"""What people ask for about their own data, and what we tell them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from poster import clock
from poster.models import Row
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams, loaded


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
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, related_name="requests")
    email = models.EmailField(_("e-mail"), blank=True)  # emptied when the account is erased
    words = models.TextField(_("what it is about"), blank=True, max_length=5000)
    language = models.CharField(max_length=10, blank=True, editable=False)  # in which they asked; emptied with it
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

    `subject`, `words`: kept until it is out, where nobody would order it again. `asked_at`: when somebody last wanted
    them told this; what nobody wants to tell any more need not be remembered.
    """

    class Kind(models.TextChoices):
        """What they can choose about it at Settings: the column of `User` with that name. Empty: it always comes."""

        ALWAYS = "", _("what you have to know")
        APPROVE = "to_approve", _("posts to approve")
        FAILED = "on_failure", _("posts that failed")
        RECONNECT = "on_reconnect", _("accounts to connect again")
        BUDGET = "on_budget", _("limits that are met")
        WEEK = "weekly_summary", _("the weekly summary")
        NEWS = "announcements", _("announcements")

    owner = models.ForeignKey(User, models.CASCADE, related_name="notices")
    about = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.ALWAYS, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    next_at = models.DateTimeField(_("tried again"), default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "about"], name="notice_once")]

    def __str__(self) -> str:
        return self.about


class Announcement(Row):
    """News that the operator writes once, for those who ticked that they want some."""

    subject = models.CharField(_("subject"), max_length=150)
    words = models.TextField(_("words"), max_length=5000)
    written_by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, related_name="written_news")
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.subject
