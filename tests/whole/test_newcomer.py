"""What somebody does who has read README alone, in a browser, from the first start; each of their clicks is counted.

Said truly: the install is `manage.py start` in a fresh folder, with its own sandbox, on a clock that begins on a
Monday and is put forward to Friday (tests.whole.ahead); nothing else is replaced. Mails are sent about posts of a
source alone: whoever writes a post approves it where they wrote it. So the carousel is approved on its page, and what
is approved from a mail is the first post of the new source. `docs/first-walk.md` tells the clicks; they are compared.
"""

from __future__ import annotations

import datetime as dt
import email
import os
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from tests import pictures
from tests.chromium import CHROMIUM, FLAGS, SIZES, WATCH_FOR_VIOLATIONS
from tests.dashboard.test_browser import sync_playwright
from tests.started import ROOT, Install, installed, until
from tests.whole.ahead import Ahead

pytestmark = pytest.mark.slow

TOLD = ROOT / "docs" / "first-walk.md"
WORDS = "Four loaves, one oven."
HEARD = """
addEventListener("pointerdown", (event) => { if (event.isTrusted) heard(); }, true);
addEventListener("change", (event) => { if (event.target.localName === "select") heard(); }, true);
"""


@dataclass
class Hand:
    """All that is pressed, by what it is for; and what the pages heard of it."""

    clicks: Counter[str] = field(default_factory=Counter)
    doing: str = ""
    heard: int = 0

    def press(self, what: Any) -> None:
        self.clicks[self.doing] += 1
        what.click()

    def follow(self, link: Any, to: str) -> None:
        """To the page at this address, with its scripts."""
        self.press(link)
        link.page.wait_for_url(to)

    def choose(self, what: Any, value: str) -> None:
        self.clicks[self.doing] += 1
        what.select_option(value)

    def carry(self, page: Any, what: Any, to: Any) -> None:
        """By the mouse: pressed, moved, let go."""
        self.clicks[self.doing] += 1
        page.mouse.move(*middle(what))
        page.mouse.down()
        page.mouse.move(*middle(to), steps=8)
        page.mouse.up()

    def hear(self, _source: Any) -> None:
        self.heard += 1


@dataclass
class World:
    """One newcomer: their install, the clock, their folders."""

    install: Install
    ahead: Ahead
    monday: dt.datetime

    @property
    def home(self) -> Path:
        return self.install.var.parent

    @property
    def stall(self) -> Path:
        return self.home / "Market stall"

    @property
    def friday(self) -> dt.datetime:
        return self.monday.replace(hour=9) + dt.timedelta(days=4)

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.install.port + 1}"

    def says(self, name: str) -> str:
        """What stands in the terminal behind this."""
        found = re.search(rf"^  {name} +(\S+)", self.install.told(), re.MULTILINE)
        assert found, self.install.told()
        return found[1]

    def has_listed(self) -> bool:
        """Whether the new source knows what was there before it."""
        with closing(sqlite3.connect(self.install.var / "poster.sqlite3")) as database:
            asked = "SELECT listed_at FROM watches_watch WHERE name = ?"
            return bool(database.execute(asked, [self.stall.name]).fetchone()[0])

    def out(self, words: str) -> list[dict[str, Any]]:
        """Posts that followers see with these words."""
        return [post for post in self.install.feed() if words in post["text"]]

    def save(self, folder: Path, name: str, look: int) -> Path:
        """A picture of now, by their clock."""
        folder.mkdir(exist_ok=True)
        pictures.saved(folder / name, pictures.four_corners(800, 600, look=look))
        now = dt.datetime.now(dt.UTC).timestamp() + self.ahead.seconds
        os.utime(folder / name, (now, now))
        return folder / name


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    sync_playwright()  # or this is skipped, with a reason
    now, home = dt.datetime.now(dt.UTC), tmp_path / "ann"
    home.mkdir()
    monday = (now + dt.timedelta(days=7 - now.weekday())).replace(hour=10, minute=0, second=0, microsecond=0)
    ahead = Ahead(tmp_path / "ahead", monday)
    with installed(home / "var", ("-m", "tests.whole.ahead")) as made:
        ahead.begin_sandbox(made.var / "sandbox.json")
        made.start(AHEAD=str(ahead.path))
        yield World(made, ahead, monday)


