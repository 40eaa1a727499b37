"""Out: posts, one delivery per channel, and the ledger of everything we asked and were told."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Channel
from media.models import Asset
from poster.errors import Actor
from poster.ledger.signatures import Versions
from poster.models import Restore, Row
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams
from poster.secrets.fields import SealedField, ToldField
from poster.work.leases import Leased
from publishing.platforms import PLATFORMS, Form, form_of
from publishing.querysets import DeliveryQuerySet, PostQuerySet
from publishing.states import DeliveryState, Placement
from watches.models import FoundFile, Watch
from writing.caption_cleanup import cut
from writing.models import Suggestion


def platform_choices() -> list[tuple[str, str]]:
    """For forms; a function, so that a new platform needs no migration."""
    return PLATFORMS.choices()


def actor_choices() -> list[tuple[str, str]]:
    """Who must act."""
    return [(actor.value, actor.value) for actor in Actor]


class Post(Row, Leased):
    """Words and pictures that somebody may approve. How it went is told by its deliveries, never stored here.

    It may be there before its words: then it is due for its captioner (`next_at`), or waits for a person's.
    """

    class Words(models.TextChoices):
        THERE = "", "it has its words"
        CAPTIONER = "captioner", "words are being written"
        PERSON = "person", "wants words from you"

    class State(models.TextChoices):
        DRAFT = "draft", "waits for approval"
        APPROVED = "approved", "approved"
        DISCARDED = "discarded", "discarded"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts")
    watch = models.ForeignKey(Watch, models.SET_NULL, null=True, blank=True, related_name="posts")
    # What it was composed for: a file gets one post.
    file = models.OneToOneField(FoundFile, models.SET_NULL, null=True, blank=True, related_name="post")
    assets = models.ManyToManyField(Asset, through="PostAsset", related_name="posts")
    channels = models.ManyToManyField(Channel, through="Variant", related_name="posts", blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)  # raised by every edit; a yes names what it saw
    text = models.TextField(blank=True)
    wants_words = models.CharField(max_length=10, choices=Words.choices, default=Words.THERE, blank=True)
    turn = models.PositiveSmallIntegerField(default=0, editable=False)  # how often words were asked for
    words_from = models.OneToOneField(
        Suggestion, models.SET_NULL, null=True, blank=True, related_name="post", editable=False
    )
    wordless_because = models.TextField(blank=True, editable=False)  # why it has no words, or no new ones, yet
    tries = models.PositiveIntegerField(default=0, editable=False)  # of the present question
    fit = models.CharField(
        "when the shape does not fit", max_length=10, choices=Watch.Fit.choices, default=Watch.Fit.PAD
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    due_at = models.DateTimeField("goes out at", null=True, blank=True)  # empty: as soon as it is approved
    latest_hours = models.PositiveIntegerField(default=24)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )  # empty: the watch, by the owner's standing order
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Of what the machine has put aside: a code of publishing.reasons.
    reason = models.CharField(max_length=80, blank=True, default="", editable=False)
    # Why it waits although its watch posts by itself, or why it was put aside. It stays when a person decides: they may
    # take that back.
    hold = models.TextField(blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["owner", "state", "-created_at"], name="post_by_state"),
            models.Index(fields=["owner", "-created_at"], name="post_by_owner"),
            models.Index(fields=["-created_at"], name="post_by_time"),
            models.Index(fields=["state", "-created_at"], name="post_state_by_time"),
            models.Index(fields=["wants_words", "next_at"], name="post_wants_words"),
        ]

    def __str__(self) -> str:
        return cut(self.text, 60) or "(no words)"

    @property
    def waits_because(self) -> str:
        """Why it waits, or was put aside by the machine; "" once a person has decided."""
        if self.decided_by_id or self.state == self.State.APPROVED:
            return ""
        return self.hold or ("" if self.is_described else self.wordless_because)

    @property
    def is_described(self) -> bool:
        """Whether a captioner is to write for it."""
        return self.state == self.State.DRAFT and self.wants_words == self.Words.CAPTIONER


class PostAsset(Row):
    """One picture of a post, in its place (a carousel has several)."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="items")
    asset = models.ForeignKey(Asset, models.RESTRICT, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    alt_text = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["post", "position"], name="post_asset_once")]

    def __str__(self) -> str:
        return f"{self.position}: {self.asset_id}"


