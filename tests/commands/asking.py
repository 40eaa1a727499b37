"""Calling a command as a script would: what it printed, how it ended."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import CommandError, call_command


@dataclass(frozen=True, slots=True)
class Told:
    """`code` is the exit code; `sentence` what was said when it failed."""

    out: str
    code: int = 0
    sentence: str = ""

    @property
    def json(self) -> Any:
        """Standard output as data."""
        return json.loads(self.out)


def ask(*words: str, stdin: object = None) -> Told:
    """Run one command in this process; `stdin` is what standard input holds."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO(stdin if isinstance(stdin, str) else json.dumps(stdin)))
        try:
            call_command(*words, stdout=out)
        except CommandError as error:
            return Told(out.getvalue(), error.returncode, str(error))
        except SystemExit as end:
            return Told(out.getvalue(), int(end.code or 0))
    return Told(out.getvalue())