@contextmanager
def screen(chromium: Any, hand: Hand, size: str, **more: Any) -> Iterator[Any]:
    """A page; whatever goes wrong in it fails whoever opened it."""
    context, wrong = chromium.new_context(viewport=SIZES[size], timezone_id="UTC", **more), list[str]()
    context.add_init_script(WATCH_FOR_VIOLATIONS)
    context.add_init_script(HEARD)
    context.expose_binding("heard", hand.hear)
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    wrong += page.evaluate("window.violations")
    context.close()
    assert wrong == []


def middle(what: Any) -> tuple[float, float]:
    box = what.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def menu(page: Any, name: str) -> Any:
    return page.locator("#sidebar a").filter(has_text=re.compile(rf"^\s*{name}"))


def test_a_newcomer_needs_no_click_too_many(world: World) -> None:
    hand = Hand()
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with screen(chromium, hand, "desk") as page:
            sign_in(world, hand, page)
            write_carousel(world, hand, page)
            move_to_friday(world, hand, page)
            make_source(world, hand, page)
            wish_for_mails(hand, page)
            with screen(chromium, hand, "phone", has_touch=True, is_mobile=True) as phone:
                approve_on_the_phone(world, hand, phone)
            what_was_approved_goes_out(world)
            friday_comes(world)
            find_it_in_history(hand, page)
        chromium.close()
    assert hand.heard == hand.clicks.total()
    assert dict(hand.clicks) == told()


def told() -> dict[str, int]:
    """The clicks of each row of the page."""
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \|", TOLD.read_text(encoding="utf-8"), re.MULTILINE)
    return {name.strip(): int(number) for name, number in rows if name.strip() != "all"}


def test_the_page_adds_them_up_and_readme_says_as_many() -> None:
    clicks = sum(told().values())
    assert clicks
    assert f"| all | {clicks} |" in TOLD.read_text(encoding="utf-8")
    assert f" in {clicks} clicks." in (ROOT / "README.md").read_text(encoding="utf-8")


def sign_in(world: World, hand: Hand, page: Any) -> None:
    hand.doing = "sign in"
    page.goto(world.says("Dashboard"))
    page.fill("[name=login]", world.says("Sign in"))
    page.fill("[name=password]", world.says("Password"))
    hand.press(page.locator("button.primary"))
    page.wait_for_url("**/dashboard/")


def write_carousel(world: World, hand: Hand, page: Any) -> None:
    hand.doing = "a carousel for tomorrow at nine"
    files = [world.save(world.home / "Desktop", f"loaf {number}.jpg", number) for number in range(1, 5)]
    hand.follow(page.get_by_role("link", name="New post"), "**/post/add/")
    with page.expect_file_chooser() as chooser:
        hand.press(page.locator(".dropzone"))
    chooser.value.set_files(files)
    page.locator(".coming .there").nth(3).wait_for()
    page.fill("#text", WORDS)
    studio = page.locator(".places > ul > li", has_text=re.compile("studio", re.IGNORECASE))  # at Instagram
    hand.press(studio.locator("[name=to][value$=':feed']"))
    page.fill("#due", f"{world.monday + dt.timedelta(days=1):%Y-%m-%d}T09:00")
    hand.press(page.locator("button[name=approve]"))
    page.wait_for_url("**/change/")


def move_to_friday(world: World, hand: Hand, page: Any) -> None:
    hand.doing = "moved to Friday in the calendar"
    hand.follow(menu(page, "Calendar"), "**/calendar/")
    entry = page.locator("[data-free]", has_text=WORDS)
    tuesday, friday = world.monday + dt.timedelta(days=1), world.friday
    assert page.locator(f"[data-day='{tuesday:%Y-%m-%d}'] [data-free]").count() == 1
    entry.scroll_into_view_if_needed()
    hand.carry(page, entry.locator("a").first, page.locator(f"[data-day='{friday:%Y-%m-%d}']"))
    page.locator(f"[data-day='{friday:%Y-%m-%d}'] [data-free]", has_text=WORDS).wait_for()


