"""What Meta calls when somebody leaves: only what it signed counts, and everybody gets a receipt."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import time

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from accounts.connections import meta_callbacks
from accounts.connections.grants import connect
from accounts.models import Channel, Credential, Request, User
from accounts.notices import send_waiting
from accounts.reasons.logins import Removed
from poster import clock
from poster.models import Event
from tests import factories
from tests.house import grant
from tests.sandbox_fixture import Box

pytestmark = pytest.mark.django_db
META = ["facebook", "instagram", "threads"]
SECRET = "0123456789abcdef0123456789abcdef"
GARBAGE = [
    "",
    ".",
    "a.b",
    "no dot at all",
    "é.ü",
    "=" * 40 + "." + "e30",
    "x" * 10_000,
    "AAAA.AAAA.AAAA",
    "\x00.\x00",
    "A.e30",
]


@pytest.fixture(autouse=True)
def apps(settings) -> None:
    settings.PROVIDER_APPS = dict.fromkeys(META, ("1", SECRET))
    settings.PUBLIC_URL = "https://poster.example.org"
    cache.clear()


@pytest.fixture
def ann() -> User:
    return factories.person("Ann")


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(payload: object = None, *, secret: str = SECRET, **changes: object) -> str:
    told = {"algorithm": "HMAC-SHA256", "issued_at": int(time.time()), "user_id": "218471"} | changes
    told = {name: value for name, value in told.items() if value is not None}
    text = encoded(payload if isinstance(payload, bytes) else json.dumps(told).encode())
    return f"{encoded(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())}.{text}"


def call(client, name: str, provider: str, text: str):
    return client.post(reverse(name, args=[provider]), {"signed_request": text})


def known(owner: User, provider: str, **columns: str) -> Credential:
    login = factories.login(owner, provider, **{"remote_id": "218471", **columns})
    factories.channel(owner, provider, credential=login, token="EAApage", name="Bakery")
    return login


def test_the_signature_is_that_of_the_known_answer(shared) -> None:
    vector = json.loads((shared / "payloads/meta_tables/test_vectors.json").read_text())
    told = vector["signed_request"]
    text = encoded(told["payload_json"].encode())
    right = encoded(hmac.new(vector["app_secret"].encode(), text.encode(), hashlib.sha256).digest())
    assert told["signed_request"] == f"{right}.{text}"


@pytest.mark.parametrize("provider", META)
def test_p59_a_deletion_takes_the_login_and_gives_a_receipt(provider: str, ann: User, client) -> None:
    known(ann, provider)
    other = factories.login(factories.person("Bob"), provider)
    answer = call(client, "meta_deletion", provider, signed())
    receipt = Request.objects.get()
    assert answer.status_code == 200
    assert answer.json() == {
        "url": f"https://poster.example.org{reverse('request_status', args=[receipt.code])}",
        "confirmation_code": receipt.code,
    }
    assert list(Credential.objects.all()) == [other]
    assert not Channel.objects.filter(owner=ann).exists()
    assert (receipt.kind, receipt.owner, receipt.answered_at is None) == ("platform", ann, False)
    send_waiting()
    assert [letter.to for letter in mail.outbox] == [[ann.email]]


def test_p59_the_receipt_has_a_page_that_anybody_with_the_code_can_read(ann: User, client) -> None:
    known(ann, "facebook")
    url = call(client, "meta_deletion", "facebook", signed()).json()["url"]
    page = client.get(url.removeprefix("https://poster.example.org"))
    assert page.status_code == 200
    assert b"Done." in page.content


def test_p57_posts_keep_the_name_that_was_frozen_into_them(ann: User, client) -> None:
    known(ann, "facebook")
    page = Channel.objects.get()
    delivery = factories.delivery(factories.post(ann, page), page, "published")
    call(client, "meta_deletion", "facebook", signed())
    delivery.refresh_from_db()
    assert (delivery.channel, delivery.channel_name) == (None, "Bakery")


@pytest.mark.parametrize("provider", META)
def test_i80_an_unknown_person_also_gets_a_receipt(provider: str, client) -> None:
    answer = call(client, "meta_deletion", provider, signed(user_id="999"))
    assert answer.status_code == 200
    assert answer.json()["confirmation_code"] == Request.objects.get().code


def test_i80_i74_repeated_is_as_good_as_once(ann: User, client) -> None:
    known(ann, "facebook")
    text = signed()
    first, second = (call(client, "meta_deletion", "facebook", text) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    send_waiting()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("provider", META)
def test_i81_a_deauthorisation_ends_the_login_and_says_so(provider: str, ann: User, client) -> None:
    login = known(ann, provider)
    assert call(client, "meta_deauthorize", provider, signed()).status_code == 200
    login.refresh_from_db()
    channel = Channel.objects.get()
    assert (login.state, login.secret) == ("blocked", {"access_token": ""})
    assert login.reason_code == Removed.code
    assert (channel.state, channel.token, channel.problem) == ("blocked", None, login.problem)
    assert Event.objects.filter(kind="disconnect", person=ann.pk).exists()


def test_a_deauthorisation_that_comes_late_ends_nothing_that_was_connected_since(ann: User, client) -> None:
    login = known(ann, "threads")
    hours_ago = int(time.time()) - 3 * 3600
    assert call(client, "meta_deauthorize", "threads", signed(issued_at=hours_ago)).status_code == 200
    login.refresh_from_db()
    assert login.state == "active"
    Credential.objects.update(refreshed_at=clock.now() - dt.timedelta(hours=4))
    call(client, "meta_deauthorize", "threads", signed(issued_at=hours_ago))
    login.refresh_from_db()
    assert login.state == "blocked"


def test_instagram_may_name_either_of_the_two_ids(ann: User, client, sandbox: Box, settings) -> None:
    settings.REMOTE_ROOT = sandbox.root
    token = sandbox.person()["instagram"]
    settings.PROVIDER_APPS = {"instagram": (token["app_id"], SECRET)}
    login, _ = connect(ann, "instagram", grant(token))
    assert login.scoped_id not in {"", login.remote_id}
    call(client, "meta_deauthorize", "instagram", signed(user_id=login.scoped_id))
    login.refresh_from_db()
    assert login.state == "blocked"


def test_a_person_is_known_by_one_product_alone(ann: User, client) -> None:
    login = known(ann, "threads")
    call(client, "meta_deauthorize", "facebook", signed())
    login.refresh_from_db()
    assert login.state == "active"


@pytest.mark.parametrize(
    "text",
    [
        *GARBAGE,
        signed(secret="wrong"),
        signed(algorithm="HMAC-SHA1"),
        signed(algorithm="none"),
        signed(algorithm=None),
        signed(user_id=None),
        signed(user_id=""),
        signed(user_id="1' or '1'='1"),
        signed(user_id={"id": "218471"}),
        signed(user_id=True),
        signed(issued_at=None),
        signed(issued_at="now"),
        signed(issued_at=int(time.time()) - 3 * 86_400),
        signed(issued_at=int(time.time()) + 3600),
        signed(issued_at=10**400),
        signed(b"[]"),
        signed(b"[" * 3000),
        signed(b"\xff\xfe"),
        signed(b'{"user_id": NaN}'),
    ],
    ids=lambda text: str(len(text)),
)
def test_i69_i70_i80_what_meta_did_not_sign_changes_nothing(text: str, ann: User, client) -> None:
    login = known(ann, "facebook")
    for name in ("meta_deletion", "meta_deauthorize"):
        answer = call(client, name, "facebook", text)
        assert (answer.status_code, answer.json()) == (403, {"error": "refused"})
    login.refresh_from_db()
    assert login.state == "active"
    assert not Request.objects.exists()


def test_i71_a_payload_that_was_written_anew_is_not_what_was_signed(ann: User, client) -> None:
    known(ann, "facebook")
    signature, _, text = signed().partition(".")
    told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    again = encoded(json.dumps(told, indent=1).encode())
    assert call(client, "meta_deletion", "facebook", f"{signature}.{again}").status_code == 403


def test_the_secret_of_another_product_signs_nothing(client, settings) -> None:
    settings.PROVIDER_APPS = {"facebook": ("1", "another"), "threads": ("1", SECRET)}
    assert call(client, "meta_deletion", "facebook", signed()).status_code == 403
    assert call(client, "meta_deletion", "instagram", signed()).status_code == 403  # no app at all


@pytest.mark.parametrize("name", ["meta_deletion", "meta_deauthorize"])
def test_i78_bodies_of_any_kind_are_never_a_500(name: str, client) -> None:
    where = reverse(name, args=["facebook"])
    assert client.get(where).status_code == 405
    assert client.post(where, b"x" * 20_000, content_type="text/plain").status_code == 413
    for content_type in ("application/json", "text/plain; charset=nonsense", "multipart/form-data", ""):
        answer = client.generic("POST", where, b'{"signed_request": "a.b"}', content_type=content_type)
        assert answer.status_code in {400, 403}
    assert client.post(where, {"signed_request": "a.b"}, CONTENT_LENGTH="abc").status_code == 413
    assert client.post(reverse(name, args=["google"]), {"signed_request": signed()}).status_code == 404


def test_forged_calls_fill_no_log(client) -> None:
    for _ in range(5):
        call(client, "meta_deletion", "facebook", "a.b")
    assert Event.objects.filter(kind="refused").count() == 1


def test_no_session_is_needed_and_none_is_made(client) -> None:
    answer = call(client, "meta_deauthorize", "facebook", signed())
    assert answer.status_code == 200
    assert not answer.cookies


def test_the_longest_request_that_is_read_is_far_above_real_ones() -> None:
    assert len(signed()) * 10 < meta_callbacks.LONGEST
