"""The proof itself: it finds nothing wrong with our engine, and everything that is wrong with others."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from proof.faults import Fault, Kind, Place, Trouble
from proof.invariants import Line, Sent, breaches
from proof.minimizer import shrink
from proof.pool import Bar, Pool, pool
from proof.private_world import Part, empty_database
from proof.simulation import Simulation
from proof.transport import Wire
from proof.verdict import Seen, Told, judge

TOLD = Told(1, "threads", "7", "published", remote_id="90", text="Fresh bread")
SEEN = Seen(1, "7", "90", "Fresh bread", "picture")
COMMIT = Line("commit", "", "hash", "")
NOT_THERE = Line("evidence", "not there", "", "")


@pytest.fixture(scope="module")
def players() -> Iterator[Pool]:
    with pool(1) as opened:
        yield opened


# -- the whole


def test_our_engine_does_nothing_wrong_and_says_so_in_json(capfd: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    call_command("prove", deliveries=24, seed=1, processes=1, json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert told["well"]
    assert told["duplicates"] == told["losses"] == told["false_published"] == told["false_failed"] == 0
    assert sum(told["ends"].values()) == 24
    assert told["faults_struck"]["all"] > 24
    assert told["settings"]["seed"] == 1
    assert "Traceback" not in capfd.readouterr().err, "what the simulation breaks on purpose frightens nobody"


def test_the_same_seed_gives_the_same_run(players: Pool) -> None:
    part = Part(Trouble(seed=4, chance=0.3), first=0, count=12)
    first, second = players.play(part), players.play(part)
    assert (first.ends, first.calls, first.struck, first.simulated) == (
        second.ends,
        second.calls,
        second.struck,
        second.simulated,
    )
    other = players.play(replace(part, trouble=Trouble(seed=5, chance=0.3)))
    assert other.struck != first.struck


def test_who_is_never_sent_to_again_is_asked(players: Pool) -> None:
    part = Part(Trouble(seed=2, chance=0.6), first=0, count=16, never_resend=True)
    result = players.play(part)
    assert result.well
    assert result.in_state("needs_you") > 0
    assert result.after_people["published"] == 16


@pytest.mark.parametrize(
    ("engine", "kind"),
    [
        ("calls_it_failed", "false failed"),
        ("calls_it_published", "false published"),
        ("forgets", "loss"),
        ("never_ends", "stuck"),
    ],
)
def test_a_broken_engine_is_caught(players: Pool, engine: str, kind: str) -> None:
    part = Part(Trouble(seed=1, chance=0.5), first=0, count=16, people_answer=False, engine=_broken(engine))
    assert players.play(part).count(kind) > 0


def test_a_row_is_followed_as_the_database_has_it(players: Pool) -> None:
    part = Part(Trouble(seed=2, chance=0.6), first=0, count=16, engine=_broken("speaks_too_early"))
    result = players.play(part)
    assert result.wrong == []
    assert sum(result.ends.values()) == 16


def test_the_smallest_plan_for_a_duplicate_is_one_delivery_and_one_fault(players: Pool) -> None:
    part = Part(Trouble(seed=1, chance=0.4), first=0, count=16, people_answer=False, engine=_broken("sends_again"))
    wrong = next(fault for fault in players.play(part).wrong if fault.kind == "duplicate")
    plan = shrink(part, wrong, players.play)
    assert plan is not None
    assert plan.deliveries == (wrong.delivery,)
    assert len(plan.faults) == 1


def test_numbers_that_make_no_sense_are_refused() -> None:
    with pytest.raises(CommandError, match="above 0"):
        call_command("prove", deliveries=0)


@pytest.mark.django_db
def test_no_database_but_its_own_is_ever_emptied() -> None:
    with pytest.raises(RuntimeError, match="not in memory"):
        empty_database()


def _broken(name: str) -> str:
    return f"tests.publishing.broken_engines.{name}"


# -- the verdict


@pytest.mark.parametrize(
    ("told", "seen", "kinds"),
    [
        (TOLD, [SEEN], []),
        (TOLD, [SEEN, replace(SEEN, id="91")], ["duplicate"]),
        (TOLD, [], ["false published"]),
        (replace(TOLD, state="failed", said="No."), [SEEN], ["false failed"]),
        (replace(TOLD, state="missed", said="Late."), [SEEN], ["false failed"]),
        (replace(TOLD, state="failed", said="No."), [], []),
        (replace(TOLD, state="needs_you", said="Look."), [SEEN], []),
        (replace(TOLD, state="needs_you"), [], ["loss"]),
        (replace(TOLD, state="checking"), [], ["stuck"]),
        (replace(TOLD, remote_id="55"), [SEEN], ["wrong post"]),
        (TOLD, [replace(SEEN, text="Old bread")], ["changed"]),
        (TOLD, [replace(SEEN, text="Fresh  bread ")], []),
        (TOLD, [replace(SEEN, picture="other")], ["changed"]),
        (TOLD, [SEEN, Seen(99, "7", "1", "", "picture")], ["misplaced"]),
        (TOLD, [replace(SEEN, account_id="8")], ["misplaced"]),
    ],
)
def test_the_feed_judges_the_database(told: Told, seen: list[Seen], kinds: list[str]) -> None:
    assert [wrong.kind for wrong in judge([told], seen, picture="picture")] == kinds


@pytest.mark.parametrize(
    ("sent", "lines", "said"),
    [
        ([Sent(1, "", clear=True, marked=True)], [COMMIT], ""),
        ([Sent(1, "", clear=True, marked=False)], [COMMIT], "before the intent"),
        ([Sent(1, "", clear=True, marked=True)], [], "1 calls that publish, and 0 intents"),
        ([Sent(1, "", clear=True, marked=True)] * 2, [COMMIT, COMMIT], ""),
        ([Sent(1, "lost", clear=False, marked=True)] * 2, [COMMIT, NOT_THERE, COMMIT], "sent again after 'lost'"),
        ([Sent(1, "lost", clear=False, marked=True)] * 2, [COMMIT, *[NOT_THERE] * 3, COMMIT], ""),
        (
            [Sent(1, "lost", clear=False, marked=True)] * 4,
            [COMMIT, *[NOT_THERE] * 3] * 4,
            "more than 3 times without an answer",
        ),
        ([], [Line("stage", "", "a", ""), Line("commit", "", "b", "")], "same content"),
        ([], [Line("outcome", "", "", "token EAAsecret")], "token"),
    ],
)
def test_the_ledger_tells_of_broken_rules(sent: list[Sent], lines: list[Line], said: str) -> None:
    found = [wrong.sentence for wrong in breaches(sent, {1: lines}, {"EAAsecret"})]
    assert (not found) if not said else any(said in sentence for sentence in found)


@pytest.mark.parametrize(("intents", "sent"), [(0, []), (1, [Sent(3, "killed", clear=False, marked=True)]), (2, [])])
def test_a_worker_that_dies_behind_its_mark_counts_as_not_answered(intents: int, sent: list[Sent]) -> None:
    """One intent more than calls is a worker's that died in between; any other number is none that we could explain."""
    nothing: Any = None
    wire = Wire(nothing, nothing, nothing, Trouble(seed=1, chance=1))
    wire.never_left(3, Fault("killed", 1.0, (Kind.COMMIT,)), intents=intents)
    assert wire.commits == sent


