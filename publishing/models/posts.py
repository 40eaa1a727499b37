"""What somebody may approve: words and pictures, and the places that they are for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel
from media.models import Asset
from media.pictures import geometry
from poster.models import Row
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams
from poster.work.leases import Leased
from publishing.querysets import PostQuerySet
from publishing.states import Placement
from watches.models import FoundFile, Watch
from writing.cutting import cut
from writing.models import Suggestion


class Tag(Row):
    """A word by which a person finds their posts again. Followers see nothing of it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=50)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class Post(Row, Leased):
    """Words and pictures that somebody may approve. How it went is told by its deliveries, never stored here.

    It may be there before its words: then it is due for its captioner (`next_at`), or waits for a person's.
    """

    class Words(models.TextChoices):
        THERE = "", _("it has its words")
        CAPTIONER = "captioner", _("words are being written")
        PERSON = "person", _("wants words from you")

    class State(models.TextChoices):
        DRAFT = "draft", _("waits for approval")
        APPROVED = "approved", _("approved")
        DISCARDED = "discarded", _("discarded")

    class Queue(models.TextChoices):
        """Which slot of each channel it takes at the yes."""

        NONE = "", _("no slot")
        NEXT = "next", _("the next free slot")
        FIRST = "first", _("the first slot: others make room")
        LAST = "last", _("behind all others")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts")
    watch = models.ForeignKey(Watch, models.SET_NULL, null=True, blank=True, related_name="posts")
    # What it was composed for: a file gets one post.
    file = models.OneToOneField(FoundFile, models.SET_NULL, null=True, blank=True, related_name="post")
    assets = models.ManyToManyField(Asset, through="PostAsset", related_name="posts")
    channels = models.ManyToManyField(Channel, through="Variant", related_name="posts", blank=True)
    tags = models.ManyToManyField(Tag, through="PostTag", related_name="posts", blank=True, verbose_name=_("tags"))
    revision = models.PositiveIntegerField(default=1, editable=False)  # raised by every edit; a yes names what it saw
    text = models.TextField(blank=True)
    wants_words = models.CharField(
        _("wants words"), max_length=10, choices=Words.choices, default=Words.THERE, blank=True
    )
    turn = models.PositiveSmallIntegerField(default=0, editable=False)  # how often words were asked for
    hint = models.CharField(max_length=300, blank=True, editable=False)  # what a person wished of the last question
    words_before = models.TextField(blank=True, editable=False)  # what a captioner's words took the place of
    words_from = models.OneToOneField(
        Suggestion, models.SET_NULL, null=True, blank=True, related_name="post", editable=False
    )
    words_before_from = models.ForeignKey(
        Suggestion, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )  # empty, as above: a person's
    wordless_because_code = ReasonCode()
    wordless_because_params = ReasonParams()
    wordless_because = ReasonColumns()  # why it has no words, or no new ones, yet
    tries = models.PositiveIntegerField(default=0, editable=False)  # of the present question
    made_with_ai = models.BooleanField(_("made with AI"), default=False)
    adult = models.BooleanField(_("for adults only"), default=False)
    fit = models.CharField(
        _("when the shape does not fit"), max_length=10, choices=Watch.Fit.choices, default=Watch.Fit.PAD
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    # Of which series it is a repetition, and which one.
    series = models.ForeignKey("Series", models.SET_NULL, null=True, blank=True, related_name="posts", editable=False)
    occurrence = models.DateTimeField(null=True, blank=True, editable=False)
    due_at = models.DateTimeField(_("goes out at"), null=True, blank=True)  # empty: as soon as it is approved
    queue = models.CharField(max_length=5, choices=Queue.choices, default=Queue.NONE, blank=True)
    latest_hours = models.PositiveIntegerField(default=24)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )  # empty: the watch, by the owner's standing order
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Why it waits although its watch posts by itself, or why it was put aside. It stays when a person decides: they may
    # take that back.
    hold_code = ReasonCode()
    hold_params = ReasonParams()
    hold = ReasonColumns()

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "occurrence"], name="post_once_an_occurrence", condition=Q(series__isnull=False)
            )
        ]
        indexes = [
            models.Index(fields=["owner", "state", "-created_at"], name="post_by_state"),
            models.Index(fields=["owner", "-created_at"], name="post_by_owner"),
            models.Index(fields=["-created_at"], name="post_by_time"),
            models.Index(fields=["state", "-created_at"], name="post_state_by_time"),
            models.Index(fields=["wants_words", "next_at"], name="post_wants_words"),
        ]

    def __str__(self) -> str:
        return cut(self.text, 60) or gettext("(no words)")

    @property
    def waits_because(self) -> str:
        """Why it waits, or was put aside by the machine; "" once a person has decided."""
        if self.decided_by_id or self.state == self.State.APPROVED:
            return ""
        return str(self.hold or (None if self.is_described else self.wordless_because) or "")

    @property
    def is_described(self) -> bool:
        """Whether a captioner is to write for it."""
        return self.state == self.State.DRAFT and self.wants_words == self.Words.CAPTIONER


class PostTag(Row):
    """A post has a tag."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="tagged")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "tag"], name="post_tag_once")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.tag_id}"


class PostAsset(Row):
    """One picture of a post, in its place (an album has several), and which part of it all channels show."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="items")
    asset = models.ForeignKey(Asset, models.RESTRICT, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    alt_text = models.TextField(blank=True)
    # What is shown of it as it stands upright: [left, top, right, bottom], in ten-thousandths of its sides. Written by
    # `publishing.posts.contents` alone, which asks whether it can be. Null: all of it.
    crop = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["position", "created_at"]
        constraints = [models.UniqueConstraint(fields=["post", "asset"], name="post_asset_once")]

    def __str__(self) -> str:
        return f"{self.position}: {self.asset_id}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what it shows, in pixels of the original; 0 where they are not known."""
        if self.crop is None:
            return self.asset.width, self.asset.height
        left, top, right, bottom = geometry.part_of(self.asset.width, self.asset.height, self.crop)
        return (right - left, bottom - top) if self.asset.width and self.asset.height else (0, 0)

    @property
    def view(self) -> str:
        """That part of the whole, as viewBox of an SVG in pixels of the original; "" where all of it is shown."""
        if self.crop is None or not (self.asset.width and self.asset.height):
            return ""
        left, top, _right, _bottom = geometry.part_of(self.asset.width, self.asset.height, self.crop)
        width, height = self.size
        return f"{left} {top} {width} {height}"


class Variant(Row):
    """A post in one place of a channel that was chosen for it: its feed, its stories. What is empty is as the post."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="variants")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="variants")
    placement = models.CharField(max_length=10, choices=Placement.choices, default=Placement.FEED)
    text = models.TextField(blank=True)  # empty: as the post
    due_at = models.DateTimeField(_("goes out at"), null=True, blank=True)  # empty: as the post
    options = models.JSONField(default=dict, blank=True)  # what was chosen, see publishing.platforms.Option
    pictures = models.JSONField(default=list, blank=True)  # ids of assets in their order; empty: as the post

    class Meta:
        ordering = ["created_at", "placement"]
        constraints = [models.UniqueConstraint(fields=["post", "channel", "placement"], name="variant_once")]

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.placement}"
