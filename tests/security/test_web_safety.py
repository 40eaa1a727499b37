"""Headers that strangers write, secrets that leave the house, and numbers that nobody can mean."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.conf import settings as install
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Channel, Credential
from accounts.providers.meta import client as meta
from tests import factories
from tests.house import House

pytestmark = pytest.mark.django_db
SPOOFED = {
    "x-forwarded-host": "evil.example.org",
    "x-forwarded-proto": "https",
    "x-forwarded-for": "198.51.100.1",
    "x-forwarded-port": "444",
    "forwarded": "for=198.51.100.1;host=evil.example.org;proto=https",
    "x-original-url": "/dashboard/",
    "x-rewrite-url": "/dashboard/",
}


def test_s37_what_a_stranger_says_about_the_way_he_came_is_not_believed(settings) -> None:
    response = Client().get("/dashboard/", headers=SPOOFED)
    assert response.status_code == 302
    assert "evil" not in str(response.headers) + response.content.decode()
    assert response["Location"].startswith("/dashboard/login/")
    assert response.wsgi_request.is_secure() is False
    assert response.wsgi_request.get_host() == "testserver"


def test_s37_no_link_that_is_mailed_leads_where_a_header_says() -> None:
    ann = factories.person("Ann", password=factories.PASSWORD)
    Client().post("/accounts/password/reset/", {"email": ann.email}, headers=SPOOFED)
    assert mail.outbox
    assert not any("evil" in str(message.message()) for message in mail.outbox)


@pytest.mark.parametrize(
    "host", ["evil.example.org", "testserver.evil.org", "a b", "testserver:x", "", "127.0.0.1@evil"]
)
def test_another_host_is_refused(host: str) -> None:
    assert Client(raise_request_exception=False).get("/accounts/login/", headers={"host": host}).status_code == 400


def test_s4_another_secret_key_ends_sessions_and_leaves_what_is_sealed_readable(settings) -> None:
    login = factories.login(factories.person("Ann"))
    before = login.secret
    client = Client()
    client.force_login(login.owner)
    assert client.get("/dashboard/").status_code == 200
    old, settings.SECRET_KEY = settings.SECRET_KEY, os.urandom(40).hex()
    assert client.get("/dashboard/").status_code == 302
    settings.SECRET_KEY_FALLBACKS = [old]
    assert Credential.objects.get(pk=login.pk).secret == before


def test_s4_with_the_old_key_as_a_fallback_nobody_has_to_sign_in_again(settings) -> None:
    client = Client()
    client.force_login(factories.person("Ann"))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = os.urandom(40).hex()
    assert client.get("/dashboard/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_s10_calls_of_meta_prove_that_they_come_from_our_app(house: House) -> None:
    tokens = house.box.person()["facebook"]
    client = meta.facebook(tokens["access_token"], tokens["app_secret"])
    assert client.get("/me", fields="id")["id"]
    asked = list(house.box.calls("/me"))
    assert asked
    assert not any(tokens["access_token"] in str(call) or tokens["app_secret"] in str(call) for call in asked)
    assert re.fullmatch(r"[0-9a-f]{64}", client._proof()["appsecret_proof"])


@pytest.mark.parametrize("spacing", ["-1", "604801", "2147483648", "1e3", "5 min", "9" * 400, "\u0663x"])
def test_107_a_pause_that_nobody_can_mean_is_refused_with_a_sentence(spacing: str) -> None:
    ann = factories.person("Ann")
    page = factories.channel(ann)
    client = Client()
    client.force_login(ann)
    response = client.post(reverse("admin:accounts_channel_change", args=[page.pk]), {"spacing": spacing})
    assert response.status_code == 200
    assert b"errorlist" in response.content
    assert Channel.objects.get().spacing == 0


def test_p54_the_database_is_not_reachable_from_outside() -> None:
    """No address leads into the data folder, nobody else here reads it, and only this machine is listened to."""
    client = Client(raise_request_exception=False)
    name = Path(str(install.DATABASES["default"]["NAME"])).name
    tries = [f"/{name}", f"/var/{name}", f"/static/../var/{name}", f"/static/%2e%2e/var/{name}", "/var/keys", "/keys"]
    for where in tries:
        assert client.get(where).status_code == 404, where
    assert Path(install.VAR).stat().st_mode & 0o077 == 0
    assert not any(Path(folder).is_relative_to(install.VAR) for folder in install.STATICFILES_DIRS)
    assert install.BIND == "127.0.0.1"
