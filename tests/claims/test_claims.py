"""What the privacy page promises, claim by claim. (`test_every_claim.py` looks whether one is missing.)

Claims about signing in, connecting, callbacks and https are proved where their code is tested, under the same names.
"""

from __future__ import annotations

import ast
import base64
import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import pytest
from django.core import mail
from django.db import models
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.data_rights import announcements, data_requests, documents
from accounts.models import Acceptance, AiKey, Channel, Request, User
from accounts.notices import send_waiting
from accounts.providers import PROVIDERS
from accounts.sign_in.known_browsers import cookie_name
from media.models import Blob
from operations.privacy import export, inventory, policy_facts, retention
from operations.privacy.erasure import carry_on
from outbox import preflight
from outbox.reasons.gate import ChannelOff
from poster import clock
from poster.permissions import TERMINAL, Caller
from poster.secrets.fields import SealedField
from poster.secrets.keyring import new_key
from poster.secrets.redaction import redact
from publishing.models import Delivery, Post
from publishing.posts import deletion
from publishing.posts.approving import approve
from tests import factories
from tests.held import hold, show
from tests.writing.test_captioners import BRIEF, PHOTO
from watches import watch_service
from watches.models import FoundFile, Watch
from writing.captioners import CAPTIONERS, Key
from writing.keys import key_for

pytestmark = pytest.mark.django_db
PUBLIC = ("home", "faq", "terms", "privacy")


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def privacy() -> str:
    return words(Client().get(reverse("privacy")))


def columns(model: type[models.Model]) -> set[str]:
    return {column.name for column in model._meta.concrete_fields}


def test_p04_what_is_kept_of_a_picture_is_on_the_page() -> None:
    page = Client().get(reverse("privacy")).content.decode()
    assert all(word in page for word in ("file id", "folder", "name", "size", "day", "town", "checksum"))
    assert all(word in page for word in ("twelve colours", "fingerprint"))


def test_p07_nothing_of_one_person_is_on_any_page_of_another(ann, bob, browser) -> None:
    factories.everything(ann)
    client = browser(bob)
    for name in ("publishing_post", "publishing_delivery", "watches_watch", "watches_foundfile", "accounts_channel"):
        assert b"Ann" not in client.get(reverse(f"admin:{name}_changelist")).content
    assert all(kind.rows(bob).filter(pk__in=kind.rows(ann).values("pk")).count() == 0 for kind in inventory.kinds())


def test_p08_pictures_and_prompt_go_to_the_captioner_of_the_watch_and_to_no_other(sandbox, settings, ann) -> None:

    settings.REMOTE_ROOT = sandbox.root
    CAPTIONERS["openai"]().describe([PHOTO], BRIEF, Key("sk-practice"))
    assert {call["host"] for call in sandbox.calls()} == {"api.openai.com"}
    sandbox.reset()
    CAPTIONERS["describer"]().describe([PHOTO], BRIEF, Key(""))
    assert sandbox.calls() == []


def test_p09_an_approved_post_goes_to_its_channels_and_to_no_other(ann, settings) -> None:
    settings.PUBLIC_URL = "https://poster.example.org"
    chosen, other = factories.channel(ann), factories.channel(ann, "threads")
    draft = factories.post(ann, chosen)
    assert [delivery.channel for delivery in approve(draft, by=Caller.of(ann))] == [chosen]
    assert not Delivery.objects.filter(channel=other).exists()
    delivery = Delivery.objects.get()
    Channel.objects.filter(pk=chosen.pk).update(state=Channel.State.OFF)
    stop = preflight.gate(delivery)
    assert stop is not None
    assert stop.reason == ChannelOff(channel=chosen.name)


def test_p10_no_page_and_no_mail_loads_anything_from_a_third_party(ann, browser, settings) -> None:
    for name in PUBLIC:
        _loads_nothing_foreign(Client().get(reverse(name)))
    for url in (reverse("admin:index"), reverse("my_data"), reverse("my_account"), reverse("account_login")):
        _loads_nothing_foreign(browser(ann).get(url))
    sources = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].values()
    assert {one for each in sources for one in (each if isinstance(each, (list, tuple)) else [each])} <= {
        "'none'",
        "'self'",
        "data:",
        True,
    }
    data_requests.answer(data_requests.ask("question", owner=ann), "Nothing.", by=TERMINAL)
    assert mail.outbox[0].message().get_content_type() == "text/plain"  # it can load nothing


def _loads_nothing_foreign(response) -> None:
    assert response.status_code in {200, 302}
    loaded = re.findall(r'(?:src|srcset|action|data)="([^"]*)"', response.content.decode())
    loaded += re.findall(r'<link[^>]+href="([^"]*)"', response.content.decode())
    assert [each for each in loaded if re.match(r"(?:[a-z]+:)?//", each)] == []


