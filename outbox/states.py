"""The states of what goes out, and the groups that the product speaks of. A new state is put into each group here."""

from __future__ import annotations

from typing import Self

from django.db import models


class OutgoingState(models.TextChoices):
    """The last thing known to be true."""

    QUEUED = "queued", "queued"
    PREPARED = "prepared", "prepared"
    PUBLISHING = "publishing", "publishing"
    ACCEPTED = "accepted", "accepted"
    CHECKING = "checking", "checking"
    NEEDS_YOU = "needs_you", "needs you"
    BLOCKED = "blocked", "reconnect"
    PUBLISHED = "published", "published"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"
    MISSED = "missed", "missed"

    @classmethod
    def moving(cls) -> tuple[Self, ...]:
        """On its way: a worker moves it on."""
        return cls.QUEUED, cls.PREPARED, cls.PUBLISHING, cls.ACCEPTED, cls.CHECKING

    @classmethod
    def paused(cls) -> tuple[Self, ...]:
        """Waiting for a person, or for what a person mends."""
        return cls.NEEDS_YOU, cls.BLOCKED

    @classmethod
    def ended(cls) -> tuple[Self, ...]:
        """Nothing moves it but a person's word."""
        return cls.PUBLISHED, cls.FAILED, cls.CANCELLED, cls.MISSED

    @classmethod
    def for_people(cls) -> tuple[Self, ...]:
        """Something went wrong, or is in doubt: a person should look."""
        return *cls.paused(), *cls.revivable()

    @classmethod
    def revivable(cls) -> tuple[Self, ...]:
        """Ends from which a person may send it after all."""
        return cls.FAILED, cls.MISSED

    @classmethod
    def in_doubt(cls) -> tuple[Self, ...]:
        """Asked for, and nobody is at it: it may be out."""
        return cls.CHECKING, cls.NEEDS_YOU

    @classmethod
    def maybe_out(cls) -> tuple[Self, ...]:
        """Asked for, without an answer that counts."""
        return cls.PUBLISHING, cls.ACCEPTED, *cls.in_doubt()

    @classmethod
    def waiting_unsent(cls) -> tuple[Self, ...]:
        """Certainly not out, and could still go."""
        return cls.QUEUED, cls.PREPARED, cls.BLOCKED, *cls.revivable()

    @classmethod
    def given_up(cls) -> tuple[Self, ...]:
        """Ended, and certainly not out."""
        return cls.CANCELLED, *cls.revivable()
