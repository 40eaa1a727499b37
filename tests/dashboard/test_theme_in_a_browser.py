"""Light or dark, chosen on one device and found on another: from browsers, with scripts and without."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image

from accounts.models import User
from tests import factories
from tests.dashboard.test_browser import in_a_thread, somebody_at

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
KEPT = "**/accounts/theme/"
THEME, GROUND = "document.documentElement.dataset.theme", "getComputedStyle(document.body).backgroundColor"


def press(page: Any) -> Any:
    """The toggle; what the server said."""
    with page.expect_response(KEPT) as answer:
        page.click(".topbar .theme-toggle")
    return answer.value.status


def test_what_the_toggle_is_pressed_to_is_there_on_another_device(live_server) -> None:
    alice = factories.person("Alice", password=factories.PASSWORD)
    done = in_a_thread(_pressed, live_server.url, alice.email)
    assert done == {"said": [204, 204], "themes": ["dark", "light"], "in settings": "light", "after saving": "light"}
    assert User.objects.get(pk=alice.pk).theme == "light"
    User.objects.filter(pk=alice.pk).update(theme="dark")
    assert in_a_thread(_elsewhere, live_server.url, alice.email) == ("dark", "dark", "dark")
    User.objects.filter(pk=alice.pk).update(theme="auto")
    assert in_a_thread(_pressed_where_nobody_is_known, live_server.url, alice.email) == ("dark", "auto")
    assert User.objects.get(pk=alice.pk).theme == "auto"


def _pressed(root: str, address: str) -> dict[str, Any]:
    with somebody_at(root, address, color_scheme="light") as page:
        page.goto(root + reverse("my_account"))
        said, themes = list[int](), list[str]()
        for _ in range(2):
            said.append(press(page))
            themes.append(page.evaluate(THEME))
        chosen = page.input_value("#id_theme")
        page.click("input[value=Save]")
        page.wait_for_selector(".messages")
        return {"said": said, "themes": themes, "in settings": chosen, "after saving": page.evaluate(THEME)}


def _elsewhere(root: str, address: str) -> tuple[str, str, str]:
    """What the dashboard says, what a public page says after it, and how the dashboard looks."""
    with somebody_at(root, address, color_scheme="light") as page:
        page.goto(root + reverse("admin:index"))
        shown, ground = page.evaluate(THEME), page.evaluate(GROUND)
        page.goto(root + reverse("faq"))
        public = page.evaluate(THEME)
    return shown, public, "dark" if max(map(int, ground[4:-1].split(","))) < 60 else ground


def _pressed_where_nobody_is_known(root: str, address: str) -> tuple[str, str]:
    with somebody_at(root, address, color_scheme="light") as page:
        page.goto(root + reverse("faq"))
        page.click(".theme-toggle")
        public = page.evaluate(THEME)
        page.goto(root + reverse("admin:index"))
        return public, page.evaluate(THEME)


def test_without_scripts_the_page_comes_as_the_account_says(live_server) -> None:
    alice = factories.person("Alice", password=factories.PASSWORD)
    User.objects.filter(pk=alice.pk).update(theme="dark")
    assert in_a_thread(_without_scripts, live_server.url, alice.email) == ("dark", True)


def _without_scripts(root: str, address: str) -> tuple[str, bool]:
    with somebody_at(root, address, color_scheme="light") as page:
        bare = page.context.browser.new_context(
            java_script_enabled=False, storage_state=page.context.storage_state(), color_scheme="light"
        )
        plain = bare.new_page()
        plain.goto(root + reverse("admin:index"))
        shown = plain.get_attribute("html", "data-theme")
        picture = plain.screenshot()
        bare.close()
        page.goto(root + reverse("admin:index"))
    return str(shown), _is_dark(picture)


def _is_dark(picture: bytes) -> bool:
    grey = Image.open(BytesIO(picture)).convert("L").resize((1, 1))
    return grey.tobytes()[0] < 80