def test_p11_drive_is_asked_for_reading_alone() -> None:
    assert PROVIDERS["google"].scopes == ("https://www.googleapis.com/auth/drive.readonly",)
    assert "drive.readonly" in privacy()


def test_p12_account_tokens_and_records_stay_until_their_owner_removes_them(ann, the_clock) -> None:
    factories.everything(ann)
    before = {kind.name: kind.rows(ann).count() for kind in inventory.kinds()}
    the_clock.pass_by(days=364)
    retention.retire()
    after = {kind.name: kind.rows(ann).count() for kind in inventory.kinds()}
    gone = {name for name in before if after[name] < before[name]}
    assert gone <= {
        "sessions",
        "invitations",
        "mails",
        "sign_ups",
        "typed",
        "stored_files",
        "uploads",
        "approval_links",
        "trials",
    }  # which have a time of their own on the page


def test_p13_image_bytes_do_not_outlive_the_post(ann, settings, tmp_path) -> None:
    settings.SPOOL = tmp_path / "spool"
    page = factories.channel(ann)
    order = factories.watch(ann, page)
    picture = factories.asset(ann, watched_by=order, external_id="drive-file-7")
    for purpose in ("original", "for_model", "thumbnail"):
        hold(picture, purpose=purpose)
    delivery = factories.delivery(factories.post(ann, page, picture=picture), page, "prepared")
    show(delivery)
    retention.retire()
    assert len(list(settings.SPOOL.iterdir())) == 4
    Delivery.objects.update(state="published", published_at=clock.now())
    retention.retire()
    assert list(settings.SPOOL.iterdir()) == []
    assert FoundFile.objects.get(pk=picture.pk).external_id == "drive-file-7"


def test_p04_p13_a_small_copy_is_kept_of_who_ticks_it_alone_and_only_as_long(ann, bob, settings, tmp_path) -> None:
    settings.SPOOL = tmp_path / "spool"
    User.objects.filter(pk=ann.pk).update(keep_small_copies=True)
    for person in (ann, bob):
        page = factories.channel(person)
        picture = factories.asset(person, watched_by=factories.watch(person, page))
        for purpose in ("original", "for_model", "thumbnail"):
            hold(picture, purpose=purpose)
        factories.delivery(factories.post(person, page, picture=picture), page, "published")
    retention.retire()
    assert list(Blob.objects.values_list("owner", "purpose")) == [(ann.pk, "thumbnail")]
    assert len(list(settings.SPOOL.iterdir())) == 1
    assert "480 pixels stays here when a post is through" in privacy()
    User.objects.filter(pk=ann.pk).update(keep_small_copies=False)
    assert retention.retire()["small_copies"] == 1
    assert list(settings.SPOOL.iterdir()) == []


def test_p15_deleting_a_watch_ends_the_looking_and_keeps_its_records_unless_deleted_too(ann) -> None:
    page = factories.channel(ann)
    order = factories.watch(ann, page)
    picture = factories.asset(ann, watched_by=order)
    post = factories.post(ann, page, picture=picture)
    factories.delivery(post, page, "published")
    watch_service.remove(order, by=TERMINAL)
    assert not Watch.objects.exists()
    kept = Post.objects.get(pk=post.pk)
    assert kept.deliveries.count() == 1
    assert FoundFile.objects.get(pk=picture.pk).watch_name
    deletion.remove_post(kept, by=Caller.of(ann))
    assert not Post.objects.exists()
    assert not Delivery.objects.exists()


def test_p16_deleting_an_account_removes_account_tokens_watches_and_records(ann, bob) -> None:
    factories.everything(ann)
    factories.everything(bob)
    kept = {kind.name: kind.rows(bob).count() for kind in inventory.kinds()}
    assert carry_on(ann, by=TERMINAL).done
    assert {kind.name: kind.rows(ann).count() for kind in inventory.kinds() if kind.rows(ann).exists()} == {}
    assert {kind.name: kind.rows(bob).count() for kind in inventory.kinds()} == kept


def test_p21_the_page_shows_when_it_was_last_changed() -> None:
    day = dt.date.fromisoformat(documents.PRIVACY)
    assert f"last changed on {day.day} {day:%B %Y}" in privacy()


def test_p22_the_contact_of_the_operator_is_on_every_public_page(settings) -> None:
    factories.person("Olga", operator=True)
    for name in PUBLIC:
        assert "olga@example.org" in words(Client().get(reverse(name)))
    settings.CONTACT_EMAIL, settings.OPERATOR_NAME = "privacy@example.org", "Harbour Light Studio"
    for name in PUBLIC:
        page = words(Client().get(reverse(name)))
        assert "privacy@example.org" in page
        assert "Harbour Light Studio" in page


