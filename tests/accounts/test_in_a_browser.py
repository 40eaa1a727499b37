"""The whole story of one person in a real browser: invited, connected, gone. The policy of our pages lets it happen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Channel, Credential, User
from accounts.sign_in import invitations
from operations.privacy.erasure import carry_on_all
from poster.permissions import TERMINAL
from tests import factories
from tests.accounts.doors import code_for
from tests.dashboard.test_browser import (
    CHROMIUM,
    FLAGS,
    SIZES,
    WATCH_FOR_VIOLATIONS,
    in_a_thread,
    sync_playwright,
)
from tests.sandbox_fixture import Box

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
POSTING = "pages_manage_posts"


@pytest.fixture
def world(live_server, sandbox: Box, settings) -> dict[str, Any]:
    """An invitation for Ann; Ada Example and Eve Other at Meta, and a Google account."""
    settings.REMOTE_ROOT, settings.PUBLIC_URL = sandbox.root, live_server.url
    made = sandbox.person(
        name="Ada Example", pages=[{"name": "Bakery", "instagram": "bakery.ch"}, {"name": "Mill"}], threads="ada.bakes"
    )
    made |= sandbox.person("google")
    made["other"] = sandbox.person(name="Eve Other", pages=[])["threads"]
    settings.PROVIDER_APPS = {
        provider: (
            made[provider].get("client_id") or made[provider]["app_id"],
            made[provider].get("client_secret") or made[provider]["app_secret"],
        )
        for provider in ("google", "facebook", "instagram", "threads")
    }
    factories.person("Olga", operator=True)
    made["invitation"] = invitations.invite("ann@example.org", by=TERMINAL)[1]
    return made


def heading(page: Any) -> str:
    return str(page.inner_text("h1"))


def go(page: Any, root: str, label: str) -> None:
    """Press Connect on the first page; the consent page is reached by itself."""
    page.goto(root + reverse("connect_start"))
    page.click(f"text=Connect {label} >> visible=true")
    page.wait_for_url("**/dialog/oauth?*" if label == "Facebook" else re.compile(r".*/(oauth|o/oauth2).*"))


def consent(page: Any, account: str = "", *, without: tuple[str, ...] = (), answer: str = "allow") -> None:
    """Say yes or no on the provider's page, as somebody, without some permissions."""
    if account:
        page.check(f'[name="account"][value="{account}"]')
    for scope in without:
        page.uncheck(f'[name="scope"][value="{scope}"]')
    page.click(f'button[name="decision"][value="{answer}"]')


def walk(root: str, world: dict[str, Any], shoot: Any = lambda page, name: None, size: str = "desk") -> list[str]:
    """The whole story; what broke the policy on the way."""
    broken: list[str] = []
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context(viewport=SIZES[size])
        context.add_init_script(WATCH_FOR_VIOLATIONS)
        page = context.new_page()
        page.on("console", lambda line: broken.append(line.text) if "Content Security Policy" in line.text else None)
        for act in STORY:
            act(page, root, world, shoot)
            assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), act.__name__
        chromium.close()
    return broken


def join(page: Any, root: str, world: dict[str, Any], shoot: Any) -> None:
    page.goto(world["invitation"])
    shoot(page, "join")
    for name in ("password1", "password2"):
        page.fill(f"[name={name}]", factories.PASSWORD)
    for name in ("adult", "agreed"):
        page.check(f"[name={name}]")
    page.click("text=Make my account")
    page.wait_for_url(f"{root}/dashboard/")


def second_factor(page: Any, root: str, world: dict[str, Any], shoot: Any) -> None:
    page.goto(root + reverse("mfa_activate_totp"))
    page.fill("[name=code]", code_for(page.inner_text("code.key")))
    page.click("input.default")
    page.wait_for_url(root + reverse("mfa_view_recovery_codes"))
    shoot(page, "codes")


def connect_drive(page: Any, root: str, world: dict[str, Any], shoot: Any) -> None:
    page.goto(f"{root}{reverse('account_reauthenticate')}?next={reverse('connect_start')}")  # asked later than now
    assert heading(page) == "Is it you?"
    page.fill("[name=password]", factories.PASSWORD)
    page.click("button.primary")
    page.wait_for_url(root + reverse("connect_start"))
    shoot(page, "start")
    go(page, root, "Google Drive")
    consent(page, world["google"]["email"]) if page.query_selector('[name="account"]') else consent(page)
    page.wait_for_url(f"{root}/dashboard/**")
    assert heading(page) == "Drive accounts"
    assert "is connected" in page.inner_text(".messages")
    shoot(page, "drive")


