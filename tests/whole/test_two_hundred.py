"""Two hundred mixed pictures at once, and the collection beside the repository: each good one out once on all three,
upright and bare; each bad one skipped with a sentence that names it; nothing stops.

Real processes: two workers, the web part, the sandbox. A few pictures go to the built-in describer, the others to a
model in the sandbox: looking with the describer takes a second of processor time each, and its own tests show more.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from publishing.describing.doubts import OF_A_PICTURE
from tests.whole import mixed
from tests.whole.conftest import PLATFORMS
from tests.whole.followers import leftovers, quarters, shown
from tests.whole.lanes import Lane, cutter, kill, lane

pytestmark = pytest.mark.slow

DAY = 86_400
ON_THEIR_WAY = {"found", "taken", "approved", "queued", "prepared", "publishing", "checking"}
# Eight times one landscape and one portrait, one picture with and without its gain map, ...: a watch posts each once.
ALIKE: tuple[str, ...] = (
    "orientation",
    "gps__libavif__",
    "gainmap__",
    "icc-wide__libavif__",
    "avif__",
    "heic__pillow__",
    "webp__pillow__",
)
ALIKE += ("cmyk__magick", "gif-anim__magick", "pngsuite__", "png16__", "alpha__zune")
SORTS = len(mixed.GOOD) + len(mixed.BAD)
Rows = list[dict[str, Any]]


@pytest.fixture
def practising(tmp_path: Path) -> Iterator[Lane]:
    """An install with practice accounts, and two folders that are watched."""
    with lane(tmp_path / "lane", PRACTICE="yes") as one:
        (one.home / "described").mkdir()
        watches = [("Inbox", one.inbox, "openai"), ("Described", one.home / "described", "describer")]
        # Instagram takes 100 posts a day: the others go out on the next, which must not be too late for their owner.
        patient = {"latest_hours": 7 * 24}
        told = [{"name": name, "place": str(place), "captioner": words, **patient} for name, place, words in watches]
        with cutter(one, watches=told):
            pass  # the install is prepared; its runner is not needed
        yield one


def work(one: Lane) -> Rows:
    """Two workers until nothing moves; their day's quotas pass quickly. What the product says at the end."""
    web = one.start_web()
    try:
        for _ in range(12):
            command = ("-m", "tests.whole.working", "work", "--until-idle", "--patience", "10", "--timeout", "900")
            workers = [one.run(*command) for _ in range(2)]
            assert [worker.wait(900) for worker in workers] == [0, 0], one.log()
            rows: Rows = json.loads(one.told("manage.py", "posts", "--all", "--json", "--limit", "5000"))
            if rows and not ON_THEIR_WAY & {row["status"] for row in rows}:
                return rows
            one.box.advance(20 if not any(row["platform"] for row in rows) else 1.01 * DAY)
    finally:
        kill(web)
    raise AssertionError(Counter(row["status"] for row in rows))


