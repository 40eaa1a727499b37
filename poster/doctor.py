"""What the doctor says: a finding for each thing that was looked at. Each app looks at its own (`Manifest.checks`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from poster.reasons import Actor


class Level(StrEnum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; the sentence says what to do when something is to be done.

    `actor`: who must do it; nobody, where all is well or it goes on by itself.
    """

    name: str
    level: Level
    sentence: str
    actor: Actor = Actor.NOBODY


def ok(name: str, sentence: str) -> Finding:
    return Finding(name, Level.OK, sentence)


def warning(name: str, sentence: str, actor: Actor = Actor.OPERATOR) -> Finding:
    return Finding(name, Level.WARNING, sentence, actor)


def problem(name: str, sentence: str, actor: Actor = Actor.OPERATOR) -> Finding:
    return Finding(name, Level.PROBLEM, sentence, actor)


def told(name: str, level: str, sentence: str, actor: Actor) -> Finding:
    """Of a look that gives its level in a word; where all is well nobody must act."""
    how = Level(level)
    return Finding(name, how, sentence, Actor.NOBODY if how is Level.OK else actor)