def make_source(world: World, hand: Hand, page: Any) -> None:
    hand.doing = "a source, its folder picked and its words tried"
    for number in range(5, 8):
        world.save(world.stall, f"old {number}.jpg", number)
    hand.follow(menu(page, "Sources"), "**/watch/")
    hand.follow(page.locator(".pagehead").get_by_role("link", name="Add a source"), "**/watch/add/")
    hand.press(page.locator("label:has([name=source][value=folder])"))
    hand.press(page.locator(f".trail [value='{world.home}']"))
    hand.press(page.locator(".folders button", has_text="Market stall"))
    page.locator(".glance img[src*='/picture/']").nth(2).wait_for()
    hand.press(page.locator("label:has([name=channels])").first)
    page.fill("[name=prompt]", "Warmly, and short.")
    hand.press(page.locator("button[name=try]"))
    page.locator("#part-trial:not([data-again]) .tries .words").nth(2).wait_for(timeout=90_000)
    hand.press(page.locator("[name=_save]"))
    page.wait_for_selector(".came-of")


def wish_for_mails(hand: Hand, page: Any) -> None:
    hand.doing = "mails about what waits"
    hand.follow(menu(page, "Settings"), "**/accounts/")
    hand.choose(page.locator("[name=to_approve]"), "at_once")
    hand.press(page.locator(".submit-row input"))
    page.locator(".messages", has_text="Saved").wait_for()


def approve_on_the_phone(world: World, hand: Hand, phone: Any) -> None:
    hand.doing = "approved from the mail, on a phone"
    until(world.has_listed)  # only the machine's clock, which we leave alone, tells a file of now from earlier ones
    world.save(world.stall, "rolls.jpg", 8)
    world.ahead.pass_by(61, world.sandbox)  # it looks once a minute
    until(lambda: "Words for rolls.jpg" in world.install.told())
    world.ahead.pass_by(61, world.sandbox)  # what comes within a minute is told in one mail
    phone.goto(until(lambda: link_in(world.install.var / "mail")))
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert phone.locator(".strip img").first.evaluate("image => image.naturalWidth > 100")
    hand.press(phone.get_by_role("button", name="Approve"))
    phone.get_by_role("button", name="Undo").wait_for()


def link_in(folder: Path) -> str:
    """Of the one post that a mail is about; "" before it has come."""
    for path in folder.glob("*") if folder.is_dir() else ():
        message = email.message_from_bytes(path.read_bytes().partition(b"\n" + b"-" * 79)[0])
        body = message.get_payload(decode=True)
        assert isinstance(body, bytes)
        if found := re.search(r"https?://\S+/approve/\S+", body.decode()):
            return found[0]
    return ""


def what_was_approved_goes_out(world: World) -> None:
    """The minute in which it can be undone is over. Practice posts are out too: Friday is too late for them."""
    accounts = len({(post["platform"], post["account_id"]) for post in until(world.install.feed)})
    world.ahead.pass_by(61, world.sandbox)
    until(lambda: len(world.install.feed()) == 12 * accounts + 1)
    assert not world.out(WORDS)


def friday_comes(world: World) -> None:
    world.ahead.until(world.friday, world.sandbox)
    (carousel,) = until(lambda: world.out(WORDS))
    assert carousel["platform"] == "instagram"


def is_seen(picture: Any) -> bool:
    """The picture itself, and not its colours: it is here still (204), or was brought from where it lies."""
    answer = picture.page.request.get(picture.evaluate("image => new URL(image.dataset.seen, location).href"))
    there = answer.status == 204 or answer.headers["content-type"].startswith("image/")
    return bool(there and picture.evaluate("async image => { await image.decode(); return image.naturalWidth > 100; }"))


def find_it_in_history(hand: Hand, page: Any) -> None:
    hand.doing = "found in history, with its pictures"
    hand.follow(menu(page, "Overview"), "**/dashboard/")
    row = page.locator("#out li", has_text=WORDS).first
    row.scroll_into_view_if_needed()
    assert is_seen(row.locator("img[data-seen]"))
    hand.follow(row.locator(".what > a"), "**/change/")
    assert [is_seen(each) for each in page.locator(".strip img").all()] == [True] * 4
    live = page.get_by_role("link", name="See it").get_attribute("href")
    assert requests.head(live, timeout=10, allow_redirects=True).ok
