"""Something on its way to one channel, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel
from outbox.kinds import kinds
from outbox.querysets import OutgoingQuerySet
from outbox.states import OutgoingState
from poster.errors import Actor
from poster.models import Row
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams
from poster.secrets.fields import SealedField, ToldField
from poster.work.leases import Leased


def actor_choices() -> list[tuple[str, str]]:
    """Who must act."""
    return [(actor.value, actor.value) for actor in Actor]


def platform_choices() -> list[tuple[str, str]]:
    """For forms: all that the kinds send to."""
    return [choice for kind in kinds() for choice in kind.platforms()]


class Outgoing(Row, Leased):
    """Something on its way to one channel. The state is the last thing known to be true.

    Moved only by the engine (`outbox.delivering` and its neighbours) and by a person's word (`outbox.manual_actions`),
    always by compare-and-swap. What it is, its detail row tells, which the app of its `kind` keeps beside it.

    `lane`: what shares one is sent to a channel one at a time. `dedupe`: of what shares one, in its kind, one goes out.
    """

    State = OutgoingState

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="outgoing")
    kind = models.CharField(max_length=20, editable=False)
    channel = models.ForeignKey(Channel, models.SET_NULL, null=True, blank=True, related_name="outgoing")
    channel_name = ToldField(max_length=200)  # stays when the channel is disconnected
    platform = models.CharField(_("platform"), max_length=20, choices=platform_choices)
    lane = models.CharField(max_length=100, editable=False)
    dedupe = models.CharField(max_length=200, editable=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField(_("due"))
    planned_at = models.DateTimeField(null=True, blank=True, editable=False)  # empty: as soon as it may
    queued = models.BooleanField(default=False, editable=False)  # that time is a slot of its channel, which it has
    latest_at = models.DateTimeField(_("not later than"))
    # Not marked before; its person may undo it.
    undo_until = models.DateTimeField(null=True, blank=True, editable=False)
    content_hash = models.CharField(max_length=64)  # of what was frozen at approval
    # How far the invisible part is, see outbox.protocol.Staged: what opens it, and what the platform calls it.
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
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    # Since when it may be out without our knowing: an older copy of the database was put back (poster.Restore).
    restored_at = models.DateTimeField(null=True, blank=True, editable=False)

    noted: Mapping[str, Any] = {}  # see `note`

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("outgoing")
        ordering = ["-created_at"]
        constraints = [
            # What was undone before anything was sent can be approved again.
            models.UniqueConstraint(
                fields=["kind", "dedupe"],
                name="outgoing_once",
                condition=~Q(state="cancelled") | Q(committed_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["channel", "lane"],
                name="outgoing_one_in_flight",
                condition=Q(state="publishing", channel__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["channel", "planned_at"],
                name="outgoing_slot_once",
                condition=Q(queued=True) & ~Q(state="cancelled"),
            ),
            models.UniqueConstraint(
                fields=["channel", "remote_id"],
                name="outgoing_remote_id_once",
                condition=Q(channel__isnull=False) & ~Q(remote_id=""),
            ),
            models.CheckConstraint(condition=Q(commits__lte=3), name="outgoing_three_commits"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="outgoing_published_has_proof",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="outgoing_due"),
            models.Index(fields=["owner", "state", "-created_at"], name="outgoing_by_state"),
            models.Index(fields=["owner", "-created_at"], name="outgoing_by_owner"),
            models.Index(fields=["-created_at"], name="outgoing_by_time"),
            # The filters of the lists.
            models.Index(fields=["state", "-created_at"], name="outgoing_state_by_time"),
            models.Index(fields=["owner", "platform", "-created_at"], name="outgoing_by_platform"),
            # What each gate asks of a channel: its last call, and its last days.
            models.Index(fields=["channel", "-committed_at"], name="outgoing_last_call"),
            models.Index(fields=["channel", "-created_at"], name="outgoing_by_channel"),
            models.Index(fields=["channel"], name="outgoing_restored", condition=Q(restored_at__isnull=False)),
            models.Index(fields=["channel", "state", "due_at"], name="outgoing_coming"),
            models.Index(
                fields=["owner", "next_at"], name="outgoing_without_link", condition=Q(state="published", permalink="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel_name}: {self.get_state_display()}"

    @property
    def error(self) -> str:
        """Why, for people."""
        return str(self.reason or "")

    def note(self, **values: Any) -> None:  # noqa: ANN401
        """Have this written with the next that is. For what can be found out anew when that never comes."""
        self.noted = {**self.noted, **values}
        for name, value in values.items():
            setattr(self, name, value)

    def swap(self, **values: Any) -> bool:  # noqa: ANN401
        """Write `values` if we still hold the row, into it and into its detail row; False when somebody else does.

        What was noted goes with them.
        """
        values, self.noted = {**self.noted, **values}, {}
        apart = {name for name in values if self._meta.get_field(name).model is not Outgoing}
        if not apart:
            return super().swap(**values)
        with transaction.atomic(savepoint=False):
            mine = {name: value for name, value in values.items() if name not in apart}
            if not super().swap(**(mine or {"fence": self.fence})):
                return False
            theirs = {name: values[name] for name in apart}
            type(self)._base_manager.filter(pk=self.pk).update(**theirs)
        for name, value in theirs.items():
            setattr(self, name, value)
        return True
