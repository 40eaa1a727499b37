"""The last door: every function that people act through asks whose the rows are, however it is reached."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from operations.privacy import deletion
from outbox.preflight import gate
from poster.ledger import security_log, verification
from poster.models import Event
from poster.permissions import Caller, Door, NotPossible, Scope, require_owner
from poster.reasons.permissions import NotYours, OperatorsOnly, ScopeMissing
from publishing.models import Delivery, Post, PostAsset
from publishing.posts import approving
from tests import factories
from tests.facts import Told, with_reason
from tests.ours import OURS
from tests.security.conftest import World
from tests.security.probing import OWNED
from tests.walls import walls_down
from watches.models import Watch
from watches.watch_service import add_watch

DETAILS = {"outbox.Outgoing": "publishing.Delivery"}  # rows that are always those of a kind
FILLERS: dict[Any, Any] = {str: "words", bool: True, int: 1}
NEITHER = {"management", "migrations", "admin"}  # these call services, and are none


def services() -> Iterator[Callable[..., Any]]:
    """Every public function of our apps that takes a caller."""
    for app in set(OURS) - {"poster", "proof"}:
        for info in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if NEITHER & set(info.name.split(".")):
                continue
            module = importlib.import_module(info.name)
            for name, function in vars(module).items():
                ours = isinstance(function, types.FunctionType) and function.__module__ == info.name
                if ours and name[0] != "_" and "by" in inspect.signature(function).parameters:
                    yield function


SERVICES = sorted(services(), key=lambda each: f"{each.__module__}.{each.__name__}")
NAMES = [f"{each.__module__}.{each.__name__}" for each in SERVICES]


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_a_service_refuses_a_stranger(service: Callable[..., Any], world: World) -> None:
    asked = _asked(service, world)
    before = world.digest()
    with pytest.raises(NotPossible) as refused:
        service(**asked, by=Caller.of(world.bob))
    assert isinstance(refused.value.reason, NotYours | OperatorsOnly)
    assert world.digest() == before


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_a_service_has_no_caller_by_default(service: Callable[..., Any]) -> None:
    by = inspect.signature(service).parameters["by"]
    assert (by.default, typing.get_type_hints(service)["by"]) == (by.empty, Caller)


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_a_service_asks_what_may_be_done_through_this_door(service: Callable[..., Any], world: World) -> None:
    """An operator by right, at a door that lets nothing through: as a token with no scope would be."""
    before = world.digest()
    with pytest.raises(NotPossible):
        service(**_asked(service, world), by=Caller(world.olga, Door.DASHBOARD, frozenset()))
    with pytest.raises(NotPossible) as refused:
        service(**_asked(service, world), by=Caller(world.alice, Door.DASHBOARD, frozenset()))
    assert isinstance(refused.value.reason, ScopeMissing | OperatorsOnly)
    assert world.digest() == before


def test_the_rights_of_an_operator_go_through_no_door_without_their_scope(world: World) -> None:
    row = factories.post(world.alice, world.rows["accounts.Channel"])
    require_owner(row, Caller.of(world.olga), Scope.DRAFT)
    with pytest.raises(NotPossible):
        require_owner(row, Caller(world.olga, Door.DASHBOARD, frozenset({Scope.DRAFT, Scope.PUBLISH})), Scope.DRAFT)
    for scopes in (frozenset({Scope.DRAFT}), frozenset({Scope.OPERATE})):
        with pytest.raises(NotPossible):
            approving.approve(row, by=Caller(world.alice, Door.DASHBOARD, scopes))
    assert approving.approve(row, by=Caller(world.alice, Door.DASHBOARD, frozenset({Scope.PUBLISH})))


def _asked(service: Callable[..., Any], world: World) -> dict[str, Any]:
    """What it cannot be called without, all of it Alice's."""
    hints = typing.get_type_hints(service)
    wanted = [each for each in inspect.signature(service).parameters.values() if each.default is each.empty]
    return {each.name: _argument(hints[each.name], world) for each in wanted if each.name not in {"by", "rules"}}


