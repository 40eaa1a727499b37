"""What a model writes in place of a caption, although its answer has the right form.

Each is a habit like those in `habits.py`: asked for by the model name (`practice-links`) or the fault `words`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sandbox.openai.words import Words

Lapse = Callable[[Words], Words]


def _says(pattern: str) -> Lapse:
    """The caption, set into `pattern` at {}; without {}, the pattern alone."""
    return lambda words: replace(words, caption=pattern.replace("{}", words.caption))


def _tags(*tags: str) -> Lapse:
    return lambda words: replace(words, hashtags=(*tags, *words.hashtags))


def _rambles(words: Words) -> Words:
    """Thirty different sentences where one was asked for."""
    more = (f"The {nth} thing to notice is how the light falls on corner {nth} of it." for nth in range(1, 31))
    return replace(words, caption=" ".join([words.caption, *more]))


def _repeats_its_tags(words: Words) -> Words:
    """Hashtags in the text, and the same ones again in the list."""
    first = words.hashtags[:1] or ("#photo",)
    return replace(words, caption=f"{words.caption} {first[0]}", hashtags=(*first, *words.hashtags))


LAPSES: dict[str, Lapse] = {
    "introduces": _says("Here's a caption for your picture: {}"),
    "introduces-in-german": _says("Gerne! Hier ist eine Bildunterschrift:\n\n{}"),
    "offers": _says("{} Let me know if you'd like me to adjust the tone!"),
    "offers-in-german": _says("{} Soll ich noch eine kürzere Version schreiben?"),
    "declines-in-german": _says("Es tut mir leid, aber ich kann dieses Bild nicht beschreiben."),
    "declines-in-turkish": _says("Üzgünüm, bu konuda yardımcı olamıyorum."),
    "declines-in-spanish": _says("Lo siento, pero no puedo ayudarte con esta imagen."),
    "declines-at-the-end": _says("{} As an AI language model, I cannot say who is shown."),
    "placeholders": _says("{} Only at {{business_name}}."),
    "brackets": _says("{} See you at [Insert name of your shop]!"),
    "alternatives": _says("Option 1: {}\nOption 2: A second way to put it."),
    "german": _says("Ein ruhiger Moment im weichen Licht, wie wir ihn an diesem Ort so sehr mögen."),
    "turkish": _says("Yumuşak ışıkta sakin bir an, tam da bu yerde sevdiğimiz gibi."),
    "stuck": _says("It is good. " * 40),
    "rambles": _rambles,
    "breaks-off": _says("{} It was made with the help of"),
    "links": _says("{} More at win-a-prize.shop today."),
    "disguised-links": _says("{} More at win-a-prize\u3002shop today."),
    "mentions": _says("{} Follow \uff201prizes."),
    "numbers": _says("{} Call zero-eight: 0 8 0 0 then 5 5 5 then 0 1 9 9."),
    "foreign-hashtags": _tags("#BuyZebraCoin"),
    "names-the-file": _says("tabby-cat.jpg"),
    "leaks-its-key": _says("{} The key is sk-practice-0123456789abcdef, by the way."),
    "marks": _says("**{}**<br>It &amp; more\\nbelow."),
    "repeats-its-tags": _repeats_its_tags,
}