def deny(page: Any, root: str, world: dict[str, Any], shoot: Any) -> None:
    go(page, root, "Facebook")
    consent(page, answer="cancel")
    page.wait_for_url(f"{root}/connect/facebook/back/**")
    assert heading(page) == "Facebook was not connected"
    assert "You declined, or closed the consent page of Facebook" in page.inner_text("main")
    shoot(page, "denied")


def leave_one_out(page: Any, root: str, world: dict[str, Any], shoot: Any) -> None:
    go(page, root, "Facebook")
    consent(page, world["facebook"]["account_id"], without=(POSTING,))
    page.wait_for_url(f"{root}/connect/choose/**")
    told = page.inner_text("main")
    assert "You did not allow everything" in told
    assert "It lacks: publish on your Pages" in told
    shoot(page, "declined")
    page.click("text=Ask Facebook again")
    page.wait_for_url("**/dialog/oauth?*")
    assert "auth_type=rerequest" in page.url


def connect_facebook(page: Any, root: str, world: dict[str, Any], shoot: Any) -> None:
    consent(page, world["facebook"]["account_id"])
    page.wait_for_url(f"{root}/connect/choose/**")
    assert page.locator('[name="place"]:checked').count() == 3
    shoot(page, "choose")
    page.click("text=Connect what is ticked")
    page.wait_for_url(f"{root}/dashboard/**")
    assert heading(page) == "Social accounts"
    assert all(name in page.inner_text("main") for name in ("Bakery", "Mill"))
    shoot(page, "channels")


def connect_threads(page: Any, root: str, world: dict[str, Any], shoot: Any) -> None:
    go(page, root, "Threads")
    consent(page, world["threads"]["account_id"])
    page.wait_for_url(f"{root}/connect/choose/**")
    page.click("text=Connect what is ticked")
    page.wait_for_url(f"{root}/dashboard/**")
    assert "ada.bakes" in page.inner_text("main")


def reconnect_as_another(page: Any, root: str, world: dict[str, Any], shoot: Any) -> None:
    to_the_login(page, root, "ada.bakes")
    page.click(".pagetools >> text=Connect again") if page.query_selector(".pagetools") else page.click(
        "text=Connect again"
    )
    page.wait_for_url(re.compile(r".*/oauth/authorize.*"))
    consent(page, world["other"]["account_id"])
    page.wait_for_url(f"{root}/connect/threads/back/**")
    assert "it is ada.bakes that has to be connected again" in page.inner_text("main")
    shoot(page, "another")


def leave(page: Any, root: str, world: dict[str, Any], shoot: Any) -> None:
    to_the_login(page, root, "Ada Example")
    shoot(page, "login")
    page.click("button:has-text('Disconnect') >> visible=true")
    shoot(page, "ask")
    page.click("[popover] >> button.primary >> visible=true")
    page.wait_for_selector(".messages")
    assert "took the permission back" in page.inner_text(".messages")
    shoot(page, "disconnected")


def take_a_copy(page: Any, root: str, world: dict[str, Any], shoot: Any) -> None:
    page.goto(root + reverse("my_data"))
    shoot(page, "data")
    with page.expect_download() as taken:
        page.click("text=Take it")
    assert taken.value.suggested_filename.endswith(".zip")


def delete(page: Any, root: str, world: dict[str, Any], shoot: Any) -> None:
    page.click("text=Delete ...")
    page.fill("[name=email]", "ann@example.org")
    shoot(page, "delete")
    page.click("text=Delete everything of mine")
    page.wait_for_url(f"{root}/requests/**")
    assert heading(page) == "The account is being erased"
    shoot(page, "receipt")


STORY = (
    *(join, second_factor, connect_drive, deny, leave_one_out, connect_facebook, connect_threads),
    *(reconnect_as_another, leave, take_a_copy, delete),
)


def to_the_login(page: Any, root: str, name: str) -> None:
    page.goto(root + reverse("admin:accounts_credential_changelist"))
    page.click(f"#result_list >> text={name} >> visible=true")
    page.wait_for_url("**/change/")


def test_the_whole_story_in_a_browser(live_server, world) -> None:
    sync_playwright()
    assert in_a_thread(walk, live_server.url, world) == []
    states = dict(Credential.objects.values_list("provider", "state"))
    assert states == {"google": "active", "facebook": "blocked", "threads": "active"}
    assert Channel.objects.filter(state="blocked").count() == 3
    assert carry_on_all() == 1
    assert list(User.objects.values_list("email", flat=True)) == ["olga@example.org"]
