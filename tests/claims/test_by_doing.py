"""Claims proved by doing it: pictures go all the way through the sandbox; what was said, kept and sent is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, cast

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import Channel, Credential, Invitation, User
from media.models import Blob
from operations.privacy import export, inventory
from outbox.models import LedgerEntry
from poster import clock
from poster.manifests import Personal
from poster.models import Event
from poster.permissions import TERMINAL, Caller
from poster.secrets.fields import SealedField
from publishing.describing import describing
from publishing.models import Delivery
from publishing.posts.approving import discard
from tests import factories
from tests.accounts.browsing import Browser
from tests.contracts.model_server import Reply, serving
from tests.held import files, hold
from tests.house import House
from tests.sandbox_fixture import Box
from watches import watch_service
from watches.models import FoundFile, Watch
from writing.models import AiCall, Suggestion

OFFICIAL = {
    *("accounts.google.com", "oauth2.googleapis.com", "www.googleapis.com", "graph.facebook.com"),
    *("graph.instagram.com", "graph.threads.net", "api.openai.com", "api.anthropic.com", "openrouter.ai"),
    "generativelanguage.googleapis.com",
}
AI = {"api.openai.com", "api.anthropic.com", "openrouter.ai", "generativelanguage.googleapis.com"}
KEYS = dict.fromkeys(("openai", "anthropic", "gemini", "openrouter"), "sk-practice")


@pytest.fixture
def connected(house: House, settings) -> House:
    """Three channels, and keys for every AI service."""
    settings.AI_KEYS = {**settings.AI_KEYS, **KEYS}
    house.connect()
    return house


def go(house: House, times: int = 4) -> None:
    for _ in range(times):
        house.round()
        house.later(10)


def written() -> Iterator[Any]:
    """Every value in the database."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the names are the database's own
            yield from (value for row in cursor.fetchall() for value in row)


@pytest.mark.slow
def test_p04_p05_p08_p09_p29_a_picture_all_the_way(connected: House) -> None:
    chosen = [connected.channels[name] for name in ("facebook", "threads")]
    connected.watch(captioner="openai", channels=chosen)
    content = connected.drop().read_bytes()
    go(connected)
    feed = {post["platform"]: post for post in connected.box.feed()}
    asset = FoundFile.objects.get()

    # P09: to the channels of the watch and to no other.
    assert set(feed) == {"facebook", "threads"}
    # P04: its id and its words stay; its bytes lie nowhere any more.
    assert asset.external_id
    assert Suggestion.objects.get().text in feed["facebook"]["text"]
    assert files(asset.pk) == []
    assert not Blob.objects.exists()
    blobs = [bytes(value) for value in written() if isinstance(value, bytes | memoryview)]
    assert [blob for blob in blobs if content[100:160] in blob or b"\xff\xd8\xff" in blob] == []
    # P05: the record says what the platform says.
    for sent in Delivery.objects.all():
        assert (sent.state, sent.remote_id) == ("published", feed[sent.platform]["id"])
        assert sent.permalink
        at_once = sent.entries.filter(state="published").order_by("number")[
            0
        ]  # what is asked about later is found anyway
        assert at_once.remote_id == sent.remote_id
        assert sent.due_at <= sent.committed_at <= sent.published_at <= clock.now()
    # P08: one AI service saw it. P29: nobody was asked but official interfaces.
    hosts = {call["host"] for call in connected.box.calls()}
    assert hosts & AI == {"api.openai.com"}
    assert hosts - OFFICIAL == set()


@pytest.mark.slow
def test_p05_what_a_platform_says_no_with_is_in_the_record(connected: House) -> None:
    [sent] = connected.approved("Bread.", connected.channels["facebook"])
    connected.box.fault(
        "error", path="*/photos", times=9, status=400, code=324, message="Missing or invalid image file"
    )
    connected.settle(sent)
    assert sent.state == "failed"
    [line] = LedgerEntry.objects.filter(outgoing=sent, status=400)
    assert (line.code.split("/")[0], "Missing or invalid image file" in line.said) == ("324", True)


