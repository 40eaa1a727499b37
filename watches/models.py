"""In: standing orders, the files they found, and the words a captioner wrote."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AlwaysLabelled, Channel, Credential
from media.models import Asset
from poster import clock
from poster.models import Row
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams
from poster.secrets.fields import ToldField
from poster.work.leases import Leased
from watches.names import source_name
from watches.querysets import FoundFileQuerySet, SourceCursorManager, WatchQuerySet
from watches.sources import SOURCES
from watches.states import FileState, WatchState
from writing.models import captioner_choices


def source_choices() -> list[tuple[str, str]]:
    """For forms; a function, so that a new source needs no migration."""
    return [(source, source_name(source)) for source in SOURCES]


class PromptTemplate(Row):
    """What the captioner is asked. Blanks: {name} {folder} {subject} {month} {place} {language}."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="prompt_templates")
    name = models.CharField(_("name"), max_length=100)
    text = models.TextField(_("text"), max_length=4000)

    class Meta:
        verbose_name = _("prompt template")
        verbose_name_plural = _("prompt templates")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="prompt_template_once")]

    def __str__(self) -> str:
        return self.name


class SourceCursor(Row, Leased):
    """One place to ask what is new: a Drive account (shared by all of its watches) or one folder here.

    `cursor` is the source's own bookmark, and `sightings` what it remembers of each file (`watches.memory`). It moves
    behind the rows that it stands for, never before them.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    source = models.CharField(_("source"), max_length=20, choices=source_choices)
    credential = models.ForeignKey(Credential, models.CASCADE, null=True, blank=True, related_name="source_cursors")
    key = models.CharField(max_length=500)  # the credential's id, or the folder's path
    cursor = models.TextField(blank=True)
    relisted_at = models.DateTimeField(null=True, blank=True)  # when everything was last listed in full
    failures = models.PositiveIntegerField(default=0)  # looks in a row that were not answered

    objects = SourceCursorManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "source", "key"], name="source_cursor_once")]

    def __str__(self) -> str:
        return f"{SOURCES.label(self.source)}: {self.key}"


class Sighting(models.Model):
    """What a source remembers of one file, in its own words, under a key of its own."""

    stream = models.ForeignKey(SourceCursor, models.CASCADE, related_name="sightings")
    key = models.CharField(max_length=64)
    line = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "key"], name="sighting_once")]

    def __str__(self) -> str:
        return self.line


class Watch(AlwaysLabelled, Row):
    """A standing order: look there, describe so, publish to those."""

    State = WatchState

    class Approval(models.TextChoices):
        ASK = "ask", _("ask me first")
        AUTO = "auto", _("post by itself")

    class Backlog(models.TextChoices):
        SKIP = "skip", _("leave them alone")
        POST = "post", _("post them too")

    class Fit(models.TextChoices):
        PAD = "pad", _("add a border")
        CROP = "crop", _("cut the edges")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches")
    name = models.CharField(_("name"), max_length=100)
    stream = models.ForeignKey(SourceCursor, models.CASCADE, related_name="watches", editable=False)
    place_id = models.CharField(_("folder"), max_length=500)
    place_name = ToldField(_("folder name"), max_length=300, blank=True)
    subfolders = models.BooleanField(_("look into subfolders"), default=True)
    channels = models.ManyToManyField(Channel, verbose_name=_("channels"), related_name="watches", blank=True)
    interval = models.PositiveIntegerField(_("look every … seconds"), default=60)
    captioner = models.CharField(_("captioner"), max_length=20, choices=captioner_choices, default="describer")
    model = models.CharField(_("model"), max_length=100, blank=True, help_text=_("Empty: the captioner's usual one."))
    prompt_template = models.ForeignKey(
        PromptTemplate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="watches",
        verbose_name=_("prompt template"),
    )
    language = models.CharField(
        _("language"), max_length=20, blank=True, help_text=_("Such as en or pt-BR. Empty: as your prompt.")
    )
    name_places = models.BooleanField(
        _("name the town"),
        default=False,
        help_text=_("From the place stored in the picture. It can be somebody's home."),
    )
    approval = models.CharField(_("approval"), max_length=10, choices=Approval.choices, default=Approval.ASK)
    backlog = models.CharField(_("files already there"), max_length=10, choices=Backlog.choices, default=Backlog.SKIP)
    fit = models.CharField(_("when the shape does not fit"), max_length=10, choices=Fit.choices, default=Fit.PAD)
    latest_hours = models.PositiveIntegerField(
        _("not later than … hours"), default=24, help_text=_("What could not go out by then waits for you instead.")
    )
    # Beside what its channels want kept: of both, what is stricter holds.
    most_per_day = models.PositiveSmallIntegerField(
        _("most posts a day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Of this watch, whatever its channels take. Those beyond it wait for the next day."),
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(
        _("quiet until"),
        null=True,
        blank=True,
        help_text=_("In your time zone. Its posts of these hours wait for their end."),
    )
    in_queue = models.BooleanField(
        _("post in the queue"),
        default=False,
        help_text=_("At the next free posting time of each channel, instead of at once."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    problem_code = ReasonCode()
    problem_params = ReasonParams()
    problem = ReasonColumns()  # of one that needs somebody
    listed_at = models.DateTimeField(_("first look"), null=True, blank=True, editable=False)
    looked_at = models.DateTimeField(_("last look"), null=True, blank=True, editable=False)
    began_at = models.DateTimeField(default=clock.now, editable=False)  # what came before is not news
    unanswered_code = ReasonCode()
    unanswered_params = ReasonParams()
    unanswered = ReasonColumns()  # why nothing was seen at the last try
    unread = models.PositiveIntegerField(default=0, editable=False)  # files and folders in it that cannot be read
    unread_names = models.JSONField(default=list, blank=True, editable=False)  # of some of them
    practice = models.BooleanField(default=False, editable=False)
    by_practice = models.BooleanField(default=False, editable=False)  # made by practice itself, at a start
    # An older copy of the database was put back then: what the next whole look finds may have been posted already.
    restored_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = WatchQuerySet.as_manager()

    untried = ""  # no column: right after it was made or changed, what about its captioner could not be tried

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="watch_once")]

    def __str__(self) -> str:
        return self.name


class FoundFile(Row, Leased):
    """A file at a source, in one of its revisions, and what became of it. Once it is `taken`, it has its asset."""

    State = FileState

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="found_files")
    watch = models.ForeignKey(Watch, models.SET_NULL, null=True, blank=True, related_name="files")
    watch_name = models.CharField(max_length=100, blank=True)  # stays when the watch is deleted
    # Its id is this row's: its bytes are laid down under that, before anybody knows whether it becomes an asset.
    asset = models.OneToOneField(Asset, models.SET_NULL, null=True, blank=True, related_name="found", editable=False)
    external_id = ToldField(_("file id"), max_length=1000, blank=True)
    revision = ToldField(max_length=200, blank=True)
    name = ToldField(max_length=1000)
    folder = ToldField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.FOUND)
    reason_code = ReasonCode()
    reason_params = ReasonParams()
    reason = ReasonColumns()  # why it is in that state, or waits in it
    sha256 = models.CharField(max_length=64, blank=True)  # once its bytes were fetched
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    unfit = models.BooleanField(default=False, editable=False)  # skipped for what its source said of it, unread
    fetched_at = models.DateTimeField(null=True, blank=True, editable=False)  # when its bytes came, at last
    gone_at = models.DateTimeField(_("taken away"), null=True, blank=True)  # at the source, after it was taken
    tries = models.PositiveIntegerField(default=0)  # of the present step
    restored = models.BooleanField(default=False, editable=False)  # on its way when a copy was put back, or found after

    objects = FoundFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("found file")
        verbose_name_plural = _("found files")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["watch", "external_id", "revision"], name="found_file_once", condition=Q(watch__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["watch", "sha256"],
                name="found_file_same_picture_once",
                condition=Q(state="taken", watch__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "state", "-created_at"], name="found_file_by_state"),
            models.Index(fields=["owner", "-created_at"], name="found_file_by_owner"),
            models.Index(fields=["-created_at"], name="found_file_by_time"),
            models.Index(fields=["state", "-created_at"], name="found_file_state_by_time"),
            models.Index(fields=["state", "next_at"], name="found_file_due"),
            models.Index(fields=["owner", "state", "next_at"], name="found_file_due_by_owner"),
            models.Index(fields=["owner", "fetched_at"], name="found_file_fetched"),
            models.Index(
                fields=["gone_at"], name="found_file_taken_away", condition=Q(state="taken", gone_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sentence(self) -> str:
        """Why it is as it is, for people; "" where its state says all."""
        return str(self.reason or "")
