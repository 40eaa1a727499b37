"""In: standing orders, the files they found, and the words a captioner wrote."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Channel, Credential
from poster import clock
from poster.models import Row
from poster.secrets.fields import ToldField
from poster.work.leases import Leased
from watches.querysets import AssetQuerySet, StreamManager, WatchQuerySet
from watches.sources import SOURCES
from writing.caption_cleanup import cut
from writing.captioners import CAPTIONERS
from writing.holds import sentences


def source_choices() -> list[tuple[str, str]]:
    """For forms; a function, so that a new source needs no migration."""
    return SOURCES.choices()


def captioner_choices() -> list[tuple[str, str]]:
    """For forms; a function, so that a new captioner needs no migration."""
    return CAPTIONERS.choices()


class PromptTemplate(Row):
    """What the captioner is asked. Blanks: {name} {folder} {subject} {month} {place} {language}."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="prompt_templates")
    name = models.CharField(max_length=100)
    text = models.TextField(max_length=4000)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="prompt_template_once")]

    def __str__(self) -> str:
        return self.name


class Stream(Row, Leased):
    """One place to ask what is new: a Drive account (shared by all of its watches) or one folder here.

    `cursor` is the source's own bookmark; it moves in the same transaction as the assets it stands for.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    source = models.CharField(max_length=20, choices=source_choices)
    credential = models.ForeignKey(Credential, models.CASCADE, null=True, blank=True, related_name="streams")
    key = models.CharField(max_length=500)  # the credential's id, or the folder's path
    cursor = models.TextField(blank=True)
    relisted_at = models.DateTimeField(null=True, blank=True)  # when everything was last listed in full
    failures = models.PositiveIntegerField(default=0)  # looks in a row that were not answered

    objects = StreamManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "source", "key"], name="stream_once")]

    def __str__(self) -> str:
        return f"{SOURCES.label(self.source)}: {self.key}"


class Watch(Row):
    """A standing order: look there, describe so, publish to those."""

    class State(models.TextChoices):
        ACTIVE = "active", "looking"
        PAUSED = "paused", "paused"
        BROKEN = "broken", "needs you"

    class Approval(models.TextChoices):
        ASK = "ask", "ask me first"
        AUTO = "auto", "post by itself"

    class Backlog(models.TextChoices):
        SKIP = "skip", "leave them alone"
        POST = "post", "post them too"

    class Fit(models.TextChoices):
        PAD = "pad", "add a border"
        CROP = "crop", "cut the edges"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches")
    name = models.CharField(max_length=100)
    stream = models.ForeignKey(Stream, models.CASCADE, related_name="watches", editable=False)
    place_id = models.CharField("folder", max_length=500)
    place_name = ToldField("folder name", max_length=300, blank=True)
    subfolders = models.BooleanField("look into subfolders", default=True)
    channels = models.ManyToManyField(Channel, related_name="watches", blank=True)
    interval = models.PositiveIntegerField("look every … seconds", default=60)
    captioner = models.CharField(max_length=20, choices=captioner_choices, default="describer")
    model = models.CharField(max_length=100, blank=True, help_text="Empty: the captioner's usual one.")
    prompt_template = models.ForeignKey(PromptTemplate, models.PROTECT, null=True, blank=True, related_name="watches")
    language = models.CharField(max_length=20, blank=True, help_text="Such as en or pt-BR. Empty: as your prompt.")
    name_places = models.BooleanField(
        "name the town", default=False, help_text="From the place stored in the picture. It can be somebody's home."
    )
    approval = models.CharField(max_length=10, choices=Approval.choices, default=Approval.ASK)
    backlog = models.CharField("files already there", max_length=10, choices=Backlog.choices, default=Backlog.SKIP)
    fit = models.CharField("when the shape does not fit", max_length=10, choices=Fit.choices, default=Fit.PAD)
    latest_hours = models.PositiveIntegerField(
        "not later than … hours", default=24, help_text="What could not go out by then waits for you instead."
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    problem = models.TextField(blank=True)
    listed_at = models.DateTimeField("first look", null=True, blank=True, editable=False)
    looked_at = models.DateTimeField("last look", null=True, blank=True, editable=False)
    began_at = models.DateTimeField(default=clock.now, editable=False)  # what came before is not news
    unanswered = models.TextField(blank=True, editable=False)  # why nothing was seen at the last try
    unread = models.PositiveIntegerField(default=0, editable=False)  # files and folders in it that cannot be read
    unread_names = models.JSONField(default=list, blank=True, editable=False)  # of some of them
    practice = models.BooleanField(default=False, editable=False)
    by_practice = models.BooleanField(default=False, editable=False)  # made by practice itself, at a start
    # An older copy of the database was put back then: what the next whole look finds may have been posted already.
    restored_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = WatchQuerySet.as_manager()

    untried = ""  # no column: right after it was made or changed, what about its captioner could not be tried

    class Meta:
        verbose_name_plural = "watches"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="watch_once")]

    def __str__(self) -> str:
        return self.name


RESTORED = "A backup was put back, and this picture may have been posted since it was made. Look, then post it?"
BACK = "This picture was taken away and is back. Post it?"


class Asset(Row, Leased):
    """A file we have seen. It is on its way while `found` or `ready`; the other states are ends, each with a reason.

    What is `incomplete` waits for the rest of its bytes, which come as another revision, or else ends as `skipped`.
    """

    class State(models.TextChoices):
        FOUND = "found", "found"
        INCOMPLETE = "incomplete", "not complete yet"
        READY = "ready", "ready"
        RECORDED = "recorded", "was there before"
        HELD = "held", "changed: waits for you"
        WORDLESS = "wordless", "no caption: waits for you"
        DUPLICATE = "duplicate", "same picture again"
        SKIPPED = "skipped", "cannot be posted"
        ASIDE = "aside", "put aside"
        GONE = "gone", "taken away"

    class AiMark(models.TextChoices):
        """What its file says of it. The values are terms of IPTC's vocabulary, as `media.pictures.marks` has them."""

        TRAINED = "trainedAlgorithmicMedia", "made with AI"
        COMPOSITE = "compositeWithTrainedAlgorithmicMedia", "partly made with AI"
        ALGORITHMIC = "algorithmicMedia", "made by a program"

    class Doubt(models.TextChoices):
        """Why a person should look at it. The values are those of `media.pictures.values`."""

        HOLE = "hole", "it may have a hole"
        HDR = "hdr", "it is HDR"
        COARSE = "coarse", "its dark shades are coarse"

    class Kind(models.TextChoices):
        PICTURE = "picture", "picture"
        VIDEO = "video", "video"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="assets")
    watch = models.ForeignKey(Watch, models.SET_NULL, null=True, blank=True, related_name="assets")
    watch_name = models.CharField(max_length=100, blank=True)  # stays when the watch is deleted
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PICTURE)
    external_id = ToldField("file id", max_length=1000, blank=True)
    revision = ToldField(max_length=200, blank=True)
    name = ToldField(max_length=1000)
    folder = ToldField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.FOUND)
    reason = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    mime = models.CharField("type", max_length=50, blank=True)
    size = models.PositiveBigIntegerField("bytes", default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    taken_on = models.DateField(null=True, blank=True)
    place = ToldField(max_length=200, blank=True)  # a town, and only when the owner asked for it
    impression = models.CharField(max_length=72, blank=True)  # 4 x 3 colours: what is shown after the bytes are gone
    fingerprint = models.CharField(max_length=16, blank=True, db_index=True)  # of what is seen, not of the bytes
    ai_mark = models.CharField("says it is", max_length=40, blank=True, choices=AiMark.choices)
    doubt = models.CharField("look because", max_length=10, blank=True, choices=Doubt.choices)
    unfit = models.BooleanField(default=False, editable=False)  # skipped for what its source said of it, unread
    in_spool = models.BooleanField(default=False)  # the bytes are here
    fetched_at = models.DateTimeField(null=True, blank=True, editable=False)  # when its bytes came, at last
    gone_at = models.DateTimeField("taken away", null=True, blank=True)  # at the source, after it was ready
    tries = models.PositiveIntegerField(default=0)  # of the present step
    restored = models.BooleanField(default=False, editable=False)  # on its way when a copy was put back, or found after

    objects = AssetQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["watch", "external_id", "revision"], name="asset_once", condition=Q(watch__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["watch", "sha256"],
                name="asset_same_picture_once",
                condition=Q(state="ready", watch__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "state", "-created_at"], name="asset_by_state"),
            models.Index(fields=["owner", "-created_at"], name="asset_by_owner"),
            models.Index(fields=["-created_at"], name="asset_by_time"),
            models.Index(fields=["state", "next_at"], name="asset_due"),
            models.Index(fields=["owner", "state", "next_at"], name="asset_due_by_owner"),
            models.Index(fields=["-created_at"], name="asset_in_spool", condition=Q(in_spool=True)),
            models.Index(fields=["owner"], name="asset_held", condition=Q(in_spool=True)),
            models.Index(fields=["owner", "fetched_at"], name="asset_fetched"),
            models.Index(
                fields=["gone_at"], name="asset_taken_away", condition=Q(state="ready", gone_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Caption(Row):
    """Words for one asset, with all that a person needs to judge where they came from."""

    asset = models.OneToOneField(Asset, models.CASCADE, related_name="caption")
    text = models.TextField()
    alt_text = models.TextField(blank=True)
    hashtags = models.JSONField(default=list, blank=True)
    captioner = models.CharField(max_length=20, choices=captioner_choices)
    model = ToldField(max_length=100, blank=True)
    prompt = models.TextField("prompt as sent", blank=True)
    holds = models.JSONField(
        default=list, blank=True
    )  # [{"code", "found"}]: why a person should look, see writing.holds

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["-created_at"], name="caption_by_time")]

    def __str__(self) -> str:
        return cut(self.text, 60)

    @property
    def doubts(self) -> str:
        """For people: why somebody should look at it."""
        return sentences(self.holds)


class CaptionCall(Row):
    """One call to a captioner: what it cost and how it ended. Cost in US dollars; empty when no price is known."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="caption_calls")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="caption_calls")
    captioner = models.CharField(max_length=20, choices=captioner_choices)
    model = ToldField(max_length=100, blank=True)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost = models.DecimalField("cost in USD", max_digits=12, decimal_places=6, null=True, blank=True)
    seconds = models.FloatField(default=0)
    outcome = models.CharField(max_length=20)  # "words", or the reason why there are none
    sentence = models.TextField(blank=True)
    answer = models.TextField("answer as it came", blank=True)  # without secrets
    paid_by_operator = models.BooleanField("with the operator's key", default=False, editable=False)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["owner", "created_at"], name="call_paid", condition=Q(paid_by_operator=True)),
        ]

    def __str__(self) -> str:
        return f"{self.captioner}: {self.outcome}"
