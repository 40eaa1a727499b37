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

from publishing.platforms import PLATFORMS, Draft, Medium
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

    def medium(self, *, alt_text: str = ALT_TEXT) -> Medium:
        sha256 = hashlib.sha256(self.path.read_bytes()).hexdigest()
        return Medium(self.path, "image/jpeg", 1080, 1080, sha256, alt_text, self.url)


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
    draft: Draft
    host: str
    staging: str
    showing: str
    box: Any

    def saying(self, text: str) -> Place:
        return replace(self, draft=replace(self.draft, text=text))

    def prepare(self) -> str:
        return str(self.platform.prepare(self.draft))

    def publish(self, handle: str) -> Any:
        return self.platform.publish(self.draft, handle)

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
    draft = Draft(page["id"], page["access_token"], TEXT, (served.medium(),), "facebook", login["app_secret"])
    platform = PLATFORMS["facebook"]()
    return Place("facebook", platform, draft, "graph.facebook.com", "*/photos", "*/feed", sandbox)


@pytest.fixture
def instagram(facebook: Place, logins: dict[str, Any]) -> Place:
    """Behind a Page."""
    account = logins["facebook"]["pages"][0]["instagram_id"]
    return replace(
        facebook,
        key="instagram",
        platform=PLATFORMS["instagram"](),
        draft=replace(facebook.draft, account_id=account),
        staging="*/media",
        showing="*/media_publish",
    )


@pytest.fixture
def instagram_login(instagram: Place, logins: dict[str, Any]) -> Place:
    """By its own login."""
    login = logins["instagram"]
    draft = replace(
        instagram.draft, account_id=login["account_id"], token=login["access_token"], login="instagram", app_secret=""
    )
    return replace(instagram, draft=draft, host="graph.instagram.com")


@pytest.fixture
def threads(facebook: Place, logins: dict[str, Any]) -> Place:
    login = logins["threads"]
    draft = replace(
        facebook.draft, account_id=login["account_id"], token=login["access_token"], login="threads", app_secret=""
    )
    return replace(
        facebook,
        key="threads",
        platform=PLATFORMS["threads"](),
        draft=draft,
        host="graph.threads.net",
        staging="*/threads",
        showing="*/threads_publish",
    )


@pytest.fixture(params=["facebook", "instagram", "instagram_login", "threads"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each of them in turn."""
    found: Place = request.getfixturevalue(request.param)
    return found
