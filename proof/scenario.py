"""One part from its beginning to the verdict: play it, count, judge, let people answer, judge again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from outbox.models import LedgerEntry
from outbox.states import OutgoingState
from proof import human, laid_pictures, private_world
from proof.engine_run import Run, on_stage
from proof.invariants import Line, breaches
from proof.private_world import BEGAN, Part
from proof.results import Result
from proof.transport import number_in
from proof.verdict import Seen, Told, Wrong, judge
from publishing.models import Delivery
from sandbox.meta.published import published

MOST_ROUNDS = 5  # of asking people: what they send again may need them again


def play(part: Part, ended: Callable[[], None] = lambda: None) -> Result:
    """Play this part and judge it. The database is emptied first; `ended` is called for each end of a delivery."""
    private_world.empty_database()
    with on_stage(part, ended) as run:
        run.play()
        result = _counted(run)
        result.wrong = _verdict(run)
        if part.people_answer:
            _ask_people(run, result)
        _keep_plans(run, result)
        return result


def _counted(run: Run) -> Result:
    """What is counted before people are asked."""
    result = Result(deliveries=len(run.stage.rows), calls=run.wire.calls, commits=len(run.wire.commits))
    result.steps, result.stale = sum(run.steps.values()), run.stale
    result.struck, result.simulated = Counter(run.wire.struck), run.simulation.now() - BEGAN
    for platform, state, code in Delivery.objects.values_list("platform", "state", "reason_code"):
        result.ends[platform, state] += 1
        if state != Delivery.State.PUBLISHED:
            result.reasons[platform, state, code] += 1
    return result


def _verdict(run: Run) -> list[Wrong]:
    """Feed against database, then the rules."""
    told = _told(run)
    wrong = judge(told.values(), seen(run), picture=laid_pictures.picture_sum())
    wrong += breaches(run.wire.commits, _ledger(run), run.stage.tokens)
    wrong += [Wrong("rule broken", number, "I5: it was published, and then it was not.") for number in run.taken_back]
    if run.wire.inside_transactions:
        wrong.append(Wrong("rule broken", -1, "Somebody was asked while the database was held."))
    return wrong


def _told(run: Run) -> dict[int, Told]:
    numbers = {pk: number for number, pk in run.stage.rows.items()}
    return {
        numbers[row.pk]: Told(
            numbers[row.pk],
            row.platform,
            row.channel.remote_id if row.channel else "",
            row.state,
            remote_id=row.remote_id,
            said=row.error,
            text=row.text,
        )
        for row in Delivery.objects.select_related("channel")
    }


def seen(run: Run) -> list[Seen]:
    """All that followers see."""
    return [
        Seen(number_in(picture.alt_text), post.account_id, post.id, post.text, picture.sha256)
        for post in published(run.wire.world)
        for picture in post.pictures[:1]
    ]


def _ledger(run: Run) -> dict[int, list[Line]]:
    numbers = {pk: number for number, pk in run.stage.rows.items()}
    lines: dict[int, list[Line]] = {number: [] for number in run.stage.rows}
    rows = LedgerEntry.objects.order_by("outgoing", "number")
    for row in rows.values_list("outgoing", "kind", "verdict", "content_hash", "fact_params", "asked", "said"):
        lines[numbers[row[0]]].append(Line(*row[1:4], text="\n".join(row[4:])))
    return lines


def _ask_people(run: Run, result: Result) -> None:
    """Let them answer all that was handed over, let it end, and judge again."""
    for _ in range(MOST_ROUNDS):
        if not _answered(run, result):
            break
        run.play()
    before = set(result.wrong)
    result.wrong += [fault for fault in _verdict(run) if fault not in before]
    result.after_people.update(Delivery.objects.values_list("state", flat=True))


def _answered(run: Run, result: Result) -> bool:
    public = {post.number for post in seen(run)}
    waiting = [(number, Delivery.objects.get(pk=pk)) for number, pk in run.stage.rows.items()]
    asked = [
        number
        for number, row in waiting
        if row.state not in OutgoingState.moving() and human.answer(row, number, public=public, by=run.stage.owner)
    ]
    result.asked += len(asked)
    return bool(asked)


def _keep_plans(run: Run, result: Result) -> None:
    """Where faults struck: for the deliveries with which something is wrong, or for all when few are played."""
    guilty = set(run.part.only) or {fault.delivery for fault in result.wrong}
    for place, name in run.wire.places:
        if place.delivery in guilty:
            result.plans.setdefault(place.delivery, []).append((place, name))
