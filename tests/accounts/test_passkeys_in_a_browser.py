"""Passkeys in a real browser: set up, sign in with, ask again; and every page keeps the policy and fits a phone."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.urls import reverse

from accounts.models import User
from accounts.sign_in import invitations, second_factors
from poster.permissions import Caller
from tests import factories
from tests.dashboard.test_browser import CHROMIUM, FLAGS, SIZES, WATCH_FOR_VIOLATIONS, in_a_thread, sync_playwright

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Screen:
    """One page of a browser with a device that holds passkeys, and what went wrong on it."""

    def __init__(self, browser: Any, root: str, size: str) -> None:
        colours = "dark" if size == "phone" else "light"
        self.context = browser.new_context(viewport=SIZES[size], color_scheme=colours)
        self.context.add_init_script(WATCH_FOR_VIOLATIONS)
        self.page, self.root = self.context.new_page(), root
        self.wrong: list[Any] = []
        device = self.context.new_cdp_session(self.page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.page.on("console", lambda line: self.wrong.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def go(self, name: str, *args: Any) -> None:
        self.page.goto(self.root + reverse(name, args=args))
        self.look()

    def look(self) -> None:
        """What must be so on every page."""
        self.page.wait_for_load_state("networkidle")
        where = self.page.url
        self.wrong += [f"{where}: {each}" for each in self.page.evaluate("window.violations")]
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            self.wrong.append(f"{where} is wider than the screen")

    def sign_in(self, email: str) -> None:
        self.go("account_login")
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", factories.PASSWORD)
        self.page.click("button.primary")


def on_screen(work: Any, root: str, size: str, *args: Any) -> list[str]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        screen = Screen(browser, root, size)
        work(screen, *args)
        browser.close()
    return screen.wrong


@pytest.fixture
def carol() -> User:
    cache.clear()
    return factories.person("Carol", password=factories.PASSWORD)


@pytest.fixture
def root(live_server: Any) -> str:
    """Browsers take passkeys for names only."""
    return f"http://localhost:{live_server.thread.port}"


def add_and_use(screen: Screen) -> None:
    """Add a passkey, sign out, come in with it alone, and answer with it when asked again."""
    page, home = screen.page, screen.root + reverse("admin:index")
    screen.sign_in("carol@example.org")
    page.wait_for_url(home)
    screen.go("mfa_add_webauthn")
    page.fill("[name=name]", "Carol's laptop")
    page.check("[name=passwordless]")
    page.click("#passkey_add")
    page.wait_for_url(screen.root + reverse("mfa_view_recovery_codes"))
    screen.go("mfa_list_webauthn")
    assert "Carol's laptop" in page.content()
    screen.go("account_logout")
    page.click("button.primary")
    page.wait_for_url(screen.root + reverse("account_login"))
    page.click("#passkey_login")
    page.wait_for_url(home)
    screen.go("mfa_reauthenticate_webauthn")
    page.click("#passkey_reauthenticate")
    page.wait_for_url(home)
    screen.go("mfa_view_recovery_codes")
    assert page.url.endswith(reverse("mfa_view_recovery_codes"))


def after_the_password(screen: Screen) -> None:
    """A passkey that does not know its owner is the second step."""
    page, home = screen.page, screen.root + reverse("admin:index")
    screen.sign_in("carol@example.org")
    page.wait_for_url(home)
    screen.go("mfa_add_webauthn")
    page.uncheck("[name=passwordless]")
    page.click("#passkey_add")
    page.wait_for_url(screen.root + reverse("mfa_view_recovery_codes"))
    screen.go("mfa_activate_totp")
    assert page.locator(".qr svg").is_visible()
    screen.go("mfa_list_webauthn")
    screen.go("account_logout")
    page.click("button.primary")
    screen.sign_in("carol@example.org")
    page.wait_for_url(screen.root + reverse("mfa_authenticate"))
    page.click("#passkey_authenticate")
    page.wait_for_url(home)


def test_a_passkey_is_added_and_signs_its_owner_in(carol, root) -> None:
    wrong = in_a_thread(on_screen, add_and_use, root, "desk")
    assert wrong == []
    assert Authenticator.objects.filter(user=carol, type="webauthn").count() == 1


def test_a_passkey_is_the_second_step_after_the_password(carol, root) -> None:
    assert in_a_thread(on_screen, after_the_password, root, "phone") == []


def look_around(screen: Screen, link: str, numbers: dict[str, str]) -> None:
    """All pages at the door and of one's own account."""
    for name in ("account_login", "account_reset_password", "account_reset_password_done", "account_inactive"):
        screen.go(name)
    for name in ("account_signup", "account_email_verification_sent", "socialaccount_login_cancelled", "google_login"):
        screen.go(name)
    screen.go("account_confirm_email", "made-up")
    screen.page.goto(screen.root + link)
    screen.look()
    screen.sign_in("carol@example.org")
    screen.page.wait_for_url(screen.root + reverse("mfa_authenticate"))
    screen.look()
    screen.page.fill("[name=code]", numbers["code"])
    screen.page.click("button.primary")
    screen.page.wait_for_url(screen.root + reverse("admin:index"))
    screen.go("my_account")
    for name in ("account_email", "account_change_password", "usersessions_list", "mfa_view_recovery_codes"):
        screen.go(name)
    for name in ("mfa_generate_recovery_codes", "mfa_deactivate_totp", "mfa_list_webauthn", "mfa_add_webauthn"):
        screen.go(name)
    for name in ("account_reauthenticate", "mfa_reauthenticate", "socialaccount_connections", "account_logout"):
        screen.go(name)
    screen.go("admin:accounts_invitation_changelist")
    screen.go("admin:accounts_invitation_add")
    screen.page.fill("[name=email]", "somebody.else@example.org")
    screen.page.click("input.default")
    screen.page.wait_for_selector("#link")
    screen.look()


@pytest.mark.parametrize("size", [pytest.param("desk", marks=pytest.mark.thorough), "phone"])
def test_every_page_of_signing_in_keeps_the_policy_and_fits_the_screen(root, settings, size) -> None:
    settings.GOOGLE_SIGNIN = ("some-id", "some-secret")
    cache.clear()
    carol = factories.person("Carol", password=factories.PASSWORD, operator=True)
    secret = "JBSWY3DPEHPK3PXP"
    held: dict[str, dict[str, Any]] = {
        "totp": {"secret": secret},
        "recovery_codes": {"seed": "ab" * 40, "used_mask": 1},
    }
    for kind, data in held.items():
        sealed = {
            key: second_factors.seal(text, carol.pk) if key != "used_mask" else text for key, text in data.items()
        }
        Authenticator.objects.create(user=carol, type=kind, data=sealed)
    link = invitations.invite("nina@example.org", by=Caller.of(carol))[1]
    code = totp.format_hotp_value(totp.hotp_value(secret, list(totp.yield_hotp_counters_from_time())[1]))
    assert in_a_thread(on_screen, look_around, root, size, "/" + link.split("/", 3)[3], {"code": code}) == []