def _argument(annotation: Any, world: World) -> Any:
    if hasattr(annotation, "_meta"):
        return world.rows[DETAILS.get(annotation._meta.label, annotation._meta.label)]
    if dataclasses.is_dataclass(annotation):
        hints = typing.get_type_hints(annotation)
        none = dataclasses.MISSING
        needed = [each.name for each in dataclasses.fields(annotation) if each.default is each.default_factory is none]
        return annotation(**{name: _argument(hints[name], world) for name in needed})  # type: ignore[operator]
    return [] if "Sequence" in str(annotation) or "list" in str(annotation) else FILLERS.get(annotation, {})


def test_the_services_are_found() -> None:
    assert len(NAMES) >= 15, NAMES


VERBS = [(model, admin, name) for model, admin in OWNED for name in sorted(admin.verbs)]


@pytest.mark.parametrize(("model", "admin", "name"), VERBS, ids=[f"{m._meta.label}-{n}" for m, _, n in VERBS])
def test_a_verb_refuses_a_stranger_even_when_it_is_handed_the_row(model, admin, name: str, world: World) -> None:
    request = RequestFactory().post("/", {"text": "Bob was here", "post": "yes"})
    request.user = world.bob
    before = world.digest()
    with pytest.raises(NotPossible, check=with_reason(NotYours)):
        admin.do(request, world.rows[model._meta.label], admin.verbs[name])
    assert world.digest() == before


@pytest.mark.parametrize("what", ["channel", "credential"])
def test_a_watch_is_not_made_with_what_is_somebody_elses(what: str, world: World) -> None:
    channel, credential = (world.rows if what == each else world.his for each in ("channel", "credential"))
    pair: dict[str, Any] = {
        "channels": [channel["accounts.Channel"]],
        "credential": factories.login(world.alice if what == "credential" else world.bob, "google"),
    }
    assert credential
    before = world.digest()
    with pytest.raises(NotPossible) as refused:
        add_watch(world.bob, name="Mine", source="drive", place="1AbC", by=Caller.of(world.bob), **pair)
    assert "Alice" not in str(refused.value)
    assert "canary" not in str(refused.value)
    assert world.digest() == before


def test_a_post_that_got_somebody_elses_channel_past_the_database_does_not_go_there(world: World) -> None:
    """Two walls: the row cannot be made; and where it is made all the same, approving leaves the channel out."""
    his, hers = world.his["publishing.Post"], world.rows["accounts.Channel"]
    mine = factories.post(world.bob, world.his["accounts.Channel"])
    with pytest.raises(IntegrityError), transaction.atomic():
        mine.channels.add(hers)
    assert his
    deliveries = approving.approve(mine, by=Caller.of(world.bob))
    assert {delivery.channel.owner for delivery in deliveries} == {world.bob}


@pytest.mark.parametrize(
    "make",
    [
        lambda w: PostAsset.objects.create(post=w.his["publishing.Post"], asset=w.rows["media.Asset"], position=9),
        lambda w: Post.objects.create(owner=w.bob, words_from=w.rows["writing.Suggestion"], text="x"),
        lambda w: Post.objects.create(owner=w.bob, words_before_from=w.rows["writing.Suggestion"], text="x"),
        lambda w: Post.objects.create(owner=w.bob, watch=w.rows["watches.Watch"], text="x"),
        lambda w: factories.delivery(w.his["publishing.Post"], w.rows["accounts.Channel"]),
        lambda w: factories.watch(w.bob, w.rows["accounts.Channel"]),
        lambda w: factories.watch(w.bob, prompt_template=w.rows["watches.PromptTemplate"]),
        lambda w: factories.file(w.bob, watched_by=w.rows["watches.Watch"]),
        lambda w: factories.channel(w.bob, credential=w.rows["accounts.Credential"]),
    ],
    ids=["picture", "caption", "caption before", "watch", "delivery", "channel", "template", "asset", "login"],
)
def test_no_pair_of_two_peoples_rows_can_be_made(make: Callable[[World], Any], world: World) -> None:
    before = world.digest()
    with pytest.raises(IntegrityError), transaction.atomic():
        make(world)
    assert world.digest() == before


