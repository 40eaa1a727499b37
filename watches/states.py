"""The states of a found file, and the groups that the product speaks of. A new state is put into each group here."""

from __future__ import annotations

from typing import Self

from django.db import models


class FileState(models.TextChoices):
    """What became of a file at its source. It is on its way while `found` or `incomplete`; all others are ends.

    What is `incomplete` waits for the rest of its bytes, which come as another revision, or else ends as `skipped`.
    What is `taken` has its asset.
    """

    FOUND = "found", "found"
    INCOMPLETE = "incomplete", "not complete yet"
    TAKEN = "taken", "ready"
    RECORDED = "recorded", "was there before"
    HELD = "held", "changed: waits for you"
    DUPLICATE = "duplicate", "same picture again"
    SKIPPED = "skipped", "cannot be posted"
    ASIDE = "aside", "put aside"
    GONE = "gone", "taken away"

    @classmethod
    def coming(cls) -> tuple[Self, ...]:
        """Their bytes are still to be fetched, by us."""
        return cls.FOUND, cls.INCOMPLETE

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
