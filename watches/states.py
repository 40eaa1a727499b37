"""The states of watches and found files, and the groups that are spoken of. A new state is put into each group here."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class WatchState(models.TextChoices):
    """Whether a watch looks."""

    ACTIVE = "active", _("looking")
    PAUSED = "paused", _("paused")
    BROKEN = "broken", _("needs you")

    @classmethod
    def looking(cls) -> tuple[Self, ...]:
        """Broken ones too: a folder that is back heals its watch."""
        return cls.ACTIVE, cls.BROKEN


class FileState(models.TextChoices):
    """What became of a file at its source. It is on its way while `found` or `incomplete`; all others are ends.

    What is `incomplete` waits for the rest of its bytes, which come as another revision, or else ends as `skipped`.
    What is `taken` has its asset.
    """

    FOUND = "found", _("found")
    INCOMPLETE = "incomplete", _("not complete yet")
    TAKEN = "taken", _("ready")
    RECORDED = "recorded", _("was there before")
    HELD = "held", _("changed: waits for you")
    DUPLICATE = "duplicate", _("same picture again")
    SKIPPED = "skipped", _("cannot be posted")
    ASIDE = "aside", _("put aside")
    GONE = "gone", _("taken away")

    @classmethod
    def coming(cls) -> tuple[Self, ...]:
        """Their bytes are still to be fetched, by us."""
        return cls.FOUND, cls.INCOMPLETE

    @classmethod
    def going_on(cls) -> tuple[Self, ...]:
        """Something is done with it next: its bytes are fetched, or its post is made. Nothing of theirs is missing."""
        return cls.FOUND, cls.TAKEN

    @classmethod
    def without_bytes(cls) -> tuple[Self, ...]:
        """None of ours: they are to be fetched, or were no picture."""
        return cls.FOUND, cls.SKIPPED

    @classmethod
    def kept_back(cls) -> tuple[Self, ...]:
        """Not posted, because it may be, or is, out already."""
        return cls.HELD, cls.DUPLICATE

    @classmethod
    def on_its_way(cls) -> tuple[Self, ...]:
        """Going on by itself, up to the post that it is for."""
        return *cls.coming(), cls.TAKEN

    @classmethod
    def offered(cls) -> tuple[Self, ...]:
        """Not on its way, unless a person says so."""
        return cls.RECORDED, cls.HELD

    @classmethod
    def not_posted(cls) -> tuple[Self, ...]:
        """Ended without a post, and nobody has put it aside."""
        return cls.SKIPPED, cls.DUPLICATE, cls.GONE

    @classmethod
    def not_seen(cls) -> tuple[Self, ...]:
        """Nobody has seen, or taken, what is in them."""
        return cls.SKIPPED, cls.ASIDE, cls.GONE, *cls.coming()

    @classmethod
    def stopped_by_removal(cls) -> tuple[Self, ...]:
        """They end when the file is taken away at its source; what is taken is stopped where it is used."""
        return *cls.coming(), *cls.offered()
