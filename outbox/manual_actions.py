"""What a person says about what waits for them. Each answer is a line of the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from outbox import ledger, staging
from outbox.checking import in_doubt_since
from outbox.kinds import kind_of
from outbox.ledger import Kind
from outbox.ledger_statements import STAGED
from outbox.models import Outgoing
from outbox.preflight import doubted_from
from outbox.protocol import Receipt
from outbox.reasons import acts, steps
from outbox.receipts import settle, take_up
from outbox.verdicts import settled_at
from poster import clock
from poster.permissions import Caller, NotPossible, Scope, require_owner
from poster.reasons import Reason

State = Outgoing.State


def say_it_is_there(out: Outgoing, *, by: Caller, permalink: str = "") -> None:
    """The person has looked: it is on the page."""
    require_owner(out, by, Scope.PUBLISH)
    _still(out, State.in_doubt())
    if not may_be_there(out):
        raise NotPossible(acts.NothingSent())
    settle(out, Receipt("", permalink.strip()), steps.LookedThere(by=str(by)), kind=Kind.HUMAN)


def may_be_there(out: Outgoing) -> bool:
    """Whether anything of it was sent, as far as we know. (What is only held back for its twin was not.)"""
    return staging.begun(out) or out.committed_at is not None or out.restored_at is not None


def say_it_is_not(out: Outgoing, *, by: Caller) -> None:
    """The person has looked: it is not on the page. It is prepared anew and goes out.

    Not while they may still carry out what we asked: what they do not see now could be there a minute later.
    """
    require_owner(out, by, Scope.PUBLISH)
    _still(out, State.in_doubt())
    _settled(out)
    _move(
        out,
        State.in_doubt(),
        steps.LookedNotThere(by=str(by)),
        changed=(*STAGED, "commits"),
        yes_by=by,
        state=State.QUEUED,
        commits=0,
        redone=0,
        **staging.NOTHING,
        latest_at=kind_of(out).latest(out),
    )


def forget(out: Outgoing, *, by: Caller) -> None:
    """Whatever happened, nothing more is done about it."""
    require_owner(out, by, Scope.PUBLISH)
    _move(out, State.forgettable(), steps.LeftIt(by=str(by)), state=State.CANCELLED)


def ask_again(out: Outgoing, *, by: Caller) -> None:
    """Ask the platform now instead of later."""
    require_owner(out, by, Scope.PUBLISH)
    if out.restored_at is not None:
        raise NotPossible(acts.LookYourself())
    if not staging.begun(out):
        raise NotPossible(acts.NothingUploaded())
    _move(out, State.in_doubt(), steps.AskedToCheck(by=str(by)), state=State.CHECKING)


def post_now(out: Outgoing, *, by: Caller) -> None:
    """What was missed, certainly failed, or was stopped because its file was taken away, goes out after all."""
    require_owner(out, by, Scope.PUBLISH)
    if not may_be_posted(out):
        raise NotPossible(acts.StateIsOther(state=acts.state_term(out.state)))
    _move(
        out,
        (out.state,),
        steps.AskedToPost(by=str(by)),
        changed=(*STAGED, "planned_at", "queued"),
        state=State.QUEUED,
        planned_at=None,
        queued=False,
        redone=0,
        **staging.NOTHING,
        latest_at=kind_of(out).latest(out),
        restored_at=doubted_from(),
    )


def may_be_posted(out: Outgoing) -> bool:
    """Whether `post_now` is for it. The gate asks again whether the file is back."""
    stopped = out.state == State.CANCELLED and kind_of(out).revivable(out)
    return stopped or out.state in State.postable()


def _settled(out: Outgoing) -> None:
    if out.state != State.CHECKING or out.committed_at is None:
        return
    settled = settled_at(in_doubt_since(out), kind_of(out).settle(out), staging.call_of(out))
    if clock.now() < settled:
        minutes = int((settled - clock.now()).total_seconds() // 60) + 1
        raise NotPossible(acts.MayStillCome(channel=out.channel_name, minutes=minutes))


def _still(out: Outgoing, states: Iterable[str]) -> None:
    """What they said and could not be written down yet comes before what anybody says now."""
    take_up(out)
    out.refresh_from_db()
    if out.state not in states:
        raise NotPossible(acts.StateIsOther(state=acts.state_term(out.state)))


def _move(
    out: Outgoing,
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
    _still(out, states)
    rows = Outgoing.objects.filter(pk=out.pk, state__in=list(states), fence=out.fence)
    fresh = {
        **Outgoing.reason.columns(None),
        "actor": "",
        "tries": 0,
        "deaths": 0,
        "next_at": clock.now(),
        "leased_until": None,
    }
    fresh["restored_at"] = None  # a person has looked
    with transaction.atomic():
        if not rows.update(**{**fresh, "fence": out.fence + 1, **values}):
            raise NotPossible(acts.WorkerOnIt())
        out.refresh_from_db()
        says = kind_of(out).confirmed(out, yes_by) if yes_by else None
        ledger.moved(out, Kind.HUMAN, fact, changed=changed, says=says)
