"""Restricting the use of somebody's data (article 18 GDPR): everything of theirs rests, and nothing is removed."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from accounts.models import Channel, User
from poster.permissions import Caller, require_self
from publishing.models import Post
from publishing.reasons import waiting
from watches.models import FoundFile, Watch
from watches.reasons.files import RestsAsAsked


def rest(person: User, *, by: Caller) -> tuple[int, int]:
    """Their watches stop looking, pictures without words wait, and their channels are off. (watches, channels).

    What is on its way waits at the gate. Each is switched on again where it always is: on its own page. (Tokens are
    still renewed: otherwise they would be lost.)
    """
    require_self(person, by)
    with transaction.atomic():
        watches = Watch.objects.filter(owner=person).exclude(state=Watch.State.PAUSED)
        channels = Channel.objects.filter(owner=person, state=Channel.State.ACTIVE)  # what is blocked rests already
        on_their_way = FoundFile.objects.filter(
            owner=person, state__in=FoundFile.State.on_its_way(), post=None, watch__isnull=False
        )
        fresh = {"fence": F("fence") + 1, "leased_until": None}
        on_their_way.update(state=FoundFile.State.HELD, **FoundFile.reason.columns(RestsAsAsked()), **fresh)
        asked = Post.objects.filter(owner=person, state=Post.State.DRAFT, wants_words=Post.Words.CAPTIONER)
        told = Post.wordless_because.columns(waiting.RestsAsAsked())
        asked.filter(text="").update(wants_words=Post.Words.PERSON, **told, **fresh)
        asked.update(wants_words=Post.Words.THERE, **fresh)  # what it has stays
        return watches.update(state=Watch.State.PAUSED), channels.update(state=Channel.State.OFF)
