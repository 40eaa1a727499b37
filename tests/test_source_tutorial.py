"""docs/adding-a-source.md, run: its file and its registry line are taken out as they stand, and a person uses it."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

import publishing.describing.tasks
import watches.tasks
from poster.dashboard import display
from poster.errors import Unavailable
from publishing.models import Post
from tests import factories, pictures
from tests.contracts import source_owners
from tests.contracts import test_sources as suite
from tests.watches.looking import Hours, Looker
from watches import sources
from watches.models import FoundFile, Watch
from watches.sources import SOURCES, Source

PAGE = Path(__file__).parent.parent / "docs" / "adding-a-source.md"
CODE, LINE = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
State = FoundFile.State
# The contract suite, asked of the owner below. The names must stand in this module, so that pytest finds them.
globals().update({name: each for name, each in vars(suite).items() if name.startswith("test_")})
globals().update({"hours": source_owners.hours, "looker": source_owners.looker})


@pytest.fixture(autouse=True)
def _as_the_page_says(tmp_path: Path) -> Iterator[None]:
    """The steps of the page, undone afterwards."""
    before, folder = dict(SOURCES._entries), tmp_path / "source"
    folder.mkdir()
    (folder / "shelf.py").write_text(CODE, encoding="utf-8")
    sources.__path__.append(str(folder))
    SOURCES._entries.update(eval(f"{{{LINE}}}"))  # noqa: S307 - a line of our own page
    display.icons.cache_clear()
    yield
    SOURCES._entries = before
    sources.__path__.remove(str(folder))
    sys.modules.pop("watches.sources.shelf", None)
    display.icons.cache_clear()


# -- the shelf, outside


@dataclass
class Shelf:
    """Its owner, who puts pictures up. `says`: what it answers with instead of the truth: a status and a body."""

    top: str = "mill"
    folders: dict[str, tuple[str, str]] = field(default_factory=lambda: {"mill": ("watched", "")})
    files: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)  # {id: (name, within, content)}
    closed: set[str] = field(default_factory=set)
    says: tuple[int, str] | None = None
    asked: list[str] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=count)

    def source(self) -> Source:
        return cast(Any, SOURCES["shelf"])("")

    def put(self, name: str, content: bytes, folder: str = "") -> str:
        file = f"f{next(self.ids)}"
        self.files[file] = (name, folder or self.top, content)
        return file

    def put_many(self, count: int) -> None:
        for number in range(count):
            self.put(f"{number}.jpg", b"%d" % number)

    def folder(self, name: str) -> str:
        folder = f"d{next(self.ids)}"
        self.folders[folder] = (name, self.top)
        return folder

    def rename(self, file: str, name: str) -> str:
        self.files[file] = (name, *self.files[file][1:])
        return file

    def move(self, file: str, folder: str) -> str:
        name, _, content = self.files[file]
        self.files[file] = (name, folder, content)
        return file

    def replace(self, file: str, content: bytes) -> None:
        self.files[file] = (*self.files[file][:2], content)

    def remove(self, file: str) -> None:
        del self.files[file]

    def take_top_away(self) -> None:
        self.folders["away"] = self.folders.pop(self.top)

    def put_top_back(self) -> None:
        self.folders[self.top] = self.folders.pop("away")

    def answer(self, address: str) -> tuple[int, bytes]:
        """What it says to a GET."""
        self.asked.append(address)
        where = urlsplit(address)
        match where.path.removeprefix("/shelf.example.org/").split("/"):
            case _ if self.says:
                return self.says[0], self.says[1].encode()
            case ["folders", folder] if folder in self.folders:
                return 200, json.dumps(self._listing(folder)).encode()
            case ["files", file] if file in self.files:
                return 200, json.dumps(self._told(file)).encode()
            case ["files", file, "bytes"] if file in self.files:
                asked = {name: int(values[0]) for name, values in parse_qs(where.query).items()}
                return 200, self.files[file][2][asked["from"] :][: asked["length"]]
        return 404, b'{"error": "not_found"}'

    def _listing(self, top: str) -> dict[str, Any]:
        below = [one for one in self.folders if self.folders[one][1] == top]
        folders = [{"id": one, "name": self.folders[one][0], "within": top} for one in below]
        files = [self._told(file) for file, (_, within, _) in self.files.items() if within in {top, *below}]
        return {"name": self.folders[top][0], "folders": folders, "files": files}

    def _told(self, file: str) -> dict[str, Any]:
        name, within, content = self.files[file]
        checksum = None if file in self.closed else hashlib.sha256(content).hexdigest()
        return {"id": file, "name": name, "within": within, "size": len(content), "sha256": checksum}


@pytest.fixture
def owner(settings) -> Iterator[Shelf]:
    """Of the shelf, which is reached over HTTP. The contract suite and the tests below ask for it by this name."""
    shelf = Shelf()

    class AtTheShelf(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = shelf.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    http = ThreadingHTTPServer(("127.0.0.1", 0), AtTheShelf)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    settings.REMOTE_ROOT = f"http://127.0.0.1:{http.server_port}"
    yield shelf
    http.shutdown()
    http.server_close()


# -- what only this source does; the contract suite is above

NOTHING = {
    "trouble": (503, '{"error": "trouble"}'),
    "a 404 of somebody in between": (404, "<h1>Not found</h1>"),
    "a page that lets people into a network": (200, "<h1>Welcome to the hotel</h1>"),
    "an answer that is not whole": (200, '{"name": "watched", "folders": []}'),
}


@pytest.mark.parametrize("says", NOTHING.values(), ids=NOTHING)
def test_what_proves_nothing_takes_nothing_away(owner: Shelf, looker: Looker, says: tuple[int, str]) -> None:
    file = owner.put("cat.jpg", b"cat")
    [found] = looker.look()
    owner.remove(file)
    owner.says = says
    assert (looker.look(), looker.gone, looker.broken) == ([], [], {})
    assert isinstance(looker.unanswered[owner.top], Unavailable)
    owner.says = None
    assert (looker.look(), looker.gone, looker.unanswered) == ([], [found.external_id], {})


@pytest.mark.parametrize("says", [NOTHING["trouble"], NOTHING["a 404 of somebody in between"]])
def test_nobody_says_that_it_is_gone_who_cannot_know(owner: Shelf, looker: Looker, says: tuple[int, str]) -> None:
    owner.put("cat.jpg", b"cat")
    [found] = looker.look()
    owner.says = says
    with pytest.raises(Unavailable):
        owner.source().still_there(found)


def test_what_is_closed_is_hidden_and_not_gone(owner: Shelf, looker: Looker) -> None:
    file = owner.put("cat.jpg", b"cat")
    [found] = looker.look()
    owner.closed.add(file)
    owner.put("dog.jpg", b"dog")
    assert looker.names() == ["dog.jpg"]
    assert (looker.gone, looker.unread) == ([], {owner.top: ["cat.jpg"]})
    assert owner.source().still_there(found)
    owner.closed.clear()
    assert (looker.look(), looker.gone, looker.unread) == ([], [], {})


def test_what_is_taken_away_while_it_is_closed_is_gone(owner: Shelf, looker: Looker) -> None:
    file = owner.put("cat.jpg", b"cat")
    looker.look()
    owner.closed.add(file)
    looker.look()
    owner.remove(file)
    assert (looker.look(), looker.gone) == ([], [file])


def test_a_file_that_moves_to_where_nobody_looks_is_on_the_shelf_still(owner: Shelf, hours: Hours) -> None:
    file = owner.put("cat.jpg", b"cat")
    looker = suite.looker_of(cast(Any, owner), hours, subfolders=False)
    looker.look()
    owner.move(file, owner.folder("attic"))
    assert (looker.look(), looker.gone) == ([], [])


def test_a_file_that_leaves_one_place_for_another_is_not_gone(owner: Shelf, hours: Hours) -> None:
    owner.folders["barn"] = ("barn", "")
    file = owner.put("cat.jpg", b"cat")
    looker = suite.looker_of(cast(Any, owner), hours)
    looker.places.append(sources.Place("barn"))
    looker.look()
    owner.move(file, "barn")
    news = looker.once()
    assert [(found.external_id, found.place_id) for found in news.found] == [(file, "barn")]
    assert news.gone == []


def test_a_file_larger_than_an_answer_is_fetched_piece_by_piece(owner: Shelf, looker: Looker, tmp_path: Path) -> None:
    owner.put("large.jpg", bytes(range(256)) * 10_000)
    [found] = looker.look()
    owner.asked.clear()
    assert owner.source().fetch(found, tmp_path / "copy").size == (tmp_path / "copy").stat().st_size == 2_560_000
    assert len(owner.asked) == 3


# -- a person uses it


def photo(folder: Path, look: int) -> bytes:
    return pictures.saved(folder / f"{look}.jpg", pictures.four_corners(400 + look, 400, look=look)).read_bytes()


def look_and_describe(hours: Hours) -> None:
    watches.tasks.round()
    publishing.describing.tasks.round()
    hours.pass_by(90)


FORM = {"name": "Mill", "source": "shelf", "interval": 60, "captioner": "describer", "approval": "ask"}
FORM |= {"backlog": "skip", "fit": "pad", "latest_hours": 24, "subfolders": "on"}


@pytest.mark.django_db(transaction=True)
def test_a_person_watches_it_and_what_appears_becomes_posts(
    owner: Shelf, hours: Hours, settings, tmp_path: Path
) -> None:
    settings.SPOOL = tmp_path / "spool"
    bob, browser, page = factories.person("Bob"), Client(), reverse("admin:watches_watch_add")
    browser.force_login(bob)
    channel = factories.channel(bob)
    offered = browser.get(page).context["adminform"].form.fields
    assert ("shelf", "Shelf of the club") in offered["source"].choices
    assert sources.about("shelf").put_in in offered["place"].help_text
    owner.put("old.jpg", photo(tmp_path, 1))
    where = {"place": "https://shelf.example.org/folders/mill", "channels": [channel.pk]}
    told = browser.post(page, {**FORM, **where})
    assert told.status_code == 302, told.context["adminform"].form.errors
    watch = Watch.objects.get()
    assert (watch.place_id, watch.place_name, watch.stream.source) == ("mill", "watched", "shelf")
    assert watch.listed_at is not None

    content = {"one.jpg": photo(tmp_path, 2), "two.jpg": photo(tmp_path, 3)}
    ids = {name: owner.put(name, each) for name, each in content.items()}
    look_and_describe(hours)
    look_and_describe(hours)
    states = dict(FoundFile.objects.values_list("name", "state"))
    assert states == {"old.jpg": State.RECORDED, "one.jpg": State.TAKEN, "two.jpg": State.TAKEN}
    posts = Post.objects.filter(owner=bob)
    assert posts.count() == 2
    assert all(post.text and list(post.channels.all()) == [channel] for post in posts)
    taken = dict(FoundFile.objects.filter(state=State.TAKEN).values_list("name", "asset__sha256"))
    assert taken == {name: hashlib.sha256(each).hexdigest() for name, each in content.items()}
    assert '<path d="M4 3v18' in browser.get(reverse("admin:watches_watch_changelist")).content.decode()

    owner.remove(ids["one.jpg"])
    hours.pass_by(90)
    watches.tasks.round()
    assert list(FoundFile.objects.exclude(gone_at=None).values_list("name", flat=True)) == ["one.jpg"]


def test_one_file_and_one_line_are_all_there_is_to_it() -> None:
    """Nothing else of the product names it."""
    root = PAGE.parent.parent
    apps = {file.parent for file in root.glob("*/apps.py")} | {root / "templates", root / "static"}
    files = [file for app in apps for file in app.rglob("*") if file.suffix in {".py", ".html", ".css", ".js"}]
    named = re.compile(r"""["'./]shelf\b|\bShelf""")
    assert [str(file.relative_to(root)) for file in files if named.search(file.read_text(encoding="utf-8"))] == []
    assert LINE.count("\n") == 1
