"""Everything ends by SIGKILL, at any moment, and is started again: nothing is lost, and nothing goes out twice.

What counts is the public feed of the sandbox, which lives on. One way is exact: the end comes at the n-th event of a
run, for one n after the other (CUTS=all tries every n; the usual run every sixth). The other is rough: real processes,
killed at random times.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests import pictures
from tests.whole.conftest import PLATFORMS
from tests.whole.followers import shown
from tests.whole.lanes import Cutter, Lane, cutter, kill, lane

pytestmark = pytest.mark.slow

LANES = 2
HOUR = 3600.0
NEVER = 1_000_000
STEP = int(os.environ.get("CUTS", "6").replace("all", "1"))
PICTURES = 12
KILLS = 8
ON_THEIR_WAY = {"queued", "prepared", "publishing", "checking"}


@pytest.fixture
def lanes(tmp_path: Path) -> Iterator[list[tuple[Lane, Cutter]]]:
    """Two installs, one for each core, each with its web part."""
    with ExitStack() as stack:
        made = []
        for number in range(LANES):
            one = stack.enter_context(lane(tmp_path / str(number), seed=number))
            cutting = stack.enter_context(cutter(one))
            stack.callback(kill, one.start_web())
            made.append((one, cutting))
        yield made


def cut_at(one: Lane, cutting: Cutter, at: int) -> tuple[dict[str, Any], str]:
    """A picture is dropped, the end comes at this event, everything is started again. The run, and what is wrong."""
    one.restore()
    one.box.advance(HOUR)
    before = {post["id"] for post in one.box.feed()}
    pictures.saved(one.inbox / f"{at}.jpg", pictures.four_corners(400, 400))
    run = cutting.order(do="work", cut=at)
    states = cutting.order(do="work", cut=0)["states"].split()
    out = Counter(post["platform"] for post in one.box.feed() if post["id"] not in before)
    if out == Counter(PLATFORMS) and states == ["published"] * 3:
        return run, ""
    return run, f"{at} of {len(run['events'])} ({run['events'][-1:]}): {dict(out)}, and we say {states}"


def test_the_end_may_come_at_any_event(lanes: list[tuple[Lane, Cutter]]) -> None:
    whole, fault = cut_at(*lanes[0], NEVER)
    assert (whole["killed"], fault) == (False, "")
    assert len(whole["events"]) > 60
    wanted = range(1, len(whole["events"]) + 1, STEP)

    def work_through(number: int) -> list[str]:
        runs = [cut_at(*lanes[number], at) for at in wanted[number::LANES]]
        return [fault or f"{run['killed']}" for run, fault in runs]

    with ThreadPoolExecutor(LANES) as pool:
        told = [line for lines in pool.map(work_through, range(LANES)) for line in lines]
    assert len(told) == len(wanted)
    # The last events of a run may differ from one to the next (how often they were asked whether it is ready).
    assert set(told) <= {"True", "False"}
    assert told.count("True") >= len(told) - 1


@pytest.mark.thorough  # tests/whole/test_kills.py kills at random in the usual run
def test_killed_at_random_while_two_workers_post_twelve_pictures(tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED", random.randrange(10_000)))
    chance = random.Random(seed)
    with lane(tmp_path / "lane") as one:
        with cutter(one):
            pass  # the install is prepared; its runner is not needed
        for number in range(PICTURES):
            pictures.saved(one.inbox / f"{number}.jpg", pictures.four_corners(400 + number, 400, look=number))
        for _ in range(KILLS):
            _live_for(one, chance.uniform(2.0, 7.0))
            one.box.advance(400)  # leases end
        _until_nothing_moves(one)
        feed = one.box.feed()
        out = Counter((post["platform"], shown(post).width) for post in feed)
        assert out == Counter((platform, 400 + n) for platform in PLATFORMS for n in range(PICTURES)), f"SEED={seed}"
        assert {row["status"] for row in _posts(one)} == {"published"}


def _live_for(one: Lane, seconds: float) -> None:
    """The web part and two workers, until the power goes."""
    work = ("-m", "tests.whole.working", "work", "--until-idle")
    living = [one.start_web(), one.run(*work, POWER_IS_BACK="yes"), one.run(*work)]
    time.sleep(seconds)
    for process in living:
        kill(process)


def _until_nothing_moves(one: Lane) -> None:
    web = one.start_web()
    try:
        for _ in range(40):
            workers = [
                one.run("-m", "tests.whole.working", "work", "--until-idle", "--patience", "5") for _ in range(2)
            ]
            for worker in workers:
                worker.wait(120)
            rows = _posts(one)
            if len(rows) >= 3 * PICTURES and not ON_THEIR_WAY & {row["status"] for row in rows}:
                return
            one.box.advance(300)
    finally:
        kill(web)


def _posts(one: Lane) -> list[dict[str, Any]]:
    """What the product says itself."""
    return list(json.loads(one.told("manage.py", "posts", "--json", "--limit", "1000")))
