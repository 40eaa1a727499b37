"""Who writes words: the seam between the pictures of a post and its caption.

    describe(pictures, brief, key) -> Words    may be repeated: it changes nothing outside, it only costs
    check(key) -> None                         is the key accepted, and the model there? It costs nothing

The pictures are those of one post in their order, one at least and `most_pictures` at most; each is a JPEG, upright,
without metadata, no larger than the model needs. Adapters take values and return values; they see no model, no
setting, no transaction. What a model answers is data: nothing leaves an adapter that has not been through
`writing.caption_cleanup`. What they raise:

    NoWords                     it answered, and the answer cannot be used; `reason` and `sentence` say why
    Unauthorized, Suspended     the key, the credits, the model, the account: it is wrong with every picture
    Refused                     this picture or its prompt; with the code TOO_LARGE a smaller copy may pass, with
                                UNCLEAR they do not say whether it is the picture or the account
    RateLimited, Unavailable    it did not happen; later, by itself
    Unanswered                  asked, never heard back: ask again, at worst it costs twice

A key is in none of these, in no `repr` and in no log. A call that cost something reports it, words or not:
`Words` and `NoWords` both carry a `Usage`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from poster.errors import Refused, Trace
from poster.reasons import Reason, _
from poster.reasons.rendering import Message
from poster.registry import Registry
from writing.holds import Hold
from writing.outcomes import Outcome

TOO_LARGE, UNCLEAR = "too_large", "unclear"  # codes of a Refused
MOST_PICTURES = 10  # of a post: more say little more, and each costs


@dataclass(frozen=True, slots=True)
class Brief:
    """What we ask for. Lengths in characters."""

    prompt: str  # the owner's prompt template, their own words; {blanks} that are still in it are filled here
    language: str  # BCP 47, such as "en"; "" = as the prompt is written
    hard_limit: int  # the shortest limit of the channels
    sweet_spot: int  # what reads well
    max_hashtags: int
    # Of the first picture, where there are several:
    name_words: str = ""  # `naming.name_words` of the file's name
    folder_words: str = ""
    taken_on: dt.date | None = None
    place: str = ""  # only when the owner asked for places
    made_with_ai: bool = False  # the post says so: nothing that it shows has happened
    hint: str = ""  # what the owner wishes for this time, beside the prompt


@dataclass(frozen=True, slots=True)
class Key:
    """How to reach the model. `base_url` and `model` empty: the vendor's own address and our usual model.

    `private`: each `host:port` of the operator's own network that `base_url` may lead to.
    """

    secret: str = field(default="", repr=False)
    base_url: str = ""
    model: str = ""
    private: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Usage:
    """What one call used. `cost` in US dollars; None when no price is known (never 0 for that)."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """A caption that has been checked. Hashtags without the sign, not contained in the text.

    `alt_texts`: one for each picture that was looked at, in their order, "" where there is none; `holds`: why a person
    should look before it goes out; `answer`: what the model said, as it said it.
    """

    text: str
    alt_texts: tuple[str, ...]
    hashtags: tuple[str, ...]
    prompt: str  # as sent
    usage: Usage
    holds: tuple[Hold, ...] = ()
    answer: str = ""


SENT = _("Gets a smaller copy of each picture, and your prompt; answers with words.")


class NoWords(Refused):
    """The captioner answered, but not with words that may go out."""

    def __init__(
        self,
        outcome: Outcome,
        reason: Reason,
        *,
        usage: Usage | None = None,
        prompt: str = "",
        answer: str = "",
        trace: Trace | None = None,
    ) -> None:
        super().__init__(reason, trace=trace)
        self.outcome = outcome
        self.usage = usage
        self.prompt = prompt
        self.answer = answer


class Captioner(Protocol):
    """See the module's docstring: that is the law. What people read is marked, and translated where it is shown."""

    company: Message  # who gets the pictures; "" where the address alone says it
    gets: Message  # what they get, for the privacy page
    most_pictures: int  # that it looks at together; of a post with more, it gets the first ones
    takes_hints: bool  # whether `Brief.hint` changes what it writes

    def describe(self, pictures: Sequence[Path], brief: Brief, key: Key) -> Words: ...

    def check(self, key: Key) -> None: ...


# What they are called is marked here, and translated where it is shown (`writing.names`): it is stored as well.
CAPTIONERS: Registry[type[Captioner]] = Registry(
    {
        "describer": (str(_("Built-in describer (tags, offline)")), "writing.captioners.describer:Describer"),
        "openai": ("OpenAI", "writing.captioners.chat:OpenAI"),
        "anthropic": ("Anthropic Claude", "writing.captioners.anthropic:Anthropic"),
        "gemini": ("Google Gemini", "writing.captioners.chat:Gemini"),
        "openrouter": (str(_("OpenRouter (many models)")), "writing.captioners.chat:OpenRouter"),
        "compatible": (
            str(_("Ollama, LM Studio or another compatible server")),
            "writing.captioners.chat:Compatible",
        ),
    }
)
