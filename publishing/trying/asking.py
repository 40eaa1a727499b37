"""A few pictures are to get words, so that somebody sees how they sound."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.db import transaction

from accounts.models import User
from poster.permissions import Caller, NotPossible, Scope, require_self
from publishing.models import Trial
from publishing.reasons.trying import TryUnderWay
from publishing.trying.budget import why_not
from watches.picking import check
from watches.reasons.orders import ChannelOfAnother
from watches.sources import Found
from watches.trying_out import PICTURES, Wanted
from watches.watch_rules import check_captioner, check_key, check_prompt
from writing import languages


def begin(wanted: Wanted, *, by: Caller) -> UUID:
    """The id of the try. Raises NotPossible for what no watch could ask for either, and while another one goes on."""
    owner, captioner = wanted.where.owner, wanted.captioner
    require_self(owner, by, Scope.DRAFT)
    check(wanted.where, by)
    check_captioner(captioner)
    check_key(owner, captioner)
    check_prompt(wanted.prompt)
    language = languages.tag_of(wanted.language)
    if any(channel.owner_id != owner.pk for channel in wanted.channels):
        raise NotPossible(ChannelOfAnother())
    if unpaid := why_not(owner, captioner):
        raise NotPossible(unpaid)
    batch = uuid.uuid4()
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)  # of two at once, one waits here
        if Trial.objects.filter(owner=owner, state=Trial.State.ASKED).exists():
            raise NotPossible(TryUnderWay())
        for position, file in enumerate(wanted.files[:PICTURES], 1):
            _row(wanted, file, batch=batch, position=position, language=language).channels.set(wanted.channels)
    return batch


def _row(wanted: Wanted, file: Found, *, batch: UUID, position: int, language: str) -> Trial:
    return Trial.objects.create(
        owner=wanted.where.owner,
        batch=batch,
        position=position,
        source=wanted.where.source,
        credential=wanted.where.credential,
        place_id=file.place_id,
        external_id=file.external_id,
        revision=file.revision,
        name=file.name,
        folder=file.folder,
        captioner=wanted.captioner,
        model=wanted.model[:100],
        prompt=wanted.prompt,
        language=language,
        size=file.size,
        made_with_ai=wanted.made_with_ai,
    )
