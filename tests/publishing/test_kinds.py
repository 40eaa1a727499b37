"""What goes out, kind by kind, as people choose among it."""

from __future__ import annotations

from outbox.models import Outgoing
from publishing.platforms import PLATFORMS


def test_all_that_some_kind_sends_to_can_be_chosen_by_the_name_that_people_call_it() -> None:
    field = Outgoing._meta.get_field("platform")
    assert dict(field.flatchoices) == dict(PLATFORMS.choices())
    assert Outgoing(platform="facebook").get_platform_display() == dict(PLATFORMS.choices())["facebook"] != "facebook"