def left_alone(house: House) -> dict[str, Callable[[], object]]:
    """Situations in which nobody, and no standing order, has queued anything: how each comes about."""
    page = house.channels["facebook"]

    def asks() -> None:
        house.watch(approval="ask", channels=[page], captioner="openai")
        house.drop()

    def skips() -> None:
        house.drop()
        house.watch(approval="auto", channels=[page], captioner="openai")

    def is_paused() -> None:
        watch_service.pause(house.watch(approval="auto", channels=[page], captioner="openai"), by=TERMINAL)
        house.drop()

    def is_removed() -> None:
        watch = house.watch(approval="auto", channels=[page], captioner="openai")
        house.drop()
        house.look()
        watch_service.remove(watch, by=TERMINAL)

    def is_in_doubt() -> None:
        house.watch(approval="auto", channels=[page], captioner="openai", model="practice-links")
        house.drop()

    return {
        "a draft by hand": lambda: house.post("Bread.", page),
        "a discarded draft": lambda: discard(house.post("Bread.", page), by=Caller.of(house.owner)),
        "a watch that asks": asks,
        "what was there before": skips,
        "a watch that is paused": is_paused,
        "a watch that is removed": is_removed,
        "words that are in doubt": is_in_doubt,
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "situation",
    [
        *("a draft by hand", "a discarded draft", "a watch that asks", "what was there before"),
        *("a watch that is paused", "a watch that is removed", "words that are in doubt"),
    ],
)
def test_p30_nothing_goes_out_that_no_person_and_no_standing_order_queued(situation: str, connected: House) -> None:
    left_alone(connected)[situation]()
    connected.look(2)
    go(connected)
    assert connected.box.feed() == []
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("outcome", ["words", "refused"])
def test_p48_each_call_notes_what_it_used_as_the_service_counts_it(outcome: str, settings, tmp_path, db) -> None:
    ann = factories.person("Ann")
    answer = {"content": '{"caption": "Bread on a table.", "alt_text": "A loaf.", "hashtags": []}'}
    usage = {"prompt_tokens": 1234, "completion_tokens": 56, "total_tokens": 1290}
    message = answer if outcome == "words" else {"content": None, "refusal": "No."}
    said = {"model": "gpt-4o-mini", "choices": [{"finish_reason": "stop", "message": message}], "usage": usage}
    watch = factories.watch(ann, factories.channel(ann), captioner="openai", model="gpt-4o-mini")
    asset = factories.asset(ann, watched_by=watch)
    post = factories.wordless(ann, picture=asset)
    with serving() as server:
        server.say(Reply(said))
        settings.REMOTE_ROOT, settings.SPOOL, settings.AI_KEYS = server.root, tmp_path, {"openai": "sk-x"}
        seen = tmp_path / "seen.jpg"
        Image.new("RGB", (64, 48)).save(seen)
        hold(asset, seen.read_bytes(), "for_model")
        describing.describe(post)
    call = AiCall.objects.get()
    assert (call.owner, call.subject, call.captioner, call.model) == (ann, post.pk, "openai", "gpt-4o-mini")
    assert (call.input_tokens, call.output_tokens, call.outcome) == (1234, 56, outcome)
    assert call.cost == Decimal("0.000219")  # 1,234 at $0.15 and 56 at $0.60 for a million, to six places
    assert 0 < call.seconds < 60


def test_p02_tokens_only_of_what_was_chosen_and_with_the_scopes_that_were_granted(settings, sandbox: Box, db) -> None:
    settings.REMOTE_ROOT, settings.PUBLIC_URL = sandbox.root, "http://testserver"
    made = sandbox.person(pages=[{"name": "Bakery", "instagram": "bakery.ch"}, {"name": "Mill"}])["facebook"]
    settings.PROVIDER_APPS = {**settings.PROVIDER_APPS, "facebook": (made["app_id"], made["app_secret"])}
    bakery, mill = made["pages"]
    ann = Browser(factories.person("Ann"), sandbox)
    granted = ["pages_show_list", "pages_read_engagement", "pages_manage_posts", "public_profile"]
    login = ann.connect("facebook", made["account_id"], f"facebook:{mill['id']}", scope=granted)
    assert set(login.scopes) == set(granted)
    places = {
        (row.provider if isinstance(row, Credential) else cast(Channel, row).remote_id)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if isinstance(column, SealedField)
        for row in model._base_manager.all()
        if getattr(row, column.attname)
    }
    assert places == {"facebook", mill["id"]}
    assert bakery["id"] not in str(list(written()))


