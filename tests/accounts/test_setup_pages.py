"""Setting up a provider: what to paste, where id and secret lie, and whether the provider knows them."""

from __future__ import annotations

import datetime as dt

import pytest
import requests
from django.urls import reverse

from accounts.connections.authorization import callback_address, redirect_refused
from accounts.models import ProviderApp
from accounts.providers import PROVIDERS
from poster import clock
from poster.models import Event
from tests.accounts.browsing import Browser, text_of
from tests.factories import login, person
from tests.sandbox_fixture import Box

pytestmark = pytest.mark.django_db
ALL = ["google", "facebook", "instagram", "threads"]
SECRET = "canary-of-an-app-secret"


@pytest.fixture
def olga(sandbox: Box, settings) -> Browser:
    """The operator, with nothing set up."""
    settings.REMOTE_ROOT, settings.PUBLIC_URL = sandbox.root, "https://poster.example.org"
    settings.PROVIDER_APPS = {}
    return Browser(person("Olga", operator=True), sandbox)


def page_of(browser: Browser, provider: str) -> str:
    return browser.client.get(reverse("provider_setup", args=[provider])).content.decode()


def put_down(browser: Browser, provider: str, client_id: str, secret: str):
    return browser.client.post(
        reverse("provider_setup", args=[provider]), {"client_id": client_id, "client_secret": secret}
    )


def checked(browser: Browser, provider: str) -> str:
    return text_of(browser.client.post(reverse("provider_check", args=[provider]), follow=True))


@pytest.fixture
def right(sandbox: Box) -> dict[str, tuple[str, str]]:
    """Apps that the providers know: (id, secret)."""
    made = sandbox.person() | sandbox.person("google")
    return {
        provider: (
            made[provider].get("client_id") or made[provider]["app_id"],
            made[provider].get("client_secret") or made[provider]["app_secret"],
        )
        for provider in ALL
    }


@pytest.mark.parametrize("provider", ALL)
def test_the_page_has_every_address_and_permission_to_paste(provider: str, olga: Browser) -> None:
    page = page_of(olga, provider)
    assert f"https://poster.example.org/connect/{provider}/back/" in page
    assert ("/callbacks/meta/" in page) == (provider != "google")
    for scope in PROVIDERS[provider].scopes:
        assert scope in page
    assert "PUBLIC_URL" not in page


@pytest.mark.parametrize(
    ("public", "provider", "warned"),
    [
        ("", "google", True),
        ("http://127.0.0.1:8000", "google", False),
        ("http://127.0.0.1:8000", "facebook", True),
        ("http://poster.example.org", "google", True),
        ("https://poster.example.org", "threads", False),
    ],
)
def test_an_address_that_the_provider_does_not_take_is_told(public, provider, warned, olga: Browser, settings) -> None:
    settings.PUBLIC_URL = public
    assert ("PUBLIC_URL" in page_of(olga, provider)) == warned


def test_google_tells_about_testing_and_seven_days(olga: Browser) -> None:
    assert "every login ends after 7 days" in page_of(olga, "google").replace("\n", " ")


@pytest.mark.parametrize(("days", "told"), [(6.9, True), (30, False), (None, False)])
def test_a_login_of_seven_days_shows_that_the_app_is_still_in_testing(days, told, olga: Browser) -> None:
    ends = clock.now() + dt.timedelta(days=days) if days else None
    login(olga.person, "google", ends_at=ends)
    login(olga.person, "threads", ends_at=clock.now())
    assert ("your app is still in Testing" in page_of(olga, "google")) == told
    assert "still in Testing" not in page_of(olga, "threads")


@pytest.mark.parametrize("provider", ALL)
def test_id_and_secret_are_kept_sealed_and_the_secret_is_never_shown(provider: str, olga: Browser) -> None:
    assert put_down(olga, provider, "12345", SECRET).status_code == 302
    row = ProviderApp.objects.get()
    assert (row.client_id, row.client_secret) == ("12345", SECRET)
    assert SECRET.encode() not in ProviderApp.objects.get().__dict__["client_secret"].blob
    assert SECRET not in page_of(olga, provider)
    assert put_down(olga, provider, "67890", "").status_code == 302
    row.refresh_from_db()
    assert (row.client_id, row.client_secret) == ("67890", SECRET)
    assert SECRET not in "".join(Event.objects.values_list("fact_params", flat=True))
    assert Event.objects.filter(kind="operation", person=olga.person.pk).count() == 2


