"""Those who answer what was handed to them: they look at the page, and say truthfully what they see."""

from __future__ import annotations

from collections.abc import Container

from accounts.models import User
from outbox.manual_actions import post_now, say_it_is_not, say_it_is_there
from poster.permissions import Caller
from publishing.models import Delivery

State = Delivery.State


def answer(delivery: Delivery, number: int, *, public: Container[int], by: User) -> bool:
    """Press the button that a truthful person would press; False where there is nothing to press."""
    if delivery.state == State.NEEDS_YOU:
        decide = say_it_is_there if number in public else say_it_is_not
        decide(delivery, by=Caller.of(by))
        return True
    if delivery.state in State.revivable():
        post_now(delivery, by=Caller.of(by))
        return True
    return False
