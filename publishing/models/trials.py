"""A prompt that is tried on a picture, before there is a watch."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, Credential
from poster.models import Row
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams
from poster.secrets.fields import ToldField
from poster.work.leases import Leased, LeasedQuerySet
from publishing.models.posts import Post
from watches.models import source_choices
from watches.sources import Found
from writing.cutting import whole
from writing.models import captioner_choices


class Trial(Row, Leased):
    """One picture of a folder, and the words that were written for it. No post is made of it, and nothing goes out.

    Those that were asked for together share a `batch`. Rows go after a day; the bytes are never kept.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("waits for its words")
        WRITTEN = "written", _("has its words")
        WORDLESS = "wordless", _("got no words")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="trials")
    batch = models.UUIDField(editable=False)
    position = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=20, choices=source_choices)
    credential = models.ForeignKey(Credential, models.CASCADE, null=True, blank=True, related_name="+")
    place_id = models.CharField(_("folder"), max_length=500)
    external_id = ToldField(_("file id"), max_length=1000)
    revision = ToldField(max_length=200)
    name = ToldField(max_length=1000)
    folder = ToldField(max_length=300, blank=True)
    channels = models.ManyToManyField(Channel, related_name="+", blank=True)
    captioner = models.CharField(max_length=20, choices=captioner_choices)
    model = models.CharField(max_length=100, blank=True)
    prompt = models.TextField(blank=True)
    language = models.CharField(max_length=20, blank=True)
    size = models.BigIntegerField(default=0)  # bytes, as its source says; 0: it does not
    made_with_ai = models.BooleanField(default=False)  # what the source that is tried would label
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    reason_code = ReasonCode()
    reason_params = ReasonParams()
    reason = ReasonColumns()  # why it has no words
    text = models.TextField(blank=True)
    hashtags = models.JSONField(default=list, blank=True)
    alt_text = models.TextField(blank=True)
    holds = models.JSONField(default=list, blank=True)  # as those of a Suggestion
    answered_by = ToldField(max_length=100, blank=True)
    cost = models.DecimalField(_("cost in USD"), max_digits=12, decimal_places=6, null=True, blank=True)
    seconds = models.FloatField(default=0)

    objects = LeasedQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="trial_once")]
        indexes = [
            models.Index(fields=["state", "next_at"], name="trial_due"),
            models.Index(fields=["created_at"], name="trial_by_time"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def found(self) -> Found:
        """The picture, as its source knows it."""
        named = (self.place_id, self.external_id, self.revision, self.name, self.folder, self.size)
        return Found(*named, subfolders=False)

    @property
    def whole(self) -> str:
        """The words as they would stand in a draft."""
        return whole(self.text, self.hashtags)

    @property
    def draft(self) -> Post:
        """What would be made of it, with its words. It is kept nowhere."""
        return Post(owner=self.owner, text=self.whole, made_with_ai=self.made_with_ai)
