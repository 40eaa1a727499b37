"""What captioners wrote, and what each call of them cost."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from poster.models import Row
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams
from poster.secrets.fields import ToldField
from writing.captioners import CAPTIONERS
from writing.cutting import cut, whole
from writing.holds import sentences
from writing.names import captioner_name, writer_name


def captioner_choices() -> list[tuple[str, str]]:
    """For forms; a function, so that a new captioner needs no migration."""
    return [(captioner, captioner_name(captioner)) for captioner in CAPTIONERS]


class Suggestion(Row):
    """Words that a captioner wrote for something, with all that a person needs to judge where they came from.

    `subject`: what they are for, by its id (a post). `turn`: which question about it they answer: each is answered
    once, and *write again* asks the next one. There is a row only once the words are there.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="suggestions")
    subject = models.UUIDField()
    turn = models.PositiveSmallIntegerField(default=1)
    text = models.TextField()
    alt_texts = models.JSONField(default=dict, blank=True)  # {id of the asset: what it shows}
    hashtags = models.JSONField(default=list, blank=True)
    captioner = models.CharField(_("captioner"), max_length=20, choices=captioner_choices)
    model = ToldField(max_length=100, blank=True)
    prompt = models.TextField(_("prompt as sent"), blank=True)
    holds = models.JSONField(
        default=list, blank=True
    )  # [{"code", "found"}]: why a person should look, see writing.holds

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["subject", "turn"], name="suggestion_once")]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="suggestion_by_owner"),
            models.Index(fields=["-created_at"], name="suggestion_by_time"),
        ]

    def __str__(self) -> str:
        return cut(self.text, 60)

    @property
    def doubts(self) -> str:
        """For people: why somebody should look at it."""
        return sentences(self.holds)

    @property
    def whole(self) -> str:
        """The words as they stand in a draft, with their hashtags."""
        return whole(self.text, self.hashtags)

    @property
    def asset_id(self) -> str | None:
        """One of the assets that it describes."""
        return next(iter(self.alt_texts), None)


class AiCall(Row):
    """One call to a model: what for, what it cost and how it ended. Cost in US dollars; empty when no price is known.

    `model` is who answered, `asked_model` what was asked for ("" for the captioner's usual one).
    """

    class Purpose(models.TextChoices):
        WORDS = "words", _("words for a post")
        TRIAL = "trial", _("words to try a prompt")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="ai_calls")
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.WORDS)
    subject = models.UUIDField()
    captioner = models.CharField(_("captioner"), max_length=20, choices=captioner_choices)
    model = ToldField(max_length=100, blank=True)
    asked_model = models.CharField(max_length=100, blank=True)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(_("cost in USD"), max_digits=12, decimal_places=6, null=True, blank=True)
    seconds = models.FloatField(default=0)
    outcome = models.CharField(max_length=20)  # "words", or the reason why there are none
    reason_code = ReasonCode()
    reason_params = ReasonParams()
    reason = ReasonColumns()
    answer = models.TextField(_("answer as it came"), blank=True)  # without secrets
    paid_by_operator = models.BooleanField(_("with the operator's key"), default=False, editable=False)

    class Meta:
        verbose_name = _("AI call")
        verbose_name_plural = _("AI calls")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["subject", "-created_at"], name="call_by_subject"),
            models.Index(fields=["captioner", "outcome", "-created_at"], name="call_by_captioner"),
            models.Index(fields=["owner", "-created_at"], name="call_by_owner"),
            models.Index(fields=["-created_at"], name="call_by_time"),
            models.Index(fields=["owner", "created_at"], name="call_paid", condition=Q(paid_by_operator=True)),
        ]

    def __str__(self) -> str:
        return self.writer

    @property
    def came(self) -> bool:
        """Whether words came of it."""
        return self.outcome == "words"

    @property
    def writer(self) -> str:
        """Who was asked, for people."""
        return writer_name(self.captioner, self.model)

    @property
    def sentence(self) -> str:
        """Why it ended so, for people; "" where its words came."""
        return str(self.reason or "")
