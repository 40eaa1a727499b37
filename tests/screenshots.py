"""The picture of the front page that README and the public home page show: `make screenshots` takes it anew.

It is what somebody sees after a while of practice: a fresh install in a folder that goes away again, its practice posts
out, and a few posts more, which are made as people make them. Needs chromium; nothing of it reaches the network.
"""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from tests.chromium import CHROMIUM, FLAGS, SIZES
from tests.started import ROOT, Install, installed, until

FRONT_PAGE = ROOT / "static" / "poster" / "screenshot.webp"
SHARP = 2  # pixels of the picture for each of the page
QUALITY = 70  # of a hundred: nobody sees what is lost at twice the pixels
ME = "robin@example.org"
PLATFORMS = ("facebook", "instagram")
BAKERY = "Practice Bakery"  # as the sandbox calls its Page, and the profile behind it
WAITING = (
    ("fig-in-a-red-bowl.jpg", "The first figs are in. They go on the tarts tomorrow, as long as they last."),
    ("cup-of-coffee.jpg", "What do you bake on a rainy day?"),
    ("citrus-fruits.jpg", "Marmalade week: bitter oranges, lemons, and one stubborn grapefruit."),
)
COMING = (
    (1, 9, "dogs-at-the-window.jpg", "They know to the minute when the oven opens."),
    (1, 17, "honey-bee-on-an-aster.jpg", "Honey from the roof: forty jars this year, and not one more."),
)


def fill() -> None:
    """In a process of the install: posts that wait for a yes, and posts that have theirs."""
    import django

    django.setup()
    from accounts.models import Channel, User
    from accounts.people import operator
    from media.models import Asset
    from poster import clock
    from poster.permissions import Caller
    from publishing.posts.approving import approve
    from publishing.posts.contents import Content, Wanted
    from publishing.posts.writing import write

    me = operator()
    User.objects.filter(pk=me.pk).update(name="Robin")
    channels = Channel.objects.filter(owner=me, name=BAKERY, platform__in=PLATFORMS)
    places = [Wanted(each.pk, "feed") for each in channels]
    pictures = {each.name: each.pk for each in Asset.objects.filter(owner=me)}
    for name, text in WAITING:
        write(me, Content(text=text, pictures=[pictures[name]], places=places), by=Caller.of(me))
    for days, hour, name, text in COMING:
        day = clock.now() + dt.timedelta(days=days)
        at = day.replace(hour=hour, minute=0, second=0, microsecond=0)
        post = write(me, Content(text=text, pictures=[pictures[name]], places=places, due_at=at), by=Caller.of(me))
        approve(post, by=Caller.of(me))


def practised(install: Install) -> bool:
    """Whether all photographs are out everywhere."""
    feed = install.feed()
    accounts = {(post["platform"], post["account_id"]) for post in feed}
    return bool(feed) and len(feed) >= 12 * len(accounts)


def taken(page: Any, install: Install) -> bytes:
    """The front page once all of its pictures are there, as a PNG."""
    password = install.told().partition("  Password   ")[2].split()[0]
    page.goto(f"http://127.0.0.1:{install.port}/dashboard/")
    page.fill("[name=login]", ME)
    page.fill("[name=password]", password)
    page.click("button.primary")
    page.get_by_role("button", name="Put away").click()
    page.locator(".checklist").wait_for(state="detached")
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    picture: bytes = page.screenshot(animations="disabled")
    return picture


def main() -> None:
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        sys.exit("This needs chromium.")
    with tempfile.TemporaryDirectory(prefix="poster-") as home, installed(Path(home) / "var") as install:
        run = install.start(OPERATOR_EMAIL=ME)
        until(lambda: practised(install))
        practice = {"PRACTICE": "yes", "REMOTE_ROOT": f"http://127.0.0.1:{install.port + 1}"}
        told = install.environment(DJANGO_SETTINGS_MODULE="poster.settings", **practice)
        subprocess.run([sys.executable, "-m", "tests.screenshots", "fill"], cwd=ROOT, env=told, check=True)
        with sync_playwright() as driver:
            chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            desk: Any = SIZES["desk"]
            page: Any = chromium.new_context(viewport=desk, device_scale_factor=SHARP, color_scheme="light").new_page()
            png = taken(page, install)
            chromium.close()
        install.end(run)
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(FRONT_PAGE, "WEBP", quality=QUALITY, method=6)
    sys.stdout.write(f"{FRONT_PAGE.relative_to(ROOT)}: {FRONT_PAGE.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    fill() if sys.argv[1:] == ["fill"] else main()
