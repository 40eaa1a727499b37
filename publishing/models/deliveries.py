"""A post on its way to one channel."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Channel
from poster.errors import Actor
from poster.models import Row
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams
from poster.secrets.fields import SealedField, ToldField
from poster.work.leases import Leased
from publishing.models.posts import Post
from publishing.platforms import PLATFORMS, Form, form_of
from publishing.querysets import DeliveryQuerySet
from publishing.states import DeliveryState, Placement


def platform_choices() -> list[tuple[str, str]]:
    """For forms; a function, so that a new platform needs no migration."""
    return PLATFORMS.choices()


def actor_choices() -> list[tuple[str, str]]:
    """Who must act."""
    return [(actor.value, actor.value) for actor in Actor]


class Delivery(Row, Leased):
    """One post on its way to one channel. The state is the last thing known to be true.

    Moved only by `publishing.delivery.delivering` and `publishing.delivery.manual_actions`, always by compare-and-swap.
    """

    State = DeliveryState

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deliveries")
    post = models.ForeignKey(Post, models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, models.SET_NULL, null=True, blank=True, related_name="deliveries")
    channel_name = ToldField(max_length=200)  # stays when the channel is disconnected
    platform = models.CharField(max_length=20, choices=platform_choices)
    placement = models.CharField(max_length=10, choices=Placement.choices, default=Placement.FEED)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField("due")
    planned_at = models.DateTimeField(null=True, blank=True, editable=False)  # empty: as soon as it may
    queued = models.BooleanField(default=False, editable=False)  # that time is a slot of its channel, which it has
    latest_at = models.DateTimeField("not later than")
    undo_until = models.DateTimeField(
        null=True, blank=True, editable=False
    )  # not marked before; its person may undo it
    # When it was undone, as long as nobody approved this channel again.
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Frozen at approval: every attempt sends these, and nothing else.
    text = models.TextField(blank=True)
    media = models.JSONField(default=list)  # [{"asset", "sha256", "alt_text", "recipe"}], see publishing.posts.freezing
    made_with_ai = models.BooleanField(default=False)  # people are told so; a picture may say it besides
    options = models.JSONField(default=dict, blank=True)  # by name, see publishing.platforms.Option
    content_hash = models.CharField(max_length=64)
    renditions = models.JSONField(default=list, blank=True)  # what was made from `media`, once it was made
    laid = models.JSONField(default=list, blank=True, editable=False)  # what its pictures are called in the bucket
    # How far the invisible part is, see publishing.platforms.Staged: what opens it, and what the platform calls it.
    keys = SealedField(null=True, editable=False)
    refs = ToldField(max_length=1000, blank=True)  # in their order, with commas between
    staged_at = models.DateTimeField(null=True, blank=True)  # when the first of it was laid down
    staged_until = models.DateTimeField(null=True, blank=True, editable=False)  # then it is laid down anew
    done = models.PositiveBigIntegerField(default=0, editable=False)
    total = models.PositiveBigIntegerField(default=0, editable=False)
    redone = models.PositiveSmallIntegerField(default=0, editable=False)
    commit_bytes = models.PositiveBigIntegerField(default=0, editable=False)
    # They have all of it and will show it themselves: what they call that, and until when we ask.
    operation = ToldField(max_length=200, blank=True)
    follow_until = models.DateTimeField(null=True, blank=True, editable=False)
    remote_id = ToldField(max_length=200, blank=True)
    permalink = models.URLField(max_length=1000, blank=True)
    commits = models.PositiveSmallIntegerField(default=0)  # how often the irreversible call was marked
    committed_at = models.DateTimeField(null=True, blank=True)  # when it was last marked
    deadline_at = models.DateTimeField(null=True, blank=True, editable=False)  # until when that call could take
    # The clock was put while it was in doubt: "not there" counts only when the settle time has passed anew since then.
    settle_from = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveIntegerField(default=0)  # of the present step
    looks = models.PositiveIntegerField(default=0)  # for a link, after it was published
    reason_code = ReasonCode()
    reason_params = ReasonParams()
    reason = ReasonColumns()  # why it waits, or ended so
    actor = models.CharField(max_length=10, blank=True, choices=actor_choices)
    published_at = models.DateTimeField("published", null=True, blank=True)
    # Since when it may be out without our knowing: an older copy of the database was put back (poster.Restore).
    restored_at = models.DateTimeField(null=True, blank=True, editable=False)

    # No column: which pictures were compared with which others already, see `publishing.delivery.twins.twin_of`.
    compared: tuple[tuple[frozenset[str], frozenset[tuple[str, str]]], frozenset[UUID]] = (
        (frozenset(), frozenset()),
        frozenset(),
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-created_at"]
        constraints = [
            # What was undone before anything was sent can be approved again.
            models.UniqueConstraint(
                fields=["post", "channel", "placement"],
                name="delivery_once",
                condition=~Q(state="cancelled") | Q(committed_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["channel", "planned_at"],
                name="delivery_slot_once",
                condition=Q(queued=True) & ~Q(state="cancelled"),
            ),
            models.UniqueConstraint(
                fields=["channel"],
                name="delivery_one_in_flight",
                condition=Q(state="publishing", channel__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["channel", "remote_id"],
                name="delivery_remote_id_once",
                condition=Q(channel__isnull=False) & ~Q(remote_id=""),
            ),
            models.CheckConstraint(condition=Q(commits__lte=3), name="delivery_three_commits"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="delivery_published_has_proof",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="delivery_due"),
            models.Index(fields=["owner", "state", "-created_at"], name="delivery_by_state"),
            models.Index(fields=["owner", "-created_at"], name="delivery_by_owner"),
            models.Index(fields=["-created_at"], name="delivery_by_time"),
            # What each gate asks of a channel: its last call, and its last days.
            models.Index(fields=["channel", "-committed_at"], name="delivery_last_call"),
            models.Index(fields=["channel", "-created_at"], name="delivery_by_channel"),
            models.Index(fields=["channel"], name="delivery_restored", condition=Q(restored_at__isnull=False)),
            models.Index(fields=["channel", "state", "due_at"], name="delivery_coming"),
            models.Index(
                fields=["owner", "next_at"], name="delivery_without_link", condition=Q(state="published", permalink="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel_name}: {self.get_state_display()}"

    @property
    def error(self) -> str:
        """Why, for people."""
        return str(self.reason or "")

    @property
    def form(self) -> Form:
        """What it is to whoever looks at it."""
        return form_of(self.placement, len(self.media))