def test_p03_a_watch_keeps_what_was_asked_for_and_nothing_else(tmp_path, db, settings) -> None:
    olga = factories.person("Olga", operator=True)
    page, other = factories.channel(olga), factories.channel(olga, "threads")
    style = factories.template(olga)
    client = Client()
    client.force_login(olga)
    asked = {
        "name": "Inbox",
        "source": "folder",
        "place": str(tmp_path),
        "channels": [page.pk],
        "interval": 300,
        "prompt_template": style.pk,
        "captioner": "describer",
        "language": "de",
        "approval": "auto",
        "backlog": "post",
        "fit": "crop",
        "latest_hours": 5,
        "subfolders": "on",
        "empty_folder": "on",
    }
    told = client.post(reverse("admin:watches_watch_add"), asked)
    assert told.status_code == 302, told.context["adminform"].form.errors
    kept = Watch.objects.get()
    assert (kept.place_id, kept.interval, kept.prompt_template) == (str(tmp_path.resolve()), 300, style)
    assert list(kept.channels.all()) == [page] != [other]
    assert (kept.captioner, kept.language, kept.approval, kept.fit) == ("describer", "de", "auto", "crop")
    assert (kept.backlog, kept.latest_hours, kept.subfolders, kept.name_places) == ("post", 5, True, False)


@pytest.mark.parametrize("kind", inventory.kinds(), ids=lambda kind: kind.name)
def test_p07_p58_each_kind_of_row_belongs_to_one_person(kind: Personal, db) -> None:
    """Neither is a row of somebody else among one's own, nor is one of one's own left out."""
    ann, bob = factories.person("Ann"), factories.person("Bob")
    factories.everything(ann)
    factories.everything(bob)
    mine, theirs = set(kind.rows(ann).values_list("pk", flat=True)), set(kind.rows(bob).values_list("pk", flat=True))
    assert not mine & theirs
    everybodys = set(apps.get_model(kind.model)._base_manager.values_list("pk", flat=True))
    if kind.name not in {"restores", "invitations", "security_events"}:  # some are about nobody, or about others
        assert mine | theirs == everybodys


def test_p07_p41_p58_the_copy_has_all_of_mine_nothing_of_others_and_no_secret(db) -> None:
    ann, bob = factories.person("Ann", password="correct horse"), factories.person("Bob")
    factories.everything(ann)
    factories.everything(bob)
    Invitation.objects.create(email=ann.email, digest="digest", invited_by=bob, expires_at=clock.now())
    client = Client()
    client.force_login(ann)
    with zipfile.ZipFile(io.BytesIO(b"".join(export.stream(ann, by=TERMINAL)))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist() if name.startswith("data/")}
    for kind in inventory.kinds():
        missing = [row.pk for row in kind.rows(ann) if str(row.pk) not in files[f"data/{kind.name}.json"]]
        assert (kind.name, missing) == (kind.name, [])
    everything = "".join(files.values())
    assert "Bob" not in everything
    assert str(bob.pk) not in everything
    ann.refresh_from_db()
    secrets = [ann.password, client.session.session_key, "canary", "digest"]
    assert [each for each in secrets if each in everything] == []


def test_p40_creation_last_sign_in_and_preferences_are_what_happened(db) -> None:
    before = clock.now()
    ann = factories.person("Ann", password=factories.PASSWORD)
    assert before <= ann.created_at <= clock.now()
    assert ann.last_login is None
    client = Client()
    client.post(reverse("account_login"), {"login": ann.email, "password": factories.PASSWORD})
    after = clock.now()
    chosen = {"time_zone": "Europe/Berlin", "theme": "dark", "language": "en"}
    client.post(reverse("my_account"), {"name": "Ann", **chosen})
    kept = User.objects.get(pk=ann.pk)
    assert ann.created_at <= kept.last_login <= after
    assert kept.created_at == ann.created_at
    assert {name: getattr(kept, name) for name in chosen} == chosen


@pytest.mark.parametrize(("password", "kind"), [(factories.PASSWORD, "sign_in"), ("a wrong one", "failed")])
def test_p50_access_records_hold_this_address_this_browser_and_this_time(password: str, kind: str, db) -> None:
    ann = factories.person("Ann", password=factories.PASSWORD)
    before = clock.now()
    Client(REMOTE_ADDR="192.0.2.4", HTTP_USER_AGENT="Ann's Firefox").post(
        reverse("account_login"), {"login": ann.email, "password": password}
    )
    line = Event.objects.get(person=ann.pk, kind=kind)
    assert (line.address, line.browser) == ("192.0.2.4", "Ann's Firefox")
    assert before <= line.created_at <= clock.now()