def test_p27_server_logs_go_on_their_day_and_the_page_names_it(settings, tmp_path) -> None:
    settings.VAR, settings.LOG_DAYS = tmp_path, 30
    (tmp_path / "logs").mkdir()
    now = clock.now().date()
    for days in (29, 30):
        (tmp_path / "logs" / f"web.{now - dt.timedelta(days=days)}.log").write_text("127.0.0.1 GET /\n")
    retention.retire()
    assert [file.name for file in (tmp_path / "logs").iterdir()] == [f"web.{now - dt.timedelta(days=29)}.log"]
    assert "address, page 30 days" in privacy()
    settings.LOG_DAYS = 14
    assert "address, page 14 days" in privacy()


def test_p28_public_pages_have_no_tracker_and_set_no_cookie() -> None:
    client = Client()
    for name in PUBLIC:
        response = client.get(reverse(name))
        scripts = re.findall(r"<script[^>]*>", response.content.decode())
        assert scripts == ['<script src="/static/admin/js/theme.js">']
    assert not client.cookies


def test_p29_only_addresses_of_official_interfaces_are_called() -> None:
    """Every address in the code that leads outside is on this list."""
    official = {
        *("accounts.google.com", "oauth2.googleapis.com", "www.googleapis.com", "openidconnect.googleapis.com"),
        *("graph.facebook.com", "www.facebook.com", "graph.instagram.com", "api.instagram.com", "www.instagram.com"),
        *("graph.threads.net", "threads.net", "www.threads.net", "www.threads.com", "rupload.facebook.com"),
        "drive.google.com",  # not called: where people see a folder
        *("api.openai.com", "api.anthropic.com", "generativelanguage.googleapis.com", "openrouter.ai"),
    }
    called = _hosts_in_adapters()
    assert called
    assert called - official == set()


