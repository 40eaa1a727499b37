"""What a person says about a delivery that waits for them. Each answer is a line of the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from poster import clock
from poster.permissions import Caller, NotPossible, Scope, require_owner
from poster.reasons import Reason
from publishing.delivery import ledger, staging
from publishing.delivery.checking import in_doubt_since
from publishing.delivery.ledger import Kind
from publishing.delivery.ledger_statements import STAGED
from publishing.delivery.preflight import doubted_from
from publishing.delivery.receipts import settle, take_up
from publishing.delivery.verdicts import settled_at
from publishing.models import Delivery, Post
from publishing.platforms import Receipt
from publishing.posts.text_limits import limits_of
from publishing.reasons import steps
from publishing.reasons.gate import TakenAway

State = Delivery.State
LOOK_YOURSELF = (
    "A backup was put back, so what we laid down may not be what was posted. Look there, and say what you see."
)


def say_it_is_there(delivery: Delivery, *, by: Caller, permalink: str = "") -> None:
    """The person has looked: it is on the page."""
    require_owner(delivery, by, Scope.PUBLISH)
    _still(delivery, State.in_doubt())
    if not may_be_there(delivery):
        raise NotPossible("Nothing of it was sent yet, so it is not there. Post it, or forget it.")
    settle(delivery, Receipt("", permalink.strip()), steps.LookedThere(by=str(by)), kind=Kind.HUMAN)


def may_be_there(delivery: Delivery) -> bool:
    """Whether anything of it was sent, as far as we know. (What is only held back for its twin was not.)"""
    return staging.begun(delivery) or delivery.committed_at is not None or delivery.restored_at is not None


def say_it_is_not(delivery: Delivery, *, by: Caller) -> None:
    """The person has looked: it is not on the page. It is prepared anew and goes out.

    Not while they may still carry out what we asked: what they do not see now could be there a minute later.
    """
    require_owner(delivery, by, Scope.PUBLISH)
    _still(delivery, State.in_doubt())
    _settled(delivery)
    _move(
        delivery,
        State.in_doubt(),
        steps.LookedNotThere(by=str(by)),
        changed=(*STAGED, "commits"),
        yes_by=by,
        state=State.QUEUED,
        commits=0,
        redone=0,
        **staging.NOTHING,
        latest_at=_later(delivery),
    )


def forget(delivery: Delivery, *, by: Caller) -> None:
    """Whatever happened, nothing more is done about it."""
    require_owner(delivery, by, Scope.PUBLISH)
    waiting = (*State.in_doubt(), State.BLOCKED, State.QUEUED, State.PREPARED, State.MISSED, State.FAILED)
    _move(delivery, waiting, steps.LeftIt(by=str(by)), state=State.CANCELLED)


def ask_again(delivery: Delivery, *, by: Caller) -> None:
    """Ask the platform now instead of later."""
    require_owner(delivery, by, Scope.PUBLISH)
    if delivery.restored_at is not None:
        raise NotPossible(LOOK_YOURSELF)
    if not staging.begun(delivery):
        raise NotPossible("Nothing has been uploaded yet, so there is nothing to check.")
    _move(delivery, State.in_doubt(), steps.AskedToCheck(by=str(by)), state=State.CHECKING)


def post_now(delivery: Delivery, *, by: Caller) -> None:
    """What was missed, certainly failed, or was stopped because its file was taken away, goes out after all."""
    require_owner(delivery, by, Scope.PUBLISH)
    if not may_be_posted(delivery):
        raise NotPossible(f"It is {delivery.get_state_display()} by now. Load the page again.")
    _move(
        delivery,
        (delivery.state,),
        steps.AskedToPost(by=str(by)),
        changed=(*STAGED, "planned_at", "queued"),
        state=State.QUEUED,
        planned_at=None,
        queued=False,
        redone=0,
        **staging.NOTHING,
        latest_at=_later(delivery),
        restored_at=doubted_from(),
    )


def may_be_posted(delivery: Delivery) -> bool:
    """Whether `post_now` is for it. The gate asks again whether the file is back."""
    stopped = delivery.state == State.CANCELLED and delivery.reason_code == TakenAway.code
    return stopped or delivery.state in (State.MISSED, State.FAILED, State.BLOCKED)


def _later(delivery: Delivery) -> dt.datetime:
    return clock.now() + dt.timedelta(hours=max(delivery.post.latest_hours, 1))


def _settled(delivery: Delivery) -> None:
    if delivery.state != State.CHECKING or delivery.committed_at is None:
        return
    settled = settled_at(
        in_doubt_since(delivery), limits_of(delivery.platform, delivery.form).settle, staging.call_of(delivery)
    )
    if clock.now() < settled:
        minutes = int((settled - clock.now()).total_seconds() // 60) + 1
        raise NotPossible(
            f"{delivery.channel_name} may still publish it by itself. Look at the page again in {minutes} minutes, "
            "or wait: we go on asking."
        )


def _still(delivery: Delivery, states: Iterable[str]) -> None:
    """What they said and could not be written down yet comes before what anybody says now."""
    take_up(delivery)
    delivery.refresh_from_db()
    if delivery.state not in states:
        raise NotPossible(f"It is {delivery.get_state_display()} by now. Load the page again.")


def _move(
    delivery: Delivery,
    states: Iterable[str],
    fact: Reason,
    *,
    changed: Iterable[str] = (),
    yes_by: Caller | None = None,
    **values: Any,  # noqa: ANN401
) -> None:
    """Only a row that nobody works on: a worker's step and a person's answer never cross.

    `changed`: which of `values` the line says. `yes_by`: what they say is also a yes to the same picture once more.
    """
    _still(delivery, states)
    rows = Delivery.objects.filter(pk=delivery.pk, state__in=list(states), fence=delivery.fence)
    fresh = {
        **Delivery.reason.columns(None),
        "actor": "",
        "tries": 0,
        "deaths": 0,
        "next_at": clock.now(),
        "leased_until": None,
    }
    fresh["restored_at"] = None  # a person has looked
    with transaction.atomic():
        if not rows.update(**{**fresh, "fence": delivery.fence + 1, **values}):
            raise NotPossible("A worker is on it right now. Try again in a moment.")
        delivery.refresh_from_db()
        post = _decided(delivery, yes_by) if yes_by else None
        ledger.moved(delivery, Kind.HUMAN, fact, changed=changed, post=post)


def _decided(delivery: Delivery, by: Caller) -> Post | None:
    """The post of its watch, which is theirs now; None when a person had decided it before."""
    rows = Post.objects.filter(pk=delivery.post_id, decided_by=None)
    return Post.objects.get(pk=delivery.post_id) if rows.update(decided_by=by.person_id) else None
