"""The corners of the delivery core that no larger story comes by."""

from __future__ import annotations

from accounts.models import Channel, User
from publishing.models import Delivery
from tests.faults.laboratory import Laboratory

State = Delivery.State


def test_a_channel_that_changed_hands_gets_nothing(lab: Laboratory) -> None:
    """I12: asked again right before the call, in the transaction that writes the intent."""
    number = lab.post("facebook")
    other = User.objects.create(email="ben@example.org")
    Channel.objects.filter(pk=lab.row(number).channel_id).update(owner=other)
    row = lab.settle(number)
    assert (row.state, lab.wire.commits) == (State.CANCELLED, [])
    assert "somebody else" in row.error
