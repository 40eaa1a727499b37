"""What we asked of platforms and were told, line by line."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox.models.outgoing import Outgoing
from poster.ledger.signatures import Versions
from poster.models import Row
from poster.reasons import Term
from poster.reasons.fields import ReasonCode, ReasonColumns, ReasonParams
from poster.reasons.rendering import shown
from poster.secrets.fields import ToldField


class LedgerEntry(Row):
    """One line of the ledger: what we asked, what they said, what we concluded and why. Never changed."""

    class Kind(models.TextChoices):
        STAGE = "stage", _("prepare")
        READ = "read", _("ask")
        COMMIT = "commit", _("publish")  # written, and committed, before the call
        OUTCOME = "outcome", _("answer")
        EVIDENCE = "evidence", _("evidence")
        DECISION = "decision", _("decision")
        HUMAN = "human", _("person")

    SIGNED: ClassVar[Versions] = {
        1: (
            *("id", "created_at", "outgoing_id", "number", "kind", "fact_code", "fact_params", "asked", "said"),
            *("status", "code", "subcode", "trace_id", "seconds", "source", "verdict", "authoritative"),
            *("commit_number", "refs", "content_hash", "deadline", "worker", "fence", "state", "remote_id"),
            *("permalink", "says"),
        )
    }

    # No key that the database knows: lines are tied to nothing, and go only where an erasure names what they are about.
    outgoing = models.ForeignKey(Outgoing, models.DO_NOTHING, db_constraint=False, related_name="entries")
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
    source = ToldField(max_length=100, blank=True)  # of evidence: the name of a term
    verdict = models.CharField(max_length=10, blank=True)  # of evidence
    authoritative = models.BooleanField(default=False)  # of evidence
    commit_number = models.PositiveSmallIntegerField(default=0)
    refs = ToldField(max_length=1000, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=100, blank=True)
    fence = models.PositiveIntegerField(default=0)
    # What its row says from this line on; empty where the line moved nothing.
    state = models.CharField(max_length=12, blank=True)
    remote_id = ToldField(max_length=200, blank=True)
    permalink = ToldField(max_length=1000, blank=True)
    says = models.JSONField(default=dict, blank=True)  # more of that, and of its place: outbox.ledger_statements

    class Meta:
        verbose_name = _("ledger entry")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["outgoing", "number"], name="ledger_entry_once"),
            models.UniqueConstraint(
                fields=["outgoing", "commit_number"],
                name="ledger_entry_one_intent_per_commit",
                condition=Q(kind="commit"),
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """What happened, for people."""
        return str(self.fact or "")

    @property
    def source_name(self) -> str:
        """Who was asked, for people."""
        return str(shown(Term(self.source))) if self.source else ""
