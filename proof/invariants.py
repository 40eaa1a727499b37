"""What the ledger and the wire tell about how it came to that: the rules of delivery, read afterwards.

I1 intent before the call · I2 no second call without an answer or a verdict · at most three unanswered calls ·
I4 frozen content · I5 published is the end · I10 nothing leads straight back to the call · I11 no secret in a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from proof.verdict import Wrong

MOST_UNANSWERED = 3
NEGATIVES = 3


@dataclass(frozen=True, slots=True)
class Sent:
    """One call that publishes, as it left us.

    clear: what we heard says for certain whether it was done. marked: the intent was durable by then.
    """

    delivery: int
    fault: str
    clear: bool
    marked: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger."""

    kind: str
    verdict: str
    content_hash: str
    text: str


def breaches(sent: Sequence[Sent], ledger: dict[int, list[Line]], secrets: set[str]) -> list[Wrong]:
    """Every rule that was broken. `ledger`: the lines of each delivery, in order."""
    calls: dict[int, list[Sent]] = defaultdict(list)
    for call in sent:
        calls[call.delivery].append(call)
    return [
        Wrong("rule broken", number, sentence)
        for number, lines in ledger.items()
        for sentence in (*_intents(calls[number]), *_again(calls[number], lines), *_lines(lines, secrets))
    ]


def _intents(calls: Iterable[Sent]) -> Iterator[str]:
    if not all(call.marked for call in calls):
        yield "I1: it was sent before the intent was durable."


def _again(calls: Sequence[Sent], lines: Sequence[Line]) -> Iterator[str]:
    """Between two calls there is a clear answer, or a verdict with its evidence, or a person."""
    spans = list(_after_each_intent(lines))
    people = sum(line.kind == "human" for line in lines)
    if len(spans) != len(calls):
        yield f"I1: {len(calls)} calls that publish, and {len(spans)} intents."
        return
    for (call, _), span in zip(pairwise(calls), spans, strict=False):
        negatives = sum(line.verdict == "not there" for line in span)
        asked = any(line.kind == "human" for line in span)
        if not (call.clear or asked or negatives >= NEGATIVES):
            yield f"I2: sent again after {call.fault!r}, with {negatives} negative answers."
    if sum(not call.clear for call in calls) > MOST_UNANSWERED * (1 + people):
        yield f"Sent more than {MOST_UNANSWERED} times without an answer."


def _after_each_intent(lines: Iterable[Line]) -> Iterator[list[Line]]:
    span: list[Line] | None = None
    for line in lines:
        if line.kind == "commit":
            if span is not None:
                yield span
            span = []
        elif span is not None:
            span.append(line)
    if span is not None:
        yield span


def _lines(lines: Sequence[Line], secrets: set[str]) -> Iterator[str]:
    if len({line.content_hash for line in lines if line.content_hash}) > 1:
        yield "I4: not every call sent the same content."
    if any(secret in line.text for line in lines for secret in secrets):
        yield "I11: a token stands in the ledger."