def by_name(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row["file_name"], []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """What a follower's phone got."""

    mode: str
    size: tuple[int, int]
    quarters: list[int]
    leftovers: set[str]


def look(post: dict[str, Any]) -> Seen:
    with shown(post) as image:
        return Seen(image.mode, image.size, quarters(image), leftovers(image))


def followed(one: Lane, rows: Rows) -> dict[str, Seen]:
    """The pictures of the feed by their post's id. Nothing is out that we do not know of, and the other way round."""
    feed = one.box.feed()
    ours = {(row["platform"], row["remote_id"]) for row in rows if row["status"] == "published"}
    assert {(post["platform"], post["id"]) for post in feed} == ours
    assert len(feed) == len(ours)
    with ThreadPoolExecutor(2) as pool:
        return dict(zip([post["id"] for post in feed], pool.map(look, feed), strict=True))


@pytest.mark.parametrize(
    ("most", "in_all"), [(1, SORTS), pytest.param(200, 200, marks=pytest.mark.thorough)], ids=["one of each", "200"]
)
def test_mixed_pictures_at_once(practising: Lane, most: int, in_all: int) -> None:
    good, bad = mixed.make(practising.home / "made", most=most)
    for at, path in enumerate(good + bad):
        shutil.move(path, (practising.home / "described" if at % 17 == 0 else practising.inbox) / path.name)
    rows = work(practising)
    published = followed(practising, rows)
    told = by_name(rows)
    wrong = [fault for path in good if (fault := wrong_with_good(path.name, told.get(path.name, []), published))]
    wrong += [fault for path in bad if (fault := wrong_with_bad(path.name, told.get(path.name, [])))]
    assert wrong == []
    assert len(good) + len(bad) == len(told) == in_all


def wrong_with_good(name: str, rows: Rows, published: dict[str, Seen]) -> str:
    if sorted(row["platform"] for row in rows if row["status"] == "published") != PLATFORMS or len(rows) != 3:
        return f"{name}: {[(row['platform'], row['status'], row['error']) for row in rows]}"
    for row in rows:
        seen = published[row["remote_id"]]
        upright = " deep" in name or seen.quarters == [0, 1, 2, 3]
        if seen.mode != "RGB" or seen.leftovers or not upright:
            return f"{name} on {row['platform']}: {seen}"
        if not (row["caption"] and row["alt_text"] and row["permalink"]):
            return f"{name} on {row['platform']}: no words or no link"
    return ""


def wrong_with_bad(name: str, rows: Rows) -> str:
    if [row["status"] for row in rows] not in (["skipped"], ["incomplete"]):
        return f"{name}: {[(row['platform'], row['status']) for row in rows]}"
    sentence = rows[0]["error"]
    return "" if sentence.startswith(name[:40]) and sentence.endswith(".") else f"{name}: {sentence}"


@pytest.mark.thorough  # the pictures alone are walked by tests/watches/test_shared_pictures.py
def test_every_picture_of_the_collection(practising: Lane, shared: Path) -> None:
    files = [path for path in sorted((shared / "images").iterdir()) if path.suffix != ".json"]
    for path in files:
        shutil.copyfile(path, practising.inbox / path.name)
    rows = work(practising)
    published = followed(practising, rows)
    told = by_name(rows)
    assert len(told) == len(files)
    wrong = [fault for path in files if (fault := wrong_with_any(path, told[path.name], published))]
    assert wrong == []
    assert len(published) > 3 * 125


def wrong_with_any(path: Path, rows: Rows, published: dict[str, Seen]) -> str:
    if {row["status"] for row in rows} == {"duplicate"}:
        return ""
    if {row["status"] for row in rows} == {"draft"}:  # the same sight as another one, or for a person to look at
        return (
            ""
            if path.name.startswith(ALIKE) or rows[0]["error"] in {str(kind()) for kind in OF_A_PICTURE.values()}
            else f"{path.name} waits"
        )
    if not any(row["platform"] for row in rows):
        return wrong_with_bad(path.name, rows)
    if path.name.startswith(("bomb__", "svg__", "video__")):
        return f"{path.name} is out"
    if sorted(row["platform"] for row in rows if row["status"] == "published") != PLATFORMS or len(rows) != 3:
        return f"{path.name}: {[(row['platform'], row['status'], row['error']) for row in rows]}"
    seen = {row["platform"]: published[row["remote_id"]] for row in rows}
    bare = all(one.mode == "RGB" and not one.leftovers for one in seen.values())
    return "" if bare and stands(path, seen["facebook"].size) else f"{path.name}: {seen}"


def stands(path: Path, size: tuple[int, int]) -> bool:
    """As high and as wide as the original when that is held upright, where Pillow alone can tell."""
    try:
        with Image.open(path) as original:
            upright = ImageOps.exif_transpose(original).size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return True
    wider = upright[0] / upright[1]
    return not 0.11 < wider < 9 or abs(wider / (size[0] / size[1]) - 1) < 0.05
