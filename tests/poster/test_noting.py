"""A note that cannot be written holds nothing up: the line is in the chain, and the next note says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from poster.ledger import hash_chain, head_note, security_log
from poster.ledger.verification import verify
from poster.models import Event
from tests.facts import Told

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_note_that_the_disk_does_not_take_holds_no_line_up(settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    (tmp_path / head_note.NAME).mkdir()  # opening it for writing fails, for root too
    security_log.record(Event.Kind.OPERATION, Told(words="It happened."))
    assert Event.objects.count() == 1
    (tmp_path / head_note.NAME).rmdir()
    security_log.record(Event.Kind.OPERATION, Told(words="It happened again."))
    assert head_note.noted() == hash_chain.end()
    assert verify() == []