def _hosts_in_adapters() -> set[str]:
    """Of every text that begins like an address, wherever it stands in code that runs; docstrings only cite."""
    root = Path(__file__).resolve().parents[2]
    adapters = ("accounts/providers", "watches/sources", "writing/captioners", "publishing/platforms")
    assert all((root / folder).is_dir() for folder in adapters)
    found = set()
    for file in (file for folder in adapters for file in (root / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(r"^(?:https?:)?//([a-z0-9.-]+\.[a-z]+)", node.value))
    return {host for host in found if not host.startswith(("developers.", "console.", "docs."))}


def test_p32_the_processors_on_the_page_are_those_of_the_configuration(ann, settings) -> None:
    settings.PROVIDER_APPS = dict.fromkeys(settings.PROVIDER_APPS, ("", ""))
    settings.AI_KEYS = dict.fromkeys(settings.AI_KEYS, "")
    settings.COMPATIBLE_URL = settings.EMAIL_URL = settings.BUCKET_URL = ""
    assert policy_facts.processors() == []
    assert "Nobody that is known to this install" in privacy()
    settings.PROVIDER_APPS = {**settings.PROVIDER_APPS, "facebook": ("1", "x")}
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": "sk-x"}
    settings.EMAIL_URL = "smtp://u:p@mail.example.org:587"
    settings.BUCKET_URL = "s3://k:s@s3.example.org/pictures"
    factories.watch(ann, factories.channel(ann, "threads"), captioner="anthropic")
    named = {each.name for each in policy_facts.processors()}
    assert named == {"facebook", "threads", "openai", "anthropic", "mail.example.org", "s3.example.org"}
    page = privacy()
    assert all(label in page for label in ("Facebook", "Threads", "OpenAI", "Anthropic", "mail.example.org"))
    assert "Gemini" not in page
    assert "Ann" not in page


def test_p34_drafts_stay_until_they_are_deleted(ann) -> None:
    draft = factories.post(ann, factories.channel(ann), watch=None)
    Post.objects.filter(pk=draft.pk).update(created_at=clock.now() - dt.timedelta(days=3000))
    retention.retire()
    assert Post.objects.get(pk=draft.pk).state == "draft"


def test_p36_each_right_has_a_way_that_works(ann, browser) -> None:
    client = browser(ann)
    page = words(client.get(reverse("my_data")))
    for way in ("Take my data", "Correct", "Let everything rest", "Delete my account", "Send the request"):
        assert way in page
    client.post(reverse("my_account"), {"name": "Anna", "time_zone": "", "theme": "auto"})
    assert User.objects.get(pk=ann.pk).name == "Anna"  # correction
    client.post(reverse("my_data_rest"))  # restriction
    client.post(reverse("my_data"), {"kind": "objection", "words": "Not with AI, please."})
    assert set(Request.objects.values_list("kind", flat=True)) == {"restriction", "objection"}
    with zipfile.ZipFile(io.BytesIO(b"".join(export.stream(ann, by=TERMINAL)))) as archive:  # access, portability
        assert "data/account.json" in archive.namelist()
    assert carry_on(ann, by=TERMINAL).done  # erasure


def test_p37_after_the_sign_in_there_are_only_cookies_that_are_needed(ann, browser, settings) -> None:
    factories.everything(ann)
    client = browser(ann)
    for name in ("admin:index", "admin:publishing_post_changelist", "my_account", "my_data", "privacy"):
        client.get(reverse(name))
    assert set(client.cookies) <= {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, cookie_name()}
    assert settings.MESSAGE_STORAGE.endswith("SessionStorage")


def test_p49_the_history_shows_the_state_of_each_platform(ann, browser) -> None:
    page, profile = factories.channel(ann), factories.channel(ann, "threads")
    post = factories.post(ann, page, profile)
    factories.delivery(post, page, "published")
    factories.delivery(post, profile, "failed")
    shown = words(browser(ann).get(reverse("admin:publishing_post_changelist")))
    assert "published" in shown
    assert "failed" in shown


def test_p51_an_acceptance_holds_version_time_address_and_browser(browser) -> None:
    nils = factories.person("Nils", agreed=False)
    form = {"agreed": "on", "adult": "on"}
    browser(nils).post(reverse("agree"), form, headers={"User-Agent": "Firefox"}, REMOTE_ADDR="203.0.113.9")
    for document, version in documents.current().items():
        kept = Acceptance.objects.get(owner=nils, document=document)
        assert (kept.version, kept.address, kept.browser) == (version, "203.0.113.9", "Firefox")
        assert clock.now() - kept.created_at < dt.timedelta(minutes=5)


def test_p53_requests_are_made_with_ones_own_key_and_else_with_the_operators(ann, bob, settings) -> None:
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": "sk-of-the-operator"}
    AiKey.objects.create(owner=ann, captioner="openai", key="sk-of-ann")
    assert key_for("openai", ann.pk).secret == "sk-of-ann"
    assert key_for("openai", bob.pk).secret == "sk-of-the-operator"


def test_p41_tokens_and_keys_are_sealed_with_aes_256_and_leave_by_no_log_and_no_export(ann) -> None:
    assert len(base64.urlsafe_b64decode(new_key())) == 32
    stored = b"".join(_sealed(factories.everything(ann)))
    assert len(stored) > 100
    assert b"canary" not in stored
    assert "canary" not in redact("They said {'access_token': 'EAAcanary1234567'} to sk-canary12345")
    with zipfile.ZipFile(io.BytesIO(b"".join(export.stream(ann, by=TERMINAL)))) as archive:
        assert not any(b"canary" in archive.read(name) for name in archive.namelist())


def _sealed(rows):
    for row in rows:
        fresh = type(row)._base_manager.get(pk=row.pk)
        for column in fresh._meta.concrete_fields:
            if isinstance(column, SealedField) and fresh.__dict__[column.attname] is not None:
                yield fresh.__dict__[column.attname].blob


def test_p54_the_database_is_a_file_here_or_a_server_that_the_operator_names_and_no_port_of_ours(settings) -> None:
    engine = settings.DATABASES["default"]["ENGINE"]
    assert engine.endswith("sqlite3") or settings.DATABASES["default"]["HOST"]
    assert settings.BIND == "127.0.0.1"
    assert settings.VAR.stat().st_mode & 0o077 == 0
    served = [str(pattern.pattern) for pattern in get_resolver().url_patterns]
    assert [each for each in served if "sqlite" in each or "var" in each] == []


def test_p55_what_stays_after_a_deletion_is_named(ann) -> None:
    receipt = carry_on(ann, by=TERMINAL).receipt
    assert (receipt.email, receipt.words) == ("", "")
    letter = mail.outbox[-1].body
    assert "receipt without your name" in letter
    assert "checksums of the ledger" in letter
    assert "30 days" in letter
    assert "checksums of the ledger" in privacy()


def test_p58_a_copy_of_everything_and_a_clock_of_thirty_days(ann, browser) -> None:
    olga = factories.person("Olga", operator=True)
    asked = data_requests.ask("access", owner=ann)
    assert asked.due_at - asked.created_at <= dt.timedelta(days=30, seconds=1)
    assert "30 days left" in words(browser(olga).get(reverse("admin:accounts_request_changelist")))
    with zipfile.ZipFile(io.BytesIO(b"".join(export.stream(ann, by=TERMINAL)))) as archive:
        assert {f"data/{kind.name}.json" for kind in inventory.kinds()} <= set(archive.namelist())


def test_p61_a_material_change_is_announced_by_mail(ann) -> None:
    Acceptance.objects.filter(owner=ann, document="privacy").update(version="2026-01-01")
    assert announcements.announce_changes() == 1
    send_waiting()
    assert mail.outbox[0].to == ["ann@example.org"]
    assert "privacy policy" in mail.outbox[0].subject
    assert announcements.announce_changes() == 0
