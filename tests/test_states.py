"""Every state has its place in each way of telling them apart: a new one fails here until it has."""

from __future__ import annotations

from inspect import ismethod
from typing import Any

import pytest
from django.db import models

from accounts.models import Channel
from outbox.states import OutgoingState as State
from poster.dashboard.display import tones
from poster.manifests import manifests
from watches.states import FileState, WatchState

Group = tuple[Any, ...]
STATEFUL = [each.model for of in manifests() for each in of.owned if hasattr(each.model, "State")]
ENUMS: set[type[models.TextChoices]] = {model.State for model in STATEFUL}
# Of each enum of states with groups: ways of telling all of its states apart.
WAYS: dict[type[models.TextChoices], dict[str, tuple[Group, ...]]] = {
    State: {
        "who moves it": (State.moving(), State.paused(), State.ended()),
        "is it out": ((State.PUBLISHED,), State.maybe_out(), (*State.waiting_unsent(), State.CANCELLED)),
        "how it goes": (State.on_its_way(), (State.CHECKING,), State.paused(), State.ended()),
        "may it be forgotten": (
            State.forgettable(),
            (State.PUBLISHING, State.ACCEPTED, State.PUBLISHED),
            (State.CANCELLED,),
        ),
        "may it be taken back": (
            State.undoable(),
            State.unanswered(),
            (State.ACCEPTED, State.PUBLISHED, State.CANCELLED),
        ),
    },
    FileState: {
        "what comes next": (
            FileState.coming(),
            (FileState.TAKEN,),
            FileState.offered(),
            FileState.not_posted(),
            (FileState.ASIDE,),
        ),
        "was it seen": (FileState.not_seen(), (FileState.TAKEN, FileState.DUPLICATE), FileState.offered()),
        "does it end when it is taken away": (
            FileState.stopped_by_removal(),
            (FileState.TAKEN, FileState.ASIDE),
            FileState.not_posted(),
        ),
    },
    WatchState: {"does it look": (WatchState.looking(), (WatchState.PAUSED,))},
    Channel.State: {"is it open": ((Channel.State.ACTIVE,), Channel.State.closed())},
}
EACH_WAY = [(enum, name) for enum, ways in WAYS.items() for name in ways]


def groups(enum: type[models.TextChoices]) -> dict[str, Group]:
    """Those that it declares."""
    named = {name: getattr(enum, name) for name in vars(enum) if not name.startswith("_")}
    return {name: made() for name, made in named.items() if ismethod(made)}


@pytest.mark.parametrize(("enum", "way"), EACH_WAY, ids=[f"{enum.__qualname__}: {way}" for enum, way in EACH_WAY])
def test_each_state_is_in_exactly_one_group(enum: type[models.TextChoices], way: str) -> None:
    assert sorted(state for group in WAYS[enum][way] for state in group) == sorted(enum)


def test_each_enum_of_states_with_groups_tells_all_of_its_states_apart() -> None:
    assert {enum for enum in ENUMS if groups(enum)} == set(WAYS)


@pytest.mark.parametrize("enum", sorted(ENUMS, key=str))
def test_each_group_has_states_of_its_own_enum_and_each_once(enum: type[models.TextChoices]) -> None:
    for name, group in groups(enum).items():
        assert group, name
        assert len(set(group)) == len(group), name
        assert set(group) <= set(enum), name


@pytest.mark.parametrize("enum", sorted(ENUMS, key=str))
def test_each_state_looks_like_something(enum: type[models.TextChoices]) -> None:
    assert set(enum.values) <= set(tones())


def test_who_is_given_up_has_ended_and_is_not_out() -> None:
    assert set(State.given_up()) == set(State.ended()) - {State.PUBLISHED}
    assert set(State.revivable()) < set(State.given_up())
    assert set(State.in_doubt()) < set(State.maybe_out())
    assert set(State.unanswered()) < set(State.maybe_out())
