"""Every page in a real browser: it keeps the content security policy, asks nobody else, and fits a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.admin import site
from django.db import connection
from django.urls import reverse

from poster.dashboard.scoping import OwnedAdmin
from publishing.models import Post
from publishing.posts.deletion import may_be_removed
from tests import factories
from tests.chromium import CHROMIUM, FLAGS, SIZES, WATCH_FOR_VIOLATIONS

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@dataclass
class Seen:
    """What one page did in the browser."""

    where: str
    status: int = 0
    wrong: list[str] = field(default_factory=list)


def sync_playwright() -> Any:
    """The driver, or a reason to skip."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    return driver.sync_playwright()


def visit(page: Any, root: str, where: str) -> Seen:
    """Open one page and note whatever is not as it should be."""
    seen = Seen(where)
    page.on("console", lambda line: seen.wrong.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: seen.wrong.append(str(error)))
    page.on("request", lambda asked: seen.wrong.append(asked.url) if not asked.url.startswith(root) else None)
    page.on("response", lambda got: seen.wrong.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    seen.status = page.goto(root + where).status
    page.wait_for_load_state("load")
    seen.wrong += page.evaluate("window.violations")
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        seen.wrong.append("it is wider than the screen")
    return seen


def sign_in(context: Any, root: str, address: str) -> None:
    page = context.new_page()
    page.goto(f"{root}/accounts/login/")
    page.fill("[name=login]", address)
    page.fill("[name=password]", factories.PASSWORD)
    page.click("button.primary")
    page.wait_for_url(f"{root}/dashboard/")
    page.close()


@contextmanager
def somebody_at(root: str, address: str, *, size: str = "desk", **context: Any) -> Iterator[Any]:
    """A page of somebody who has signed in. What raises in it, or breaks the policy, fails whoever opened it."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = chromium.new_context(viewport=SIZES[size], **context)
        opened.add_init_script(WATCH_FOR_VIOLATIONS)
        sign_in(opened, root, address)
        page, wrong = opened.new_page(), list[str]()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        yield page
        wrong += page.evaluate("window.violations")
        chromium.close()
    assert wrong == []


def in_a_page(root: str, address: str, where: str, ask: Callable[[Any], Any]) -> Any:
    """What `ask` returns of this page, shown to somebody who has signed in."""
    with somebody_at(root, address) as page:
        page.goto(root + where)
        return ask(page)


def crawl(root: str, address: str, pages: list[str], size: str) -> list[Seen]:
    """All pages as somebody who has signed in, on a screen of this size."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context(viewport=SIZES[size], color_scheme="dark" if size == "phone" else "light")
        context.add_init_script(WATCH_FOR_VIOLATIONS)
        sign_in(context, root, address)
        found = []
        for where in pages:
            page = context.new_page()
            found.append(visit(page, root, where))
            page.close()
        chromium.close()
    return found


def in_a_thread(work: Any, *args: Any) -> Any:
    """The driver runs an event loop, which Django's database layer does not want in its own thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *args).result()


def _reviewed(post: Post) -> str:
    """Where it is reviewed; "" for what does not wait."""
    waits = post.state == Post.State.DRAFT and not post.is_described
    return reverse("admin:review_post", args=[post.pk]) if waits else ""


def every_page(rows: list[Any]) -> list[str]:
    pages = [reverse("admin:index"), reverse("admin:queue"), reverse("my_account")]
    pages += [f"{reverse('admin:calendar')}?view={view}" for view in ("month", "week", "list")]
    pages += [reverse("admin:review"), *(at for row in rows if isinstance(row, Post) and (at := _reviewed(row)))]
    for model, admin in site._registry.items():
        assert isinstance(admin, OwnedAdmin)
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages.append(reverse(f"{name}_changelist"))
        if admin.may_add:
            pages.append(reverse(f"{name}_add"))
        for row in (each for each in rows if type(each) is model):
            pages += [reverse(f"{name}_change", args=[row.pk]), reverse(f"{name}_history", args=[row.pk])]
            if admin.may_delete and (not isinstance(row, Post) or may_be_removed(row)):
                pages.append(reverse(f"{name}_delete", args=[row.pk]))
    return pages


@pytest.mark.parametrize("size", [pytest.param("desk", marks=pytest.mark.thorough), "phone"])
def test_every_page_keeps_the_policy_and_fits_the_screen(size, live_server) -> None:
    sync_playwright()
    olga = factories.person("Olga", operator=True, password=factories.PASSWORD)
    rows = [*factories.everything(olga), olga]
    silent = factories.wordless(olga, wants="person")
    found = in_a_thread(crawl, live_server.url, olga.email, every_page([*rows, silent]), size)
    assert len(found) > 30
    assert [(seen.where, seen.status, seen.wrong) for seen in found if seen.wrong or seen.status != 200] == []


def approve_by_hand(root: str, address: str, where: str) -> dict[str, Any]:
    """What a person does: type, watch the count, think twice about discarding, approve."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context(viewport=SIZES["phone"])
        sign_in(context, root, address)
        page = context.new_page()
        page.goto(root + where)
        page.fill("#text", "Five \U0001f30a")
        counts = page.inner_text("#counts")
        mirrored = page.inner_text("[data-mirror=text]")
        page.click("text=Discard")
        asked = page.is_visible("text=It is not posted.")
        page.click("text=Not now")
        page.click(".bottombar button")
        menu = page.is_visible("text=Prompt templates")
        page.keyboard.press("Escape")
        before = page.evaluate("document.documentElement.dataset.theme")
        page.click(".topbar .theme-toggle")
        after = page.evaluate("document.documentElement.dataset.theme")
        page.click("button:has-text('Approve')")
        page.wait_for_load_state("networkidle")
        said = page.inner_text(".messages")
        chromium.close()
    return {
        "counts": counts,
        "mirrored": mirrored,
        "asked": asked,
        "menu": menu,
        "theme": before != after,
        "said": said,
    }


def test_a_person_rewords_and_approves_on_a_phone(live_server) -> None:
    sync_playwright()
    alice = factories.person("Alice", password=factories.PASSWORD)
    draft = factories.post(alice, factories.channel(alice, "threads", name="Short ones"))
    where = reverse("admin:publishing_post_change", args=[draft.pk])
    done = in_a_thread(approve_by_hand, live_server.url, alice.email, where)
    assert "9 of 500" in done["counts"]  # Threads counts the wave as four
    assert done["mirrored"].startswith("Five")
    assert done["asked"]
    assert done["menu"]
    assert done["theme"]
    assert "It goes to Short ones" in done["said"]
    assert draft.deliveries.get().text.startswith("Five")


COVERED = """
() => {
  const pill = document.querySelector("#news").getBoundingClientRect();
  const over = [...document.querySelectorAll("#overview *, .topbar a, .topbar button, .pagehead *")];
  return over.filter((each) => {
    const box = each.getBoundingClientRect();
    const apart = box.right <= pill.left || box.left >= pill.right || box.bottom <= pill.top || box.top >= pill.bottom;
    return box.height > 0 && !apart;
  }).map((each) => each.outerHTML.slice(0, 80));
}
"""


def look_again(root: str, address: str, meanwhile: Any) -> dict[str, Any]:
    """The front page refreshes itself while a finger is over a button."""
    spots = "[...document.querySelectorAll('#overview button')].map(each => each.getBoundingClientRect().toJSON())"
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context(viewport=SIZES["phone"])
        sign_in(context, root, address)
        page = context.new_page()
        page.goto(f"{root}/dashboard/")
        before = page.evaluate(spots)
        meanwhile()
        page.evaluate("htmx.trigger('#overview', 'refresh')")
        page.wait_for_selector("#news:not([hidden])")
        after = page.evaluate(spots)
        pressable = page.locator("#overview .draft button:visible").count()
        off = page.locator("#overview [data-gone]")
        turned_off = [(each.inner_text(), each.evaluate("row => row.inert")) for each in off.all()]
        covers = page.evaluate(COVERED)
        page.focus("#content-start")
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.id")
        said = page.inner_text("#news")
        figures = page.inner_text(".figures")
        badges = page.locator(".bottombar .count").all_inner_texts()
        page.click("#news")
        shown = page.inner_text("#overview")
        hidden = page.is_hidden("#news")
        chromium.close()
    seen = {"before": before, "after": after, "said": said, "figures": figures, "shown": shown, "hidden": hidden}
    return {
        **seen,
        "badges": badges,
        "pressable": pressable,
        "turned_off": turned_off,
        "covers": covers,
        "first": first,
    }


def test_the_front_page_refreshes_and_nothing_on_it_moves(live_server) -> None:
    sync_playwright()
    alice = factories.person("Alice", password=factories.PASSWORD)
    page = factories.channel(alice)
    draft = factories.post(alice, page, text="The first")
    factories.post(alice, page, text="The second")

    def meanwhile() -> None:
        """Two come, one above them, one in front of them; one is decided elsewhere."""

        def work() -> None:
            factories.post(alice, page, text="A newer one")
            factories.delivery(factories.post(alice, page, state="approved"), page, "needs_you")
            Post.objects.filter(pk=draft.pk).update(state=Post.State.DISCARDED)
            connection.close()

        in_a_thread(work)

    seen = in_a_thread(look_again, live_server.url, alice.email, meanwhile)
    assert seen["before"] == seen["after"]
    assert len(seen["before"]) > 2
    assert [inert for _, inert in seen["turned_off"]] == [True]
    assert "The first" in seen["turned_off"][0][0]
    assert seen["pressable"] == 3  # Approve, Write again and Discard of the one that still waits
    assert seen["covers"] == []
    assert seen["first"] == "news"
    assert seen["said"].startswith("2 ")
    assert "3" in seen["figures"]
    assert seen["badges"] == ["2"]  # posts; there were two before
    assert "A newer one" in seen["shown"]
    assert "The first" not in seen["shown"]
    assert seen["hidden"]


def fill_an_empty_list(root: str, address: str, meanwhile: Any, seconds: str) -> dict[str, Any]:
    """The front page, with nothing that waits, looks again; and a message of it grows old."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context(viewport=SIZES["phone"])
        context.clock.install()
        sign_in(context, root, address)
        page = context.new_page()
        page.goto(f"{root}/dashboard/")
        meanwhile()
        page.evaluate("htmx.trigger('#overview', 'refresh')")
        page.wait_for_selector(".draft")
        filled = {"news": page.is_hidden("#news"), "waits": page.inner_text(".figures strong >> nth=0")}
        page.click(".draft button:has-text('Approve')")
        page.wait_for_load_state("load")
        offered = page.locator(".messages form button").count()
        page.evaluate("window.height = document.querySelector('.messages li').offsetHeight")
        page.clock.fast_forward(seconds)
        left = page.locator(".messages form button").count()
        same = page.evaluate("document.querySelector('.messages li').offsetHeight === window.height")
        chromium.close()
    return {**filled, "offered": offered, "left": left, "same": same}


def test_an_empty_front_page_fills_by_itself_and_an_undo_ends(live_server) -> None:
    sync_playwright()
    alice = factories.person("Alice", password=factories.PASSWORD)
    page = factories.channel(alice)
    Post.objects.filter(pk=factories.post(alice, page).pk).update(state=Post.State.DISCARDED)

    def meanwhile() -> None:
        def work() -> None:
            factories.post(alice, page, text="It has come")
            connection.close()

        in_a_thread(work)

    seen = in_a_thread(fill_an_empty_list, live_server.url, alice.email, meanwhile, "01:05")
    assert seen == {"news": True, "waits": "1", "offered": 1, "left": 0, "same": True}


def tab_through(root: str, address: str, where: str, size: str) -> list[str]:
    """What has the focus while a bar stands over the middle of it."""
    under = """() => {
        const at = document.activeElement, { x, y, width, height } = at.getBoundingClientRect();
        const over = document.elementFromPoint(x + width / 2, y + height / 2);
        const bar = over && over.closest(".submit-row, .topbar, .bottombar");
        return bar && !bar.contains(at) ? `${at.id || at.outerHTML.slice(0, 80)} under ${bar.className}` : "";
    }"""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context(viewport=SIZES[size])
        sign_in(context, root, address)
        page = context.new_page()
        page.goto(root + where)
        found = []
        for key in ["Tab"] * 60 + ["Shift+Tab"] * 60:
            page.keyboard.press(key)
            found.append(page.evaluate(under))
        chromium.close()
    return [each for each in found if each]


@pytest.mark.parametrize("size", SIZES)
def test_no_bar_stands_over_what_has_the_focus(size, live_server) -> None:
    """WCAG 2.2, 2.4.11."""
    sync_playwright()
    alice = factories.person("Alice", password=factories.PASSWORD)
    watch = factories.watch(alice, *(factories.channel(alice, remote_id=f"{n}") for n in range(4)))
    where = reverse("admin:watches_watch_change", args=[watch.pk])
    assert in_a_thread(tab_through, live_server.url, alice.email, where, size) == []
