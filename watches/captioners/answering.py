"""From what a language model answered to checked words, the same for every vendor."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from watches.captioners import Brief, Key, NoWords, Usage, Words
from watches.captioners.asking import Question
from watches.wording import Bounds, Draft, Reason, Unfit, tidy

SENTENCES = {
    Reason.REFUSED: "The model declined to describe this picture. Write the caption yourself or change the prompt.",
    Reason.EMPTY: "The model gave no words. Ask again, or write the caption yourself.",
    Reason.CUT_OFF: "The model's answer breaks off in the middle. Ask again, or choose another model.",
    Reason.MALFORMED: "The model's answer is not in the form that we asked for. Ask again, or choose another model.",
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

    def no_words(self, reason: Reason, usage: Usage | None) -> NoWords:
        """The error for an answer without usable words."""
        return NoWords(reason, SENTENCES[reason], usage=usage, prompt=self.question.sent)

    def words(self, content: str, usage: Usage, *, tolerant: bool = False) -> Words:
        """`content` checked; `NoWords` when it cannot be used. `tolerant`: plain text will do, for a person to see."""
        draft = parsed(content)
        plain = Draft(content) if tolerant and "{" not in content else None
        if draft is None and plain is None:
            raise self.no_words(Reason.MALFORMED, usage)
        bounds = Bounds(
            self.brief.hard_limit,
            self.brief.max_hashtags,
            said=self.question.said,
            told=self.question.rules,
            secrets=(self.key.secret,),
            language=self.brief.language,
        )
        try:
            tidied = tidy(draft or plain or Draft(""), bounds)
        except Unfit as unfit:
            raise NoWords(unfit.reason, unfit.sentence, usage=usage, prompt=self.question.sent) from None
        look = tidied.doubtful or draft is None
        return Words(tidied.text, tidied.alt_text, tidied.hashtags, self.question.sent, usage, needs_look=look)


def parsed(content: str) -> Draft | None:
    """The first JSON object in `content` with a caption in it, whatever stands around it; None when there is none."""
    for match in re.finditer(r"\{", content[:2000]):
        try:
            found, _ = json.JSONDecoder().raw_decode(content, match.start())
        except (ValueError, RecursionError):
            continue
        return _draft(found)
    return None


def _draft(found: Mapping[str, Any]) -> Draft | None:
    caption, alt_text, tags = (found.get(name) for name in ("caption", "alt_text", "hashtags"))
    if not isinstance(caption, str):
        return None
    listed = tags if isinstance(tags, list) else str(tags or "").split()
    return Draft(
        caption,
        alt_text if isinstance(alt_text, str) else "",
        tuple(tag for tag in listed if isinstance(tag, str)),
    )


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
