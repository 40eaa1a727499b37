"""The bad habits of models, each asked for by a model name (`practice-refuses`) or the fault `words`.

A habit gets the answer that a good model would give and spoils it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from sandbox.openai.asking import Asked
from sandbox.openai.lapses import LAPSES, Lapse
from sandbox.openai.problems import Problem
from sandbox.openai.schemas import fill
from sandbox.openai.words import Words

ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,80}?\b(?:say|write|reply|answer|post|caption|output)\b"
    r"(?:\s+(?:only|exactly|with|this|the\s+words))*\s*[:\"']*\s*(?P<order>[^\"'\n]+)",
    re.IGNORECASE | re.DOTALL,
)
DIRT = (
    "<script>alert(1)</script> \u202eevil\u202c zero\u200bwidth \x07bell {{ 7*7 }} ${7*7} "
    "@everyone https://evil.example/?u=1 "
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a model answered. `content` None: nothing at all."""

    content: str | None
    finish_reason: str = "stop"
    refusal: str | None = None


def speak(asked: Asked, words: Words) -> Said:
    """The answer of a good model, in the form that was asked for."""
    if asked.form == "json_schema":
        return Said(json.dumps(fill(asked.schema, words.by_name()), ensure_ascii=False))
    if asked.form == "json_object":
        said = words.by_name()
        named = {key: said[key] for key in ("caption", "alt_texts", "hashtags")}
        if len(words.alt_texts) < 2:
            named = {key: said[key] for key in ("caption", "alt_text", "hashtags")}
        return Said(json.dumps(named, ensure_ascii=False))
    return Said(words.as_text())


def _refuses(_asked: Asked, _words: Words) -> Said:
    return Said(None, refusal="I'm sorry, but I can't help with that picture.")


def _cut_off(asked: Asked, words: Words) -> Said:
    whole = speak(asked, words).content or ""
    return Said(whole[: len(whole) // 2], "length")


def _empty(_asked: Asked, _words: Words) -> Said:
    return Said("")


def _silent(_asked: Asked, _words: Words) -> Said:
    return Said(None)


def _malformed(asked: Asked, words: Words) -> Said:
    whole = speak(asked, words).content or ""
    return Said(whole.rstrip("}") + ",,")


def _overlong(asked: Asked, words: Words) -> Said:
    caption = (words.caption + " ") * (1 + 6000 // (len(words.caption) + 1))
    tags = tuple(f"#tag{number}" for number in range(60))
    unlimited = replace(asked, schema=_without_limits(asked.schema))
    return speak(unlimited, replace(words, caption=caption, alt_texts=(caption,), hashtags=tags))


def _filtered(_asked: Asked, _words: Words) -> Said:
    return Said("", "content_filter")


def _gullible(asked: Asked, words: Words) -> Said:
    """Obeys an order that stands in the request or in a file name instead of its task."""
    match = ORDER.search(re.sub(r"(?<=\w)[-_](?=\w)", " ", asked.words))
    return speak(asked, replace(words, caption=match["order"].strip()) if match else words)


def _leaky(asked: Asked, words: Words) -> Said:
    """Tells its instructions to the world."""
    return speak(asked, replace(words, caption=f"My instructions: {asked.rules or asked.words}"))


def _chatty(asked: Asked, words: Words) -> Said:
    return Said(f"Sure! Here is your caption:\n\n```json\n{speak(asked, words).content}\n```\nEnjoy!")


def _dirty(asked: Asked, words: Words) -> Said:
    return speak(asked, replace(words, caption=DIRT + words.caption, hashtags=("# ", "#<b>", "#a b", "")))


def _lapses(lapse: Lapse) -> Callable[[Asked, Words], Said]:
    return lambda asked, words: speak(asked, lapse(words))


def _thinks_aloud(asked: Asked, words: Words) -> Said:
    """Puts its thoughts before the answer, drafts and all, as models on one's own machine do."""
    draft = speak(asked, replace(words, caption="DRAFT: not this one.")).content
    return Said(
        f"<think>The user wants {{caption, alt_text}}. Maybe: {draft}\nToo dull.</think>\n{speak(asked, words).content}"
    )


def _thinks_without_end(asked: Asked, words: Words) -> Said:
    """Its thoughts, with a draft, fill all the room there is."""
    draft = speak(asked, replace(words, caption="DRAFT: not this one.")).content
    return Said(f"Let me think. Maybe: {draft}\nNo, warmer: {(speak(asked, words).content or '')[:40]}")


def _thinks_on(asked: Asked, words: Words) -> Said:
    """Writes a draft first, and stops while it still thinks about it."""
    draft = speak(asked, replace(words, caption="DRAFT: not this one.")).content
    return Said(f"{draft}\nHmm, that is rather dull, and it does not say where the light comes from. Let me see.")


def _careless(asked: Asked, words: Words) -> Said:
    """JSON as some models write it: capital keys, a line break within a string, a comma too many."""
    whole = speak(asked, replace(words, caption=words.caption.replace(". ", ".\n", 1))).content or ""
    return Said(whole.replace('"caption"', '"Caption"').replace("\\n", "\n").removesuffix("}") + ",}")


def _problem(code: str) -> Callable[[Asked, Words], Said]:
    def raise_it(asked: Asked, _words: Words) -> Said:
        raise Problem(code, asked.model)

    return raise_it


HABITS: dict[str, Callable[[Asked, Words], Said]] = {
    "refuses": _refuses,
    "cut-off": _cut_off,
    "empty": _empty,
    "silent": _silent,
    "malformed": _malformed,
    "overlong": _overlong,
    "filtered": _filtered,
    "gullible": _gullible,
    "leaky": _leaky,
    "chatty": _chatty,
    "dirty": _dirty,
    "thinks-aloud": _thinks_aloud,
    "thinks-without-end": _thinks_without_end,
    "thinks-on": _thinks_on,
    "careless": _careless,
    "busy": _problem("rate_limit_exceeded"),
    "no-quota": _problem("insufficient_quota"),
    "down": _problem("server_error"),
    "forbidden": _problem("content_policy_violation"),
} | {name: _lapses(lapse) for name, lapse in LAPSES.items()}


def habit_of(model: str) -> str:
    """The habit in a model name; empty for a good model."""
    name = model.rpartition("/")[2].removeprefix("practice-")
    return name if name in HABITS else ""


def _without_limits(schema: dict[str, object]) -> dict[str, object]:
    limits = {"maxLength", "maxItems"}
    return {
        key: _without_limits(value) if isinstance(value, dict) else value
        for key, value in schema.items()
        if key not in limits
    }