@pytest.mark.parametrize("act", ["look", "pause", "resume", "remove"])
def test_a_command_for_one_person_knows_no_watch_of_another(act: str, world: World) -> None:
    hers = world.rows["watches.Watch"]
    before = world.digest()
    for named in (str(hers.pk), hers.name):
        with pytest.raises(CommandError, match="There is no source"):
            call_command("watch", act, named, "--owner", world.bob.email, stdout=StringIO())
    assert world.digest() == before


def test_a_command_for_one_person_adds_no_channel_and_no_login_of_another(world: World) -> None:
    hers = world.rows["accounts.Channel"]
    asked = {"owner": world.bob.email, "name": "Mine", "source": "drive", "place": "1AbC", "channels": str(hers.pk)}
    with pytest.raises(CommandError, match="no channel's id"):
        call_command("watch", "add", *_options(asked), stdout=StringIO())
    login = {**asked, "channels": "all", "account": str(factories.login(world.alice, "google").pk)}
    with pytest.raises(CommandError, match="names no account"):
        call_command("watch", "add", *_options(login), stdout=StringIO())


def _options(asked: dict[str, str]) -> list[str]:
    return [f"--{name}={value}" for name, value in asked.items()]


@pytest.mark.parametrize("command", [("posts", "--all"), ("channels",), ("watch", "list")])
def test_what_a_command_tells_of_one_person_has_nothing_of_another(command: tuple[str, ...], world: World) -> None:
    for options in ([], ["--json"]):
        told = StringIO()
        call_command(*command, "--owner", world.bob.email, *options, stdout=told)
        assert "Alice" not in told.getvalue()
        assert "canary" not in told.getvalue()
        assert "Bob" in told.getvalue()


def test_the_gate_stops_a_delivery_to_somebody_elses_channel(world: World) -> None:
    """Whatever came before: right before it goes out it is asked once more."""
    mine = factories.delivery(factories.post(world.bob), world.his["accounts.Channel"])
    with walls_down():
        Delivery.objects.filter(pk=mine.pk).update(channel=world.rows["accounts.Channel"])
    stop = gate(Delivery.objects.get(pk=mine.pk))
    assert stop is not None
    assert stop.state == Delivery.State.CANCELLED


def test_a_watch_of_the_same_folder_is_each_persons_own(world: World) -> None:
    """The same folder name, watched by two: neither hears of the other."""
    hers = factories.watch(world.alice, place_id="/srv/same", name="Same")
    his = factories.watch(world.bob, place_id="/srv/same", name="Same")
    assert hers.stream_id != his.stream_id
    assert Watch.objects.filter(name="Same").count() == 2


def test_erasing_somebody_takes_no_line_of_one_whose_address_is_longer(db, settings, tmp_path) -> None:
    """bob@example.org stands in jimbob@example.org, and in bob@example.org.uk."""
    settings.VAR = tmp_path
    (tmp_path / "mail").mkdir()
    bob, jim = factories.person("Bob"), factories.person("JimBob")
    kept = [
        security_log.record(Event.Kind.SIGN_IN, Told(words=f"{jim.email} signed in."), person=jim.pk),
        security_log.record(Event.Kind.INVITATION, Told(words="Invited bob@example.org.uk.")),
        security_log.record(Event.Kind.INVITATION, Told(words="Invited x+bob@example.org.")),
    ]
    gone = [
        security_log.record(Event.Kind.SIGN_IN, Told(words="Signed in."), person=bob.pk),
        security_log.record(Event.Kind.INVITATION, Told(words=f"Invited {bob.email}.")),
    ]
    for number, address in enumerate((bob.email, jim.email)):
        (tmp_path / "mail" / f"{number}.log").write_text(f"To: {address}\n")
    deletion.remove_person(bob)
    assert set(Event.objects.filter(pk__in=[each.pk for each in kept + gone])) == set(kept)
    assert [file.name for file in (tmp_path / "mail").iterdir()] == ["1.log"]
    assert verification.verify() == []
