"""How Meta counts words. Rules: Instagram and Threads content publishing references."""

from __future__ import annotations

import re

from sandbox.meta import errors

CAPTION_CHARACTERS = 2200
HASHTAGS = 30
MENTIONS = 20
MESSAGE_CHARACTERS = 63_206
THREAD_BYTES = 500
THREAD_LINKS = 5
ALT_CHARACTERS = 1000
_HASHTAG = re.compile(r"#\w+")
_MENTION = re.compile(r"(?<![\w.])@\w[\w.]*")
_LINK = re.compile(r"https?://\S+")


def check_caption(text: str) -> None:
    """An Instagram caption. Raises GraphError 36004 or 100."""
    if len(text) > CAPTION_CHARACTERS:
        raise errors.caption_too_long(len(text))
    if len(_HASHTAG.findall(text)) > HASHTAGS:
        raise errors.invalid_parameter(f"The caption has more than {HASHTAGS} hashtags")
    if len(_MENTION.findall(text)) > MENTIONS:
        raise errors.invalid_parameter(f"The caption has more than {MENTIONS} mentions")


def check_thread(text: str) -> None:
    """The text of a Threads post, by its UTF-8 bytes. Raises GraphError 100.

    Meta's page says so of emoji alone, its error speaks of characters; production was seen to count all letters so.
    """
    if len(text.encode()) > THREAD_BYTES:
        raise errors.invalid_parameter(f"Param text must be at most {THREAD_BYTES} characters long.")
    if len(set(_LINK.findall(text))) > THREAD_LINKS:
        raise errors.invalid_parameter("THREADS_API__LINK_LIMIT_EXCEEDED")


def check_message(text: str) -> None:
    """The message of a Page post. Raises GraphError 100."""
    if len(text) > MESSAGE_CHARACTERS:
        raise errors.invalid_parameter(f"Param message must be at most {MESSAGE_CHARACTERS} characters long.")


def check_alt_text(text: str) -> None:
    """Alternative text of a picture. Raises GraphError 100."""
    if len(text) > ALT_CHARACTERS:
        raise errors.invalid_parameter(f"Param alt_text must be at most {ALT_CHARACTERS} characters long.")
