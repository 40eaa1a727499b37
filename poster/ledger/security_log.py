"""The security log: writing its lines, which are added and never changed."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from poster.ledger import hash_chain
from poster.models import Event
from poster.reasons import Reason
from poster.web import visitors

Kind = Event.Kind


def record(kind: Event.Kind, fact: Reason, *, person: UUID | None = None, request: HttpRequest | None = None) -> Event:
    """One line. `person`: whom it is about; `request`: from where it came. No parameter of it is a secret."""
    asked = request.META if request is not None else {}
    with transaction.atomic():
        event = Event.objects.create(
            kind=kind,
            person=person,
            **Event.fact.columns(fact),
            address=(visitors.address_of(request) if request is not None else "") or None,
            browser=str(asked.get("HTTP_USER_AGENT", ""))[:300],
        )
        event.refresh_from_db()  # as the database keeps it: what is signed is what can be read again
        hash_chain.append(event, event.about)
    return event
