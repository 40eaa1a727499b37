"""Words as they are shown: with their hashtags, or cut where they are too long. Pure."""

from __future__ import annotations

from collections.abc import Iterable


def whole(text: str, hashtags: Iterable[str]) -> str:
    """As they stand in a draft: the words, and under them their hashtags, which have no sign yet."""
    return "\n\n".join(filter(None, [text, " ".join(f"#{tag}" for tag in hashtags)]))


def cut(text: str, limit: int) -> str:
    """`text` within `limit`, cut between words where there are any, never inside a visible character (UAX 29)."""
    if len(text) <= limit:
        return text
    import regex  # dear to load, and every process loads the models, which name their rows with this

    end = 0
    for cluster in regex.finditer(r"\X", text):
        if cluster.end() > limit - 1:
            break
        end = cluster.end()
    at_word = text.rfind(" ", 0, end)
    return f"{text[: at_word if at_word > limit / 2 else end].rstrip()}\u2026"
