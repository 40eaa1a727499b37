"""A plain sentence, for as long as not everything says a reason. Nothing new may use it."""

from __future__ import annotations

from poster.reasons.base import Actor, Group, Reason


class Plain(Reason, code="plain", group=Group.OURS, actor=Actor.YOU):
    """What was given as a sentence."""

    text = "%(words)s"
    words: str
