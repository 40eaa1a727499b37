"""Practice: everything is set up from nothing, again without doubles, and rests when it gets serious."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.connections.grants import connect
from accounts.connections.provider_apps import app_of, opened_app
from accounts.models import Channel, Credential, ProviderApp, User
from accounts.providers import PROVIDERS, App
from operations import practice_setup
from poster.permissions import TERMINAL
from tests.factories import channel, login, person, watch
from tests.house import grant
from tests.sandbox_fixture import Box
from watches.models import Watch
from watches.watch_service import add_watch, remove

pytestmark = pytest.mark.django_db
NOTHING = dict.fromkeys(("google", "facebook", "instagram", "threads"), ("", ""))


@pytest.fixture
def ann(settings, sandbox: Box, tmp_path: Path) -> User:
    settings.VAR, settings.INBOX = tmp_path, tmp_path / "inbox"
    settings.PROVIDER_APPS = dict(NOTHING)
    settings.AI_KEYS = {}
    settings.REMOTE_ROOT, settings.PRACTICE, settings.PUBLIC_URL = sandbox.root, True, "http://127.0.0.1:8000"
    return person("Ann", operator=True)


def a_folder(sandbox: Box) -> str:
    """Another folder of the practice Drive account."""
    parent = practice_setup.logins(sandbox.root)["google"]["folder_id"]
    return str(sandbox.ask("POST", "drive/folders", {"name": "Mine", "parent": parent})["id"])


def begin(sandbox: Box) -> dict[str, Any]:
    logins = practice_setup.logins(sandbox.root)
    practice_setup.begin(logins)
    return logins


def test_it_connects_every_kind_of_account_and_watches_two_places(ann: User, sandbox: Box, settings) -> None:
    begin(sandbox)
    assert {one.provider for one in Credential.objects.all()} == {"google", "facebook", "instagram", "threads"}
    assert all(one.practice and one.state == "active" for one in Credential.objects.all())
    assert {one.platform for one in Channel.objects.all()} == {"facebook", "instagram", "threads"}
    rows = {watch.name: (watch.approval, watch.backlog, watch.practice) for watch in Watch.objects.all()}
    assert rows == {"Inbox": ("auto", "skip", True), "Practice Drive": ("auto", "post", True)}
    assert settings.INBOX.is_dir()


def test_logins_can_be_renewed_because_their_apps_are_known(ann: User, sandbox: Box) -> None:
    """What a provider says of the app of practice is what the sandbox knows."""
    for provider, told in begin(sandbox).items():
        known = (told.get("client_id") or told.get("app_id"), told.get("client_secret") or told.get("app_secret"))
        assert opened_app(provider) == App(*known)


def test_the_app_of_practice_is_none_where_it_is_serious(ann: User, settings) -> None:
    settings.REMOTE_ROOT, settings.PRACTICE = "", False
    assert all(app_of(provider) == App() for provider in PROVIDERS)


def test_beginning_again_changes_nothing(ann: User, sandbox: Box) -> None:
    begin(sandbox)
    watches = set(Watch.objects.values_list("pk", "stream"))
    channels = set(Channel.objects.values_list("pk", flat=True))
    begin(sandbox)
    assert set(Watch.objects.values_list("pk", "stream")) == watches
    assert set(Channel.objects.values_list("pk", flat=True)) == channels


def test_a_sandbox_that_lost_its_memory_is_set_up_anew(ann: User, sandbox: Box) -> None:
    begin(sandbox)
    sandbox.reset()
    sandbox.person(), sandbox.person("google")  # so that the new people have other ids
    begin(sandbox)
    assert set(Credential.objects.filter(state="blocked").values_list("provider", flat=True))
    drive = Watch.objects.get(stream__source="drive")
    assert drive.stream.credential.state == "active"
    living = Channel.objects.filter(state="active")
    assert set(Watch.objects.get(name="Inbox").channels.filter(state="active")) == set(living)


def test_the_owners_own_watches_and_names_are_left_alone(ann: User, sandbox: Box) -> None:
    own = watch(ann, channel(ann), name="Inbox")
    begin(sandbox)
    assert Watch.objects.get(pk=own.pk).name == "Inbox"
    assert Watch.objects.filter(name="Inbox (practice)", practice=True).exists()


@pytest.mark.parametrize(
    "make",
    [
        lambda _ann, settings: settings.PROVIDER_APPS.update(facebook=("1", "s")),
        lambda _ann, settings: settings.AI_KEYS.update(openai="sk-x"),
        lambda ann, _settings: login(ann),
        lambda _ann, _settings: ProviderApp.objects.create(provider="threads", client_id="1", client_secret="s"),
    ],
    ids=["app in the environment", "AI key", "real account", "app in the dashboard"],
)
def test_practice_is_for_installs_with_nothing_real(ann: User, settings, make: Any) -> None:
    settings.REMOTE_ROOT, settings.PRACTICE = "", False
    assert practice_setup.wanted()
    login(ann, practice=True)
    assert practice_setup.wanted()
    make(ann, settings)
    assert not practice_setup.wanted()


def test_when_it_gets_serious_practice_watches_rest_and_others_do_not(ann: User, sandbox: Box) -> None:
    begin(sandbox)
    own = watch(ann, channel(ann))
    assert practice_setup.end() == 2
    assert practice_setup.end() == 0
    assert Watch.objects.get(pk=own.pk).state == "active"


def test_a_restart_touches_only_what_practice_made(ann: User, sandbox: Box, tmp_path_factory) -> None:
    begin(sandbox)
    by_hand, _ = connect(ann, "threads", grant(sandbox.person()["threads"]), practice=True)
    channels = list(Channel.objects.filter(credential=by_hand))
    folder = tmp_path_factory.mktemp("holidays")
    drive = Credential.objects.get(provider="google")
    own = [
        add_watch(ann, name="Holidays", source="folder", place=str(folder), channels=channels, by=TERMINAL),
        add_watch(
            ann, name="Mine", source="drive", place=a_folder(sandbox), credential=drive, channels=channels, by=TERMINAL
        ),
    ]
    before = [(each.pk, each.state, list(each.channels.all())) for each in own]
    for forgetful in (False, True):
        if forgetful:
            sandbox.reset()
            sandbox.person(), sandbox.person("google")
        begin(sandbox)
        found = Watch.objects.filter(pk__in=[each.pk for each in own]).order_by("created_at")
        assert [(each.pk, each.state, list(each.channels.all())) for each in found] == before
        by_hand.refresh_from_db()
        assert by_hand.state == "active"


def test_an_own_watch_on_the_inbox_takes_the_place_of_the_one_of_practice(ann: User, sandbox: Box, settings) -> None:
    begin(sandbox)
    made = Watch.objects.get(name="Inbox")
    channels = list(made.channels.all())
    remove(made, by=TERMINAL)
    own = add_watch(
        ann, name="Ask me", source="folder", place=str(settings.INBOX), channels=channels, approval="ask", by=TERMINAL
    )
    begin(sandbox)
    assert [(each.pk, each.approval) for each in Watch.objects.filter(stream__source="folder")] == [(own.pk, "ask")]
