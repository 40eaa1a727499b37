"""docs/adding-a-platform.md, run: its two files, its two registry lines and its tests are taken out as they stand."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from accounts import providers
from accounts.data_rights import agreements
from accounts.models import Acceptance, Channel
from poster.dashboard import display
from publishing import platforms
from publishing.models import Delivery
from tests import factories
from tests.dashboard.test_browser import CHROMIUM, FLAGS, in_a_thread, sync_playwright
from tests.house import House

PAGE = Path(__file__).parent.parent / "docs" / "adding-a-platform.md"
CLUB, BOARD, CLUBS_LINE, BOARDS_LINE, TESTS = re.findall(
    r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
)
SEAMS: tuple[tuple[ModuleType, Any, str, str, str], ...] = (
    (providers, providers.PROVIDERS, "club", CLUB, CLUBS_LINE),
    (platforms, platforms.PLATFORMS, "noticeboard", BOARD, BOARDS_LINE),
)


@pytest.fixture(autouse=True)
def _as_the_page_says(tmp_path: Path) -> Iterator[None]:
    """The steps of the page, undone afterwards."""
    before = [dict(registry._entries) for _, registry, *_ in SEAMS]
    for package, registry, name, code, line in SEAMS:
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
        package.__path__.append(str(folder))
        registry._entries.update(eval(f"{{{line}}}"))  # noqa: S307 - a line of our own page
    display.icons.cache_clear()
    yield
    for (package, registry, name, _, _), entries in zip(SEAMS, before, strict=True):
        registry._entries = entries
        package.__path__.remove(str(tmp_path / name))
        sys.modules.pop(f"{package.__name__}.{name}", None)
    display.icons.cache_clear()


@pytest.fixture
def board(tmp_path: Path) -> Path:
    path = tmp_path / "board"
    path.mkdir()
    return path


# Step 4. The names must stand in this module, so that pytest finds them.
exec(compile(TESTS, str(PAGE), "exec", dont_inherit=True), globals())  # noqa: S102


def test_what_is_laid_down_is_not_shown(approved, board: Path) -> None:
    from tests.publishing.staged import laid_down

    laid_down(approved("Not yet.", platform="noticeboard", account_id=str(board)))
    assert [path.name[0] for path in board.iterdir()] == ["."]


# -- the club, outside


class AtTheClub(BaseHTTPRequestHandler):
    """Its consent page and its few answers, under `/boards.example.org/`."""

    board = ""

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(where.query).items()}
        match where.path.removeprefix("/boards.example.org"):
            case "/consent":
                back = f"{asked['redirect_uri']}?code=a-code&state={asked['state']}"
                self._say(f'<h1>The club</h1><a id="yes" href="{back}">Let it hang up notices</a>', "text/html")
            case "/me":
                self._say('{"id": "7", "name": "Ann of the street"}')
            case "/boards":
                self._say(f'{{"boards": [{{"folder": "{self.board}", "name": "By the bakery"}}]}}')
            case _:
                self.send_error(404)

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        known = (sent["client_id"], sent["client_secret"], sent["code"]) == (["1"], ["a-secret"], ["a-code"])
        self._say('{"access_token": "a-token"}' if known else "{}", status=200 if known else 400)

    def _say(self, text: str, kind: str = "application/json", status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Quietly."""


@pytest.fixture
def club(board: Path, settings) -> Iterator[str]:
    AtTheClub.board = str(board)
    server = ThreadingHTTPServer(("127.0.0.1", 0), AtTheClub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.PROVIDER_APPS = {"club": ("1", "a-secret")}
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_they_are_drawn_and_their_settings_called_as_the_page_says() -> None:
    assert '<path d="M4 4h16v12H4zM12 16v5"/>' in display.icon("club")
    assert '<path d="M4 4h16v12H4zM12 16v5"/>' in display.icon("noticeboard")
    assert f"{providers.setting('club')}_ID" == "CLUB_APP_ID"


def connected_by_hand(root: str) -> str:
    """Sign in, go out to the club, say yes, tick the board. What the last page says."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page()
        page.goto(f"{root}/accounts/login/")
        page.fill("[name=login]", "ann@example.org")
        page.fill("[name=password]", "a long password")
        page.click("button.primary")
        page.wait_for_url(f"{root}/dashboard/")
        page.goto(root + reverse("connect_start"))
        page.click("text=Connect Notice club >> visible=true")
        page.click("#yes")
        page.click("text=Connect what is ticked")
        page.wait_for_load_state("load")
        told = str(page.inner_text("main"))
        chromium.close()
    return told


def approved_by_hand(root: str, post: str) -> tuple[str, str]:
    """The preview of the post as the page shows it, and what it says after a yes."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page()
        page.goto(f"{root}/accounts/login/")
        page.fill("[name=login]", "ann@example.org")
        page.fill("[name=password]", "a long password")
        page.click("button.primary")
        page.wait_for_url(f"{root}/dashboard/")
        page.goto(root + reverse("admin:publishing_post_change", args=[post]))
        shown = str(page.inner_text(".phone"))
        page.click("button.primary:has-text('Approve')")
        page.wait_for_load_state("load")
        told = str(page.inner_text("main"))
        chromium.close()
    return shown, told


@pytest.mark.slow
def test_a_person_connects_it_and_posts_to_it_in_a_browser(house: House, club: str, board: Path, settings) -> None:
    house.connect()
    settings.REMOTE_ROOT = club
    wanted = agreements.missing(house.owner.pk).items()
    Acceptance.objects.bulk_create(Acceptance(owner=house.owner, document=each, version=of) for each, of in wanted)
    told = in_a_thread(connected_by_hand, settings.PUBLIC_URL)
    channel = Channel.objects.get(platform="noticeboard")
    assert "By the bakery" in told
    assert channel.remote_id == str(board)
    post = house.post("Fresh bread.", channel)
    shown, told = in_a_thread(approved_by_hand, settings.PUBLIC_URL, str(post.pk))
    assert "Read it" in shown
    assert "Approved" in told
    house.later(61)
    house.round()
    house.round()
    delivery = Delivery.objects.get()
    assert delivery.state == Delivery.State.PUBLISHED
    assert [path.name for path in board.iterdir()] == [delivery.remote_id]


def test_the_privacy_page_tells_of_it_once_it_is_set_up(client, db, settings) -> None:
    settings.PROVIDER_APPS = {"club": ("1", "a-secret")}
    assert "The club in your street" in client.get(reverse("privacy")).content.decode()


def test_visitors_and_new_people_read_its_name(client, db) -> None:
    assert "Notice club" in client.get(reverse("home")).content.decode()
    assert "Notice club" in client.get(reverse("faq")).content.decode()
    client.force_login(factories.person("Ann"))
    assert "Notice club: the pages" in client.get(reverse("admin:index")).content.decode()


def test_two_files_and_two_lines_are_all_there_is_to_it() -> None:
    """Nothing else of the product names either of them."""
    named = re.compile(r"\b(club|noticeboard)\b", re.IGNORECASE)
    root = PAGE.parent.parent
    apps = {file.parent for file in root.glob("*/apps.py")} | {root / "templates", root / "static"}
    files = [file for app in apps for file in app.rglob("*") if file.suffix in {".py", ".html", ".css", ".js", ".svg"}]
    assert [str(file.relative_to(root)) for file in files if named.search(file.read_text(encoding="utf-8"))] == []
    assert CLUBS_LINE.count("\n") == BOARDS_LINE.count("\n") == 1
