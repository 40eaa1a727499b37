"""From evidence to a verdict: when is it there, when is it certainly not, and when must a person look?"""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from outbox.verdicts import CALL, GIVE_UP, LATE_EXECUTION, Finding, Word, next_look, proof, weigh
from poster.reasons import Term
from publishing.platforms import Evidence, Verdict
from tests.facts import Told

MARKED = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
SETTLE = 180
SETTLED = MARKED + CALL + LATE_EXECUTION + dt.timedelta(seconds=SETTLE)


def word(verdict: Verdict, after: float, *, source: str = "container", sure: bool = True) -> Word:
    """What a source said, `after` seconds after a negative begins to count."""
    return Word(source, verdict, sure, SETTLED + dt.timedelta(seconds=after))


def found(words: list[Word], *, after: float = 600) -> Finding:
    return weigh(words, marked_at=MARKED, settle=SETTLE, now=SETTLED + dt.timedelta(seconds=after))


def negatives(*seconds: float, source: str = "container", sure: bool = True) -> list[Word]:
    return [word(Verdict.NOT_THERE, second, source=source, sure=sure) for second in seconds]


def evidence(verdict: Verdict, *, sure: bool = True) -> Evidence:
    return Evidence(Term("source.any"), verdict, Told(words="said"), authoritative=sure)


def test_one_positive_is_proof() -> None:
    assert proof([evidence(Verdict.NO_ANSWER), evidence(Verdict.THERE, sure=False)])


def test_a_source_that_knows_outweighs_every_listing() -> None:
    assert proof([evidence(Verdict.NOT_THERE, sure=False), evidence(Verdict.THERE)])


def test_a_listing_against_one_that_knows_is_no_proof_of_anything() -> None:
    """Somebody posted the same words by hand while we were in doubt."""
    assert proof([evidence(Verdict.NOT_THERE), evidence(Verdict.THERE, sure=False)]) is None
    assert found([*negatives(0, 61, 122), word(Verdict.THERE, 130, source="list", sure=False)]) == Finding.OPEN


def test_a_certain_source_must_say_no_three_times_a_minute_apart() -> None:
    assert found(negatives(0, 61)) == Finding.OPEN
    assert found(negatives(0, 20, 40, 59)) == Finding.OPEN
    assert found(negatives(0, 61, 122)) == Finding.ABSENT


def test_what_was_said_before_it_settled_does_not_count() -> None:
    assert found(negatives(-200, -130, -1)) == Finding.OPEN


def test_a_listing_alone_never_proves_absence() -> None:
    assert found(negatives(0, 61, 122, 183, 244, sure=False)) == Finding.OPEN


def test_two_independent_listings_do() -> None:
    page = negatives(0, 61, 122, source="page posts", sure=False)
    photo = negatives(0, 61, 122, source="photo", sure=False)
    assert found([*page, *photo]) == Finding.ABSENT
    assert found([*page, *photo[:2]]) == Finding.OPEN


def test_no_answer_is_no_answer() -> None:
    silent = [word(Verdict.NO_ANSWER, second) for second in range(0, 600, 61)]
    assert found(silent) == Finding.OPEN


def test_after_a_day_of_doubt_a_person_is_asked() -> None:
    day = (GIVE_UP - (SETTLED - MARKED)).total_seconds()
    assert found([], after=day + 1) == Finding.UNKNOWABLE


VERDICTS = st.sampled_from([Verdict.NOT_THERE, Verdict.NO_ANSWER])


@given(st.lists(st.tuples(VERDICTS, st.integers(-360, 3600), st.booleans()), max_size=8))
def test_it_is_never_absent_before_it_settled(said: list[tuple[Verdict, int, bool]]) -> None:
    words = [word(verdict, after, sure=sure) for verdict, after, sure in said if after < 0]
    assert found(words, after=0) == Finding.OPEN


@given(st.integers(60, 900), st.lists(st.integers(-1200, 3600), max_size=8))
def test_a_call_that_carries_more_settles_later(seconds: int, after: list[int]) -> None:
    """How long it could take was written down with its mark: a big upload is waited for longer than a small one."""
    call = dt.timedelta(seconds=seconds)
    settled = MARKED + call + LATE_EXECUTION + dt.timedelta(seconds=SETTLE)
    words = [Word("one", Verdict.NOT_THERE, True, settled + dt.timedelta(seconds=each)) for each in after if each < 0]
    told: dict[str, Any] = {"marked_at": MARKED, "settle": SETTLE, "call": call}
    assert weigh(words, now=settled, **told) == Finding.OPEN
    again = [Word("one", Verdict.NOT_THERE, True, settled + dt.timedelta(seconds=each)) for each in (0, 61, 122)]
    assert weigh(again, now=settled + dt.timedelta(seconds=123), **told) == Finding.ABSENT
    assert 0 < next_look(marked_at=MARKED, settle=SETTLE, now=MARKED, call=call) <= 120


@given(st.integers(0, 24 * 3600))
def test_the_next_look_is_never_far_and_never_now(after: int) -> None:
    wait = next_look(marked_at=MARKED, settle=SETTLE, now=MARKED + dt.timedelta(seconds=after))
    assert 0 < wait <= 900


def test_the_day_to_find_out_begins_when_they_may_be_asked() -> None:
    asked: dict[str, Any] = {"marked_at": MARKED, "settle": 180}
    late = MARKED + dt.timedelta(hours=30)
    assert weigh([], **asked, now=late) == Finding.UNKNOWABLE
    rested = MARKED + dt.timedelta(hours=20)
    assert weigh([], **asked, now=late, could_ask_since=rested) == Finding.OPEN
    assert weigh([], **asked, now=late + dt.timedelta(hours=20), could_ask_since=rested) == Finding.UNKNOWABLE
    assert weigh([], **asked, now=late, could_ask_since=MARKED - dt.timedelta(days=1)) == Finding.UNKNOWABLE


def test_what_was_said_by_a_clock_that_was_ahead_counts_nothing() -> None:
    year = 365 * 86400.0
    assert found(negatives(year, year + 61, year + 122)) == Finding.OPEN
    assert found(negatives(0, 61, 122)) == Finding.ABSENT
