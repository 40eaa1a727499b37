"""Refused attempts, for the security log: who asked for a row of somebody else, or for a page of the operator's."""

from __future__ import annotations

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils.text import slugify

from poster.ledger import security_log
from poster.reasons import Fact

QUIET = 60  # seconds; in them the same attempt of the same person is one line, so that nobody fills the log


def note(request: HttpRequest, fact: Fact) -> None:
    """One line about whoever is signed in: what they asked for, without a name."""
    person = request.user.pk
    if person is not None and cache.add(f"refused:{person}:{fact.code}:{slugify(fact.params())}", 1, QUIET):
        security_log.record(security_log.Kind.REFUSED, fact, person=person, request=request)


def exists(model: type[Model], key: str) -> bool:
    """Whether there is such a row, whoever it belongs to. Anything may be asked for."""
    try:
        return model._base_manager.filter(pk=key).exists()
    except (ValidationError, ValueError):
        return False
