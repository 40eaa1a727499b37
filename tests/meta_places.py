"""Places at the sandbox's Meta to publish to, and a picture that the world can fetch: fixtures for a conftest."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from publishing.platforms import PLATFORMS, Account, Form, Part, Request, Staged
from tests.sandbox.pictures import Gallery, open_gallery

__all__ = ["Place", "facebook", "instagram", "instagram_login", "logins", "place", "served", "threads"]

TEXT = "Fresh bread, straight from the oven. 🥖\n\n#bakery #été"
ALT_TEXT = "Four loaves on a wooden table"


@dataclass(frozen=True, slots=True)
class Served:
    """A picture on disk and at an address of this machine."""

    path: Path
    url: str
    gallery: Gallery

    def part(self, *, alt_text: str = ALT_TEXT) -> Part:
        return part_of(self.path.read_bytes(), self.url, alt_text)

    def other(self, number: int, *, width: int = 1080) -> Part:
        """One more, that differs."""
        content = jpeg(width, 1080 - number)
        return part_of(content, self.gallery.show(content, name=f"bread{number}-{width}.jpg"), f"Loaf {number}")


def part_of(content: bytes, url: str = "", alt_text: str = ALT_TEXT) -> Part:
    """A picture with these bytes; `url`: where it can be fetched."""
    return Part(
        "image/jpeg",
        len(content),
        hashlib.sha256(content).hexdigest(),
        1080,
        1080,
        lambda offset, length: content[offset : offset + length],
        alt_text,
        (lambda: url) if url else None,
    )


def jpeg(width: int = 1080, height: int = 1080) -> bytes:
    content = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(content, "JPEG")
    return content.getvalue()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A square picture, and a small server that shows it."""
    path = tmp_path_factory.mktemp("served") / "bread.jpg"
    path.write_bytes(jpeg())
    with open_gallery() as gallery:
        yield Served(path, gallery.show(path.read_bytes(), name="bread.jpg"), gallery)


@dataclass(frozen=True, slots=True)
class Place:
    """One place to publish to, and where its calls go: `staging` and `showing` are globs of their paths."""

    key: str
    platform: Any
    account: Account
    request: Request
    host: str
    staging: str
    showing: str
    box: Any

    def saying(self, text: str) -> Place:
        return replace(self, request=replace(self.request, text=text))

    def showing_parts(self, *parts: Part) -> Place:
        form = {0: Form.TEXT, 1: Form.PHOTO}.get(len(parts), Form.ALBUM)
        return replace(self, request=replace(self.request, parts=parts, form=form))

    def as_story(self) -> Place:
        showing = "*/photo_stories" if self.key == "facebook" else self.showing
        return replace(self, request=replace(self.request, form=Form.STORY, text=""), showing=showing)

    def step(self, so_far: Staged) -> Staged:
        """One request."""
        return self.platform.prepare(self.account, self.request, so_far)

    def prepare(self) -> Staged:
        """All of it is laid down, whether they have finished with it or not."""
        laid = self.step(Staged())
        while not (laid.ready or laid.wait) and laid.done < laid.total:
            laid = self.step(laid)
        return laid

    def ready(self, laid: Staged) -> bool:
        """What the next step says."""
        return self.step(laid).ready

    def publish(self, laid: Staged) -> Any:
        return self.platform.publish(self.account, self.request, laid)

    def find(self, laid: Staged, since: Any) -> list[Any]:
        return list(self.platform.find(self.account, self.request, laid, since, ""))

    def feed(self) -> list[dict[str, Any]]:
        return list(self.box.feed(self.key))

    def break_staging(self, kind: str, **how: Any) -> None:
        self.box.fault(kind, host=self.host, path=self.staging, method="POST", **how)

    def break_showing(self, kind: str, **how: Any) -> None:
        self.box.fault(kind, host=self.host, path=self.showing, method="POST", **how)

    def break_reading(self, kind: str, **how: Any) -> None:
        self.box.fault(kind, host=self.host, method="GET", **how)


@pytest.fixture
def logins(sandbox: Any, settings: Any) -> dict[str, Any]:
    """A new person's logins; all of the outside is the sandbox."""
    settings.REMOTE_ROOT = sandbox.root
    return dict(sandbox.person())


@pytest.fixture
def facebook(sandbox: Any, served: Served, logins: dict[str, Any]) -> Place:
    login = logins["facebook"]
    page = login["pages"][0]
    account = Account(page["id"], page["access_token"], "facebook", login["app_secret"])
    request = Request(Form.PHOTO, TEXT, (served.part(),))
    platform = PLATFORMS["facebook"]()
    return Place("facebook", platform, account, request, "graph.facebook.com", "*/photos", "*/feed", sandbox)


@pytest.fixture
def instagram(facebook: Place, logins: dict[str, Any]) -> Place:
    """Behind a Page."""
    account = logins["facebook"]["pages"][0]["instagram_id"]
    return replace(
        facebook,
        key="instagram",
        platform=PLATFORMS["instagram"](),
        account=replace(facebook.account, remote_id=account),
        staging="*/media",
        showing="*/media_publish",
    )


@pytest.fixture
def instagram_login(instagram: Place, logins: dict[str, Any]) -> Place:
    """By its own login."""
    login = logins["instagram"]
    account = Account(login["account_id"], login["access_token"], "instagram")
    return replace(instagram, account=account, host="graph.instagram.com")


@pytest.fixture
def threads(facebook: Place, logins: dict[str, Any]) -> Place:
    login = logins["threads"]
    account = Account(login["account_id"], login["access_token"], "threads")
    return replace(
        facebook,
        key="threads",
        platform=PLATFORMS["threads"](),
        account=account,
        host="graph.threads.net",
        staging="*/threads",
        showing="*/threads_publish",
    )


@pytest.fixture(params=["facebook", "instagram", "instagram_login", "threads"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each of them in turn."""
    found: Place = request.getfixturevalue(request.param)
    return found
