"""What every row of ours has in common, and the rows of the install itself."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from poster import clock
from poster.ledger.signatures import Versions
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams
from poster.secrets.fields import SealedField, ToldField
from poster.secrets.keyring import Undecryptable


class Row(models.Model):
    """Known by a UUID before it is saved (sealed columns are bound to it)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    class Meta:
        abstract = True


class Switch(models.Model):
    """A switch for the whole install, thrown in the admin. There is a row only while it is on."""

    PAUSE = "pause_publishing"
    RESTORED = "restored"  # an older copy of the database was put back; in a backup since the moment of the copy

    name = models.CharField(max_length=40, primary_key=True)
    thrown_at = models.DateTimeField(_("since"), default=clock.now)

    def __str__(self) -> str:
        return self.name


class Rest(models.Model):
    """Something outside that is not asked until then. Who: see `poster.work.cooldowns`. No name is in it."""

    class Kind(models.TextChoices):
        ANNOUNCED = "announced", _("they said how long")
        HELD = "held", _("they refuse everything")

    key = models.CharField(max_length=120, primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = ToldField(max_length=40, blank=True)
    reason_code = ReasonCode()
    reason_params = ReasonParams()
    reason = ReasonColumns()
    until = models.DateTimeField(db_index=True)
    since = models.DateTimeField(default=clock.now)
    refusals = models.PositiveIntegerField(default=0)  # in a row
    holder = models.UUIDField(null=True, blank=True)  # who makes the one try, until `until`

    def __str__(self) -> str:
        return self.key

    @property
    def sentence(self) -> str:
        """What they said, for people."""
        return str(self.reason or "")


class LaidBy(Row):
    """What a person typed or sent and no view took, for a while (`poster.web.stash`). Its name makes its key."""

    class Purpose(models.TextChoices):
        WORDS = "words", _("typed into a form")
        ACT = "act", _("to be done once they have said who they are")

    person = models.UUIDField(db_index=True)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    what = SealedField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.get_purpose_display()

    @property
    def words(self) -> str:
        """What their copy of their data shows them. An act may hold a password: of that only that it waits."""
        try:
            return str(self.what.get("typed", "")) if self.purpose == self.Purpose.WORDS else ""
        except Undecryptable:
            return ""


class ClockSight(models.Model):
    """When this machine's clock was last seen, beside one that nobody can put: see `poster.work.clock_jumps`."""

    host = models.CharField(max_length=100, primary_key=True)  # not its host name: see `clock_jumps`
    boot = models.CharField(max_length=40, blank=True)
    steady = models.FloatField()  # seconds since that boot
    seen_at = models.DateTimeField()
    put_back_by = models.FloatField(default=0)  # seconds, the last time
    put_back_at = models.DateTimeField(null=True, blank=True)
    leapt_at = models.DateTimeField(null=True, blank=True)  # when it was put forward, by the clock of after that

    def __str__(self) -> str:
        return self.host


class Install(models.Model):
    """Where this database lies, as it saw itself last: the one row of a copy does not fit where the copy lies."""

    place = models.CharField(max_length=200, blank=True)  # see `copy_detection`; "" where it cannot be told

    def __str__(self) -> str:
        return self.place


class Restore(Row):
    """An older copy of the database was put back, and noticed at `created_at`. What was done since is not in it.

    Nothing is published until a person has said yes; there is at most one row that waits for it.
    """

    class Sign(models.TextChoices):
        BACKUP = "backup", _("it says that it is a backup")
        MOVED = "moved", _("its files were copied, or it was loaded from a dump")
        BEHIND = "behind", _("this machine noted a later end of the ledger")

    sign = models.CharField(max_length=10, choices=Sign.choices)
    copied_at = models.DateTimeField()  # nothing in it is younger
    settled_at = models.DateTimeField(_("let go on"), null=True, blank=True)
    settled_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), name="restore_one_at_a_time", condition=models.Q(settled_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.copied_at:%Y-%m-%d %H:%M} UTC"


class Event(Row):
    """One line of the security log: who came in, what was connected, taken out, deleted, changed or refused.

    It is in the same chain as the ledger of deliveries. `person` is an id without a foreign key: what a person did is
    told for as long as the log is kept, and erased with the person.
    """

    SIGNED: ClassVar[Versions] = {
        1: ("id", "created_at", "kind", "person", "fact_code", "fact_params", "address", "browser")
    }

    class Kind(models.TextChoices):
        SIGN_IN = "sign_in", _("sign-in")
        SIGN_IN_FAILED = "failed", _("sign-in failed")
        SIGN_OUT = "sign_out", _("sign-out")
        ACCOUNT = "account", _("account")  # password, second factor, e-mail, sessions
        INVITATION = "invitation", _("invitation")
        ROLE = "role", _("role")
        CONNECT = "connect", _("connect")
        DISCONNECT = "disconnect", _("disconnect")
        EXPORT = "export", _("export")
        DELETION = "deletion", _("deletion")
        REQUEST = "request", _("request")
        OPERATION = "operation", _("operation")  # keys, backups, retention, the kill switch
        REFUSED = "refused", _("refused")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    person = models.UUIDField(null=True, blank=True)
    fact_code = ReasonCode()
    fact_params = ReasonParams()
    fact = ReasonColumns()  # what happened
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    browser = ToldField(_("browser"), max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("security event")
        indexes = [
            models.Index(fields=["-created_at"], name="event_by_time"),
            models.Index(fields=["person", "-created_at"], name="event_by_person"),  # a member's own log
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """What happened, for people."""
        return str(self.fact or "")

    @property
    def about(self) -> uuid.UUID:
        """What has to be erased for this line to go: the person, or the line itself when it names nobody."""
        return self.person or self.pk


class Link(models.Model):
    """One link of the chain over the ledger: it tells whether a line was changed, removed, moved or cut off.

    It holds no content, so that a person's lines can be erased on request and the chain still be followed. What it says
    itself is signed in `chain`, together with the chain before it.
    """

    number = models.PositiveBigIntegerField(primary_key=True)  # 1, 2, 3: a number that is missing was taken out
    table = models.CharField(max_length=60)  # label of the line's model
    version = models.PositiveSmallIntegerField()  # of the list of columns that `digest` is made of
    line = models.UUIDField(unique=True)
    about = models.UUIDField()  # of a step: its delivery; of an event: its person; of an erasure: itself
    made_at = models.DateTimeField()
    digest = models.CharField(max_length=64)  # of the line, with our key
    chain = models.CharField(max_length=64)  # of the chain before and all of this, with our key

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.chain[:12]}"


class Erasure(Row):
    """Lines about this (or this one line) may be removed: their owner asked for it, or the time they are kept is over.

    Without it the database refuses. It is a line of the chain itself and never goes (`poster.ledger.erasure_permits`).
    """

    SIGNED: ClassVar[Versions] = {1: ("id", "created_at", "about")}

    about = models.UUIDField(unique=True)

    def __str__(self) -> str:
        return str(self.about)