def test_a_secret_is_needed_the_first_time(olga: Browser) -> None:
    answer = put_down(olga, "facebook", "12345", "")
    assert answer.status_code == 400
    assert "Paste the secret" in text_of(answer)
    assert not ProviderApp.objects.exists()


def test_the_environment_wins_and_is_shown_as_such(olga: Browser, settings) -> None:
    put_down(olga, "threads", "12345", SECRET)
    settings.PROVIDER_APPS = {"threads": ("99", "from outside")}
    page = page_of(olga, "threads")
    assert "THREADS_APP_ID" in page
    assert "<code" in page
    assert "99" in page
    assert "from outside" not in page
    assert 'name="client_id"' not in page


@pytest.mark.parametrize("provider", ALL)
def test_the_check_says_that_they_are_right(provider: str, olga: Browser, right) -> None:
    put_down(olga, provider, *right[provider])
    assert "knows this app, and the secret is right" in checked(olga, provider)


@pytest.mark.parametrize("provider", ALL)
def test_the_check_does_not_call_right_what_it_cannot_know(provider: str, olga: Browser, right) -> None:
    put_down(olga, provider, *right[provider])
    assert callback_address(provider) in checked(olga, provider)


@pytest.mark.parametrize("provider", ALL)
def test_the_check_notices_a_redirect_address_that_is_not_the_registered_one(provider: str, olga: Browser) -> None:
    other = ["https://poster.example.com/other/"]
    if provider == "google":
        app = {"id": "strict", "secret": "hush", "redirect_uris": other}
        requests.post(f"{olga.box.root}/_sandbox/drive/clients", json=app, timeout=10).raise_for_status()
        put_down(olga, provider, "strict", "hush")
    else:
        made = olga.box.person(redirect_uris=other)[provider]
        put_down(olga, provider, made["app_id"], made["app_secret"])
    told = checked(olga, provider)
    assert (str(redirect_refused(provider)) in told, "is right" in told) == (True, False)


@pytest.mark.parametrize("provider", ALL)
@pytest.mark.parametrize("wrong", ["id", "secret"])
def test_the_check_says_that_they_are_wrong(provider: str, wrong: str, olga: Browser, right) -> None:
    client_id, secret = right[provider]
    put_down(olga, provider, "404404" if wrong == "id" else client_id, "nonsense" if wrong == "secret" else secret)
    told = checked(olga, provider)
    assert "The operator has to check" in told
    assert "is right" not in told


@pytest.mark.parametrize("provider", ALL)
def test_a_provider_in_trouble_is_no_verdict(provider: str, olga: Browser, right) -> None:
    put_down(olga, provider, *right[provider])
    olga.box.fault("error", status=503, times=5)
    assert "could not be asked just now" in checked(olga, provider)


@pytest.mark.parametrize("provider", ALL)
def test_s5_the_secret_stands_in_no_address(provider: str, olga: Browser, right) -> None:
    put_down(olga, provider, *right[provider])
    checked(olga, provider)
    [call] = [*olga.box.calls("/token"), *olga.box.calls("/access_token")]
    assert call["method"] == "POST"


def test_what_was_put_down_can_be_removed(olga: Browser) -> None:
    put_down(olga, "threads", "12345", SECRET)
    olga.client.post(reverse("provider_remove", args=["threads"]))
    assert not ProviderApp.objects.exists()


@pytest.mark.parametrize("name", ["provider_setup", "provider_check", "provider_remove"])
def test_only_the_operator_comes_here(name: str, olga: Browser, sandbox: Box) -> None:
    ann = Browser(person("Ann"), sandbox)
    assert ann.client.post(reverse(name, args=["google"])).status_code == 403
    assert olga.client.post(reverse(name, args=["nobody"])).status_code == 404


def test_the_list_of_apps_leads_to_every_provider(olga: Browser) -> None:
    page = olga.client.get(reverse("admin:accounts_providerapp_changelist")).content.decode()
    assert all(reverse("provider_setup", args=[provider]) in page for provider in ALL)
    assert page.count("not set up") == len(ALL)


def test_members_see_which_doors_are_open(olga: Browser, sandbox: Box, right) -> None:
    put_down(olga, "threads", *right["threads"])
    page = text_of(Browser(person("Ann"), sandbox).client.get(reverse("connect_start")))
    assert page.count("Not set up on this install yet") == 3
    assert "Connect Threads" in page
