"""What the tests of sources share: somebody who looks again and again, as the product does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from poster import clock
from poster.errors import OutsideError
from watches.sources import NEVER_LOOKED, Cursor, Found, News, Place, Source


@dataclass(slots=True)
class Hours:
    """The product's clock, some hours ahead: what was written a moment ago has been at rest for long."""

    ahead: float = 3600.0

    def pass_by(self, seconds: float) -> None:
        self.ahead += seconds

    @contextmanager
    def running(self) -> Iterator[None]:
        clock.use(lambda: time.time() + self.ahead)
        try:
            yield
        finally:
            clock.use(time.time)


@dataclass(slots=True)
class Looker:
    """Looks at places and keeps what the product would keep: the cursor, what is listed, what was told."""

    source: Callable[[], Source]
    places: list[Place]
    between: Callable[[], None] = lambda: None
    cursor: Cursor = NEVER_LOOKED
    files: dict[str, Found] = field(default_factory=dict)
    told: set[tuple[str, str]] = field(default_factory=set)
    gone: list[str] = field(default_factory=list)
    broken: dict[str, OutsideError] = field(default_factory=dict)
    unread: dict[str, list[str]] = field(default_factory=dict)
    unanswered: dict[str, OutsideError] = field(default_factory=dict)

    def once(self, *, relist: bool = False) -> News:
        """One look, each of its steps by a new process."""
        steps = [self.step(relist=relist)]
        while steps[-1].more:
            steps.append(self.step())
        found = {(file.place_id, file.external_id, file.revision): file for step in steps for file in step.found}
        gone = [each for step in steps for each in step.gone]
        return replace(steps[-1], found=list(found.values()), gone=gone, listed=[x for s in steps for x in s.listed])

    def step(self, *, relist: bool = False) -> News:
        """One step of a look."""
        news = self.source().look(self.places, self.cursor, relist=relist)
        self.cursor = news.cursor
        self.broken = dict(news.broken)
        self.unread = {place_id: sorted(names) for place_id, names in news.unread.items()}
        self.unanswered = dict(news.unanswered)
        self.places = [replace(place, listed=place.listed or place.id in news.listed) for place in self.places]
        return news

    def look(self, *, relist: bool = False) -> list[Found]:
        """What is new: looked until everything that was written has settled."""
        new: list[Found] = []
        self.gone = []
        for _ in range(3):
            news = self.once(relist=relist)
            new += [file for file in news.found if (file.external_id, file.revision) not in self.told]
            self.told |= {(file.external_id, file.revision) for file in news.found}
            self.files |= {file.name: file for file in news.found}
            self.gone += news.gone
            self.between()
        return new

    def names(self, *, relist: bool = False) -> list[str]:
        """The names of what is new, sorted."""
        return sorted(file.name for file in self.look(relist=relist))


def drop(folder: Path, name: str, content: str = "") -> Path:
    """A file with this name and content."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content or f"the bytes of {name}")
    return path
