"""The states of what goes out, and the groups that the product speaks of. A new state is put into each group here."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutgoingState(models.TextChoices):
    """The last thing known to be true."""

    QUEUED = "queued", _("queued")
    PREPARED = "prepared", _("prepared")
    PUBLISHING = "publishing", _("publishing")
    ACCEPTED = "accepted", _("accepted")
    CHECKING = "checking", _("checking")
    NEEDS_YOU = "needs_you", _("needs you")
    BLOCKED = "blocked", _("reconnect")
    PUBLISHED = "published", _("published")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    MISSED = "missed", _("missed")

    @classmethod
    def moving(cls) -> tuple[Self, ...]:
        """On its way: a worker moves it on."""
        return *cls.on_its_way(), cls.CHECKING

    @classmethod
    def on_its_way(cls) -> tuple[Self, ...]:
        """Going well, as far as anybody knows."""
        return *cls.due(), cls.PUBLISHING, cls.ACCEPTED

    @classmethod
    def due(cls) -> tuple[Self, ...]:
        """Not asked for yet, and nothing stands in its way but its time."""
        return cls.QUEUED, cls.PREPARED

    @classmethod
    def held_up(cls) -> tuple[Self, ...]:
        """To go out by itself: when it is due, or when what blocks it is mended."""
        return *cls.due(), cls.BLOCKED

    @classmethod
    def unanswered(cls) -> tuple[Self, ...]:
        """Asked for, and it is we who have to find out what came of it."""
        return cls.PUBLISHING, cls.CHECKING

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
        return *cls.held_up(), *cls.revivable()

    @classmethod
    def out_or_maybe(cls) -> tuple[Self, ...]:
        """There, or perhaps."""
        return *cls.maybe_out(), cls.PUBLISHED

    @classmethod
    def undoable(cls) -> tuple[Self, ...]:
        """A person may take it back, as long as it was never asked for."""
        return *cls.waiting_unsent(), cls.NEEDS_YOU

    @classmethod
    def forgettable(cls) -> tuple[Self, ...]:
        """A person may say that nothing more is done about it."""
        return *cls.waiting_unsent(), *cls.in_doubt()

    @classmethod
    def postable(cls) -> tuple[Self, ...]:
        """A person may send it at once."""
        return *cls.revivable(), cls.BLOCKED

    @classmethod
    def given_up(cls) -> tuple[Self, ...]:
        """Ended, and certainly not out."""
        return cls.CANCELLED, *cls.revivable()