# -- time, trouble, progress


def test_others_go_on_while_one_waits() -> None:
    simulation, heard = Simulation(0, workers=2), []

    def work(name: str, pause: float) -> None:
        heard.append((name, simulation.now()))
        simulation.sleep(pause)
        heard.append((name, simulation.now()))

    simulation.at(0, lambda: work("slow", 60))
    simulation.at(1, lambda: work("quick", 2))
    simulation.happen(2, lambda: heard.append(("event", simulation.now())))
    simulation.run()
    simulation.end()
    assert heard == [("slow", 0), ("quick", 1), ("event", 2), ("quick", 3), ("slow", 60)]


def test_what_finds_no_worker_waits_for_one() -> None:
    simulation = Simulation(0, workers=1)
    began: list[float] = []

    def begins() -> None:
        began.append(simulation.now())
        simulation.sleep(10)

    for _ in range(3):
        simulation.at(0, begins)
    simulation.run()
    simulation.end()
    assert began == [0, 10, 20]


def test_an_error_in_a_job_ends_the_run() -> None:
    simulation = Simulation(0, workers=2)
    simulation.at(0, lambda: simulation.sleep(5))
    simulation.at(1, lambda: dict[str, None]()["missing"])
    with pytest.raises(KeyError):
        simulation.run()


def test_trouble_is_the_same_at_the_same_place_and_nowhere_else_when_asked() -> None:
    trouble = Trouble(seed=1, chance=0.5)
    places = [Place(7, "call", nth) for nth in range(200)]
    faults = [trouble.at_call(place, Kind.COMMIT) for place in places]
    assert faults == [trouble.at_call(place, Kind.COMMIT) for place in places]
    struck = [place for place, fault in zip(places, faults, strict=True) if fault]
    assert 70 < len(struck) < 130
    spared = replace(trouble, only=frozenset(struck[:1]))
    assert [place for place in places if spared.at_call(place, Kind.COMMIT)] == struck[:1]
    assert not any(Trouble(seed=1, chance=0).at_call(place, Kind.READ) for place in places)


def test_the_bar_ends_at_all() -> None:
    out = io.StringIO()
    bar = Bar(50, out)
    for done in (0, 1, 25, 50, 51):
        bar(done)
    assert out.getvalue().splitlines()[-1].startswith(f"[{'#' * 40}] 100 %  50/50")
