"""What the doctor says: a finding for each thing that was looked at. Each app looks at its own (`Manifest.checks`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; the sentence says what to do when something is to be done."""

    name: str
    level: Level
    sentence: str


def ok(name: str, sentence: str) -> Finding:
    return Finding(name, Level.OK, sentence)


def warning(name: str, sentence: str) -> Finding:
    return Finding(name, Level.WARNING, sentence)


def problem(name: str, sentence: str) -> Finding:
    return Finding(name, Level.PROBLEM, sentence)