class Variant(Row):
    """A post in one place of a channel that was chosen for it: its feed, its stories."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="variants")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="variants")
    placement = models.CharField(max_length=10, choices=Placement.choices, default=Placement.FEED)

    class Meta:
        ordering = ["created_at", "placement"]
        constraints = [models.UniqueConstraint(fields=["post", "channel", "placement"], name="variant_once")]

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.placement}"


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
    latest_at = models.DateTimeField("not later than")
    undo_until = models.DateTimeField(
        null=True, blank=True, editable=False
    )  # not marked before; its person may undo it
    # When it was undone, as long as nobody approved this channel again.
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Frozen at approval: every attempt sends these, and nothing else.
    text = models.TextField(blank=True)
    media = models.JSONField(default=list)  # [{"asset", "sha256", "alt_text", "recipe"}], see publishing.posts.freezing
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


class Step(Row):
    """One line of the ledger: what we asked, what they said, what we concluded and why. Never changed."""

    class Kind(models.TextChoices):
        STAGE = "stage", "prepare"
        READ = "read", "ask"
        COMMIT = "commit", "publish"  # written, and committed, before the call
        OUTCOME = "outcome", "answer"
        EVIDENCE = "evidence", "evidence"
        DECISION = "decision", "decision"
        HUMAN = "human", "person"

    SIGNED: ClassVar[Versions] = {
        1: (
            *("id", "created_at", "delivery_id", "number", "kind", "fact_code", "fact_params", "asked", "said"),
            *("status", "code", "subcode", "trace_id", "seconds", "source", "verdict", "authoritative"),
            *("commit_number", "refs", "content_hash", "deadline", "worker", "fence", "state", "remote_id"),
            *("permalink",),
        )
    }
    SIGNED[2] = (*SIGNED[1], "says")

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    fact_code = ReasonCode()
    fact_params = ReasonParams()
    fact = ReasonColumns()  # what happened, and what we concluded
    asked = ToldField(max_length=300, blank=True)
    said = models.TextField(blank=True)  # redacted
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    code = ToldField(max_length=20, blank=True)
    subcode = ToldField(max_length=20, blank=True)
    trace_id = ToldField(max_length=100, blank=True)
    seconds = models.FloatField(default=0)
    source = ToldField(max_length=100, blank=True)  # of evidence
    verdict = models.CharField(max_length=10, blank=True)  # of evidence
    authoritative = models.BooleanField(default=False)  # of evidence
    commit_number = models.PositiveSmallIntegerField(default=0)
    refs = ToldField(max_length=1000, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=100, blank=True)
    fence = models.PositiveIntegerField(default=0)
    # What the delivery's row says from this line on; empty where the line moved nothing.
    state = models.CharField(max_length=12, blank=True)
    remote_id = ToldField(max_length=200, blank=True)
    permalink = ToldField(max_length=1000, blank=True)
    says = models.JSONField(
        default=dict, blank=True
    )  # more of that, of its place and its post: publishing.delivery.ledger_statements

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="step_once"),
            models.UniqueConstraint(
                fields=["delivery", "commit_number"],
                name="step_one_intent_per_commit",
                condition=Q(kind="commit"),
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """What happened, for people."""
        return str(self.fact or "")


class Reconciled(Row):
    """After a copy of the database was put back: one channel was asked what it shows that the copy does not know.

    `found`: posts that are deliveries of ours. `strangers`: posts since the copy that are none of those, each as
    {"id", "permalink", "at", "fingerprint", "impression"}: the last two as of an Asset, "" where its picture could not
    be seen. `problem`: why it could not be asked, in words; then everything that may be there waits for its owner.
    """

    restore = models.ForeignKey(Restore, models.CASCADE, related_name="channels")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    found = models.PositiveIntegerField(default=0)
    strangers = models.JSONField(default=list)
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["restore", "channel"], name="reconciled_once")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.found} found, {len(self.strangers)} unknown"

    @property
    def clear(self) -> bool:
        """Whether nothing can be there that we do not know of."""
        return not self.strangers and not self.problem
