"""A source is made in a browser: its folder is picked, its words are tried, and only then it is saved."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import publishing.trying.tasks as trying
from accounts.models import User
from publishing.models import Post, Trial
from tests import factories
from tests.dashboard.axe import Visit, walk
from tests.dashboard.every_visit import session_of, walked
from tests.dashboard.test_browser import in_a_thread, somebody_at
from tests.sandbox.google_world import picture
from watches.models import Watch

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ADD = reverse("admin:watches_watch_add")


@pytest.fixture
def olga(settings: Any, tmp_path: Path) -> User:
    top = tmp_path.resolve()
    settings.VAR, settings.INBOX = top / "var", top / "var" / "inbox"
    spring = settings.INBOX / "Spring"
    spring.mkdir(parents=True)
    for colour in ("teal", "orange", "navy"):
        (spring / f"{colour}.jpg").write_bytes(picture(320, 240, colour))
    olga = factories.person("Olga", operator=True, password=factories.PASSWORD)
    factories.channel(olga, name="The Page")
    return olga


def made(root: str, address: str, size: str) -> list[str]:
    """What the page says on the way."""
    told, wrong = [], list[str]()
    with somebody_at(root, address, size=size) as page:
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        page.goto(root + ADD)
        page.check("[name=source][value=folder]")
        page.click(".folders button:has-text('Spring')")
        page.wait_for_selector(".glance img[src*='/picture/']")
        told.append(page.input_value("[name=name]"))
        page.check("[name=channels]")
        page.wait_for_selector("#part-forecast li:has-text('The Page')")
        page.fill("[name=prompt]", "Warmly.")
        page.click("button[name=try]")
        page.wait_for_selector("#part-trial[data-again]")
        page.wait_for_selector("#part-trial:not([data-again]) .tries", timeout=60_000)
        told += page.locator(".tries .file").all_inner_texts()
        told.append(page.input_value("[name=prompt]"))
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            told.append("it is wider than the screen")
        page.click("[name=_save]")
        page.wait_for_selector(".came-of")
    assert wrong == []
    return told


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_folder_is_picked_words_are_tried_and_the_source_is_saved(olga: User, live_server: Any, size: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(made, live_server.url, olga.email, size)
        while not going.done():
            trying.round()
            time.sleep(0.3)
    named, *files, prompt = going.result()
    assert (named, sorted(files), prompt) == ("Spring", ["navy.jpg", "orange.jpg", "teal.jpg"], "Warmly.")
    watch = Watch.objects.get()
    assert (watch.name, watch.prompt_template.text if watch.prompt_template else "") == ("Spring", "Warmly.")
    assert set(Trial.objects.values_list("state", flat=True)) == {Trial.State.WRITTEN}
    assert not Post.objects.exists()


def without_script(root: str, address: str) -> list[str]:
    with somebody_at(root, address) as page:
        context = page.context.browser.new_context(java_script_enabled=False)
        context.add_cookies(page.context.cookies())
        plain = context.new_page()
        plain.goto(root + ADD)
        plain.check("[name=source][value=folder]")
        plain.click(".walk button[name=open]")
        plain.click(".folders button:has-text('Spring')")
        plain.check("[name=channels]")
        plain.click("button[name=try]")
        told = [plain.input_value("[name=name]"), str(plain.locator(".tries li img").count())]
        told.append(str(plain.locator("[name=channels]").is_checked()))
        plain.click("[name=_save]")
        told.append(plain.locator(".came-of h2").inner_text())
        return told[:3]


def test_it_works_without_javascript(olga: User, live_server: Any) -> None:
    assert in_a_thread(without_script, live_server.url, olga.email) == ["Spring", "3", "True"]
    assert Watch.objects.get().name == "Spring"


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_everybody_can_use_the_page(olga: User, live_server: Any, size: str) -> None:
    tried = factories.trial(olga, *olga.channels.all(), state=Trial.State.WRITTEN, text="Bread.", credential=None)
    watch, client = factories.watch(olga), Client()
    factories.file(olga, watched_by=watch)
    client.force_login(olga)
    visits = [
        Visit(ADD),
        Visit(ADD, walked(tried.batch)),
        Visit(reverse("admin:watches_watch_change", args=[watch.pk])),
    ]
    assert in_a_thread(walk, live_server.url, session_of(client), visits, size) == []
