"""Pictures that want words from the services as the sandbox plays them, while time passes as a test says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import publishing.describing.tasks
from accounts.models import User
from media import images
from poster import clock
from publishing.models import Post
from tests import factories
from tests.held import hold
from tests.sandbox_fixture import Box

__all__ = ["ann", "hours", "pictures"]  # fixtures
PHOTO = Path(__file__).parents[2] / "sandbox" / "photos" / "tabby-cat.jpg"
GOOD = "sk-practice-0123456789abcdef"
HOSTS = {
    "openai": "api.openai.com",
    "anthropic": "api.anthropic.com",
    "gemini": "generativelanguage.googleapis.com",
    "openrouter": "openrouter.ai",
}
MINUTE = 60.0


class Time:
    """It passes when a test says so."""

    def __init__(self, box: Box) -> None:
        self.box, self.offset = box, 0.0

    def pass_by(self, seconds: float) -> None:
        self.offset += seconds
        self.box.advance(seconds)


@pytest.fixture
def hours(sandbox: Box) -> Iterator[Time]:
    made = Time(sandbox)
    clock.use(lambda: time.time() + made.offset)
    yield made
    clock.use(time.time)


@pytest.fixture
def ann(db: None, settings, sandbox: Box, tmp_path: Path, hours: Time) -> User:
    settings.REMOTE_ROOT, settings.SPOOL = sandbox.root, tmp_path / "spool"
    settings.AI_KEYS = {**settings.AI_KEYS, **dict.fromkeys(HOSTS, GOOD)}
    return factories.person("Ann", operator=True)


@pytest.fixture
def pictures(ann: User, tmp_path: Path) -> Callable[..., list[Post]]:
    """So many that want words, of one watch; or some with these names."""
    images.make_for_model(PHOTO, tmp_path / "seen.jpg", name="tabby cat.jpg")

    def make(number: int = 0, *names: str, captioner: str = "openai") -> list[Post]:
        watch = factories.watch(ann, factories.channel(ann), captioner=captioner, language="en")
        named = names or [f"tabby {each}.jpg" for each in range(number)]
        files = [factories.asset(ann, watched_by=watch, name=name) for name in named]
        for asset in files:
            hold(asset, (tmp_path / "seen.jpg").read_bytes(), "for_model")
        return [factories.wordless(ann, *watch.channels.all(), picture=asset) for asset in files]

    return make


def asked(box: Box) -> int:
    return len(box.calls("/chat/completions")) + len(box.calls("/v1/messages"))


def work(hours: Time, minutes: float, *, every: float = 20.0) -> None:
    for _ in range(int(minutes * MINUTE / every)):
        publishing.describing.tasks.round()
        hours.pass_by(every)
    publishing.describing.tasks.round()
