"""From what a language model answered to checked words, the same for every vendor."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from poster.errors import Trace
from writing.caption_cleanup import Bounds, Unfit, tidy
from writing.captioners import Brief, Key, NoWords, Usage, Words
from writing.captioners.parsing import read
from writing.captioners.placeholders import month
from writing.captioners.prompts import Question
from writing.doubts import without_secrets
from writing.outcomes import Outcome
from writing.reasons import words as reasons

MOST_KEPT = 20_000  # characters of an answer, its end: the answer follows the thoughts

REASONS: dict[Outcome, type[reasons.NoUsableWords]] = {
    Outcome.REFUSED: reasons.Declined,
    Outcome.EMPTY: reasons.NoWordsCame,
    Outcome.CUT_OFF: reasons.CutOff,
    Outcome.MALFORMED: reasons.Malformed,
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call on its way: what was asked, with which key, since when (monotonic seconds)."""

    brief: Brief
    key: Key
    question: Question
    model: str
    began: float

    def used(self, model: object, tokens: tuple[int, int], cost: Decimal | None) -> Usage:
        """The usage so far. `model` is what they say answered; nonsense is replaced by what we asked for."""
        name = model if isinstance(model, str) and 0 < len(model) <= 100 else self.model
        return Usage(name, *tokens, cost=cost, seconds=time.monotonic() - self.began)

    def no_words(
        self, outcome: Outcome, usage: Usage | None, content: str = "", *, trace: Trace | None = None
    ) -> NoWords:
        """The error for an answer without usable words; `content`: what there was; `trace`: of an error."""
        answer = self._kept(content)
        return NoWords(outcome, REASONS[outcome](), usage=usage, prompt=self.question.sent, answer=answer, trace=trace)

    def words(self, content: str, usage: Usage, *, tolerant: bool = False) -> Words:
        """`content` checked; `NoWords` when it cannot be used. `tolerant`: plain text will do, for a person to see."""
        reading = read(content, tolerant=tolerant)
        answer = self._kept(content)
        if reading.draft is None:
            raise self.no_words(reading.outcome, usage, content)
        brief = self.brief
        bounds = Bounds(
            brief.hard_limit,
            brief.max_hashtags,
            brief.sweet_spot,
            said=self.question.said,
            told=self.question.rules,
            secrets=(self.key.secret,),
            language=brief.language,
            name=brief.name_words,
            known="\n".join([brief.place, month(brief.taken_on)]),
            pictures=self.question.pictures,
        )
        try:
            tidied = tidy(reading.draft, bounds)
        except Unfit as unfit:
            raise NoWords(unfit.outcome, unfit.reason, usage=usage, prompt=self.question.sent, answer=answer) from None
        holds = (*reading.holds, *tidied.holds)
        return Words(tidied.text, tidied.alt_texts, tidied.hashtags, self.question.sent, usage, holds, answer)

    def _kept(self, content: str) -> str:
        """The answer as it may be kept: no piece of the key, and not without end."""
        return without_secrets(content, (self.key.secret,))[-MOST_KEPT:]


def tokens(usage: Mapping[str, Any], *names: str) -> int:
    """The sum of some counters; a missing, negative or nonsensical one counts nothing."""
    found = (usage.get(name) for name in names)
    return sum(each for each in found if isinstance(each, int) and each > 0)


def price(model: str, provider: str, tokens_in: int, tokens_out: int) -> Decimal | None:
    """US dollars by the list of `genai-prices`; None for a model that it does not know, or without tokens."""
    if not provider or not tokens_in:
        return None
    import genai_prices  # 0.8 s

    try:
        usage = genai_prices.Usage(input_tokens=tokens_in, output_tokens=tokens_out)
        return genai_prices.calc_price(usage, model, provider_id=provider).total_price
    except LookupError:
        return None
