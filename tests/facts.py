"""Reasons that only tests give: what is written and said does not matter there."""

from __future__ import annotations

from poster.reasons import Actor, Fact, Group, Reason, _


class Told(Fact, code="tests.told"):
    """Any line of a log."""

    text = _("%(words)s")
    words: str


class Said(Reason, code="tests.said", group=Group.OUTSIDE, actor=Actor.YOU):
    """Any refusal."""

    text = _("%(words)s")
    fix = _("Look into it.")
    words: str
