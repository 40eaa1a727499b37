"""What all commands for the operator have in common: an answer as data, told in lines or as JSON.

A command says what it does, gives examples, and returns its answer from `answer`; `tell` turns it into lines for
people. What goes wrong is one sentence and exit code 1; with `--json` also {"error": sentence} on standard output.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter
from django.db import OperationalError, ProgrammingError

from poster.checks import OURS
from poster.database import upkeep
from poster.errors import OutsideError
from poster.permissions import NotPossible

Answer = Any  # whatever JSON can hold; each command documents its own shape


class Failed(CommandError):
    """It was not done. The text is a sentence for the person at the terminal."""


class Formatter(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Keeps the line breaks of descriptions and examples; what every Django command takes comes last."""


class OperatorCommand(BaseCommand):
    """One command. Subclasses set `help` and `examples`, and write `options`, `answer` and `tell`."""

    examples = ""
    json_too = True
    # What Django checks besides (addresses, pages, templates) loads all pages; `start` and `migrate` look at it.
    requires_system_checks: Any = (OURS,)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:  # noqa: ANN401
        kwargs.setdefault("epilog", f"examples:\n{self.examples}" if self.examples else "")
        kwargs.setdefault("formatter_class", Formatter)
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.set_defaults(json=False)
        if self.json_too:
            add_json(parser)
        self.options(parser)

    def options(self, parser: ArgumentParser) -> None:
        """Add what this command takes."""

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        as_json = options.get("json", False)
        try:
            answer = self.answer(**options)
        except CommandError as error:
            self._say_error(str(error), as_json=as_json)
            raise
        except (NotPossible, OutsideError, ImproperlyConfigured) as error:
            self._say_error(str(error), as_json=as_json)
            raise Failed(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            if upkeep.understood(error):
                raise  # a question of ours was wrong: nothing that whoever runs this could mend
            sentence = (
                f"The database did not answer ({error}). Is it there, and did `manage.py start` or `migrate` run?"
            )
            self._say_error(sentence, as_json=as_json)
            raise Failed(sentence) from error
        self._say(answer, as_json=as_json)
        if not self.well(answer):
            raise SystemExit(1)

    def _say(self, answer: Answer, *, as_json: bool) -> None:
        with self._heard():
            for line in [json.dumps(answer, indent=2, default=str)] if as_json else self.tell(answer):
                self.stdout.write(line)

    def _say_error(self, sentence: str, *, as_json: bool) -> None:
        if as_json:
            with self._heard():
                self.stdout.write(json.dumps({"error": sentence}))

    @contextmanager
    def _heard(self) -> Iterator[None]:
        """Whoever reads may have enough (`| head`): we end then as a program ends that the signal ends, silently.

        Source: Python, "Note on SIGPIPE" in the docs of `signal`.
        """
        try:
            yield
            self.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(128 + signal.SIGPIPE) from None

    def answer(self, **options: Any) -> Answer:  # noqa: ANN401
        """Do it; return the answer as data."""
        raise NotImplementedError

    def tell(self, answer: Answer) -> Iterable[str]:
        """The answer in lines for people."""
        raise NotImplementedError

    def well(self, answer: Answer) -> bool:
        """Whether the exit code is 0."""
        return True


def add_json(parser: ArgumentParser) -> None:
    """For the command's own parser, and for each of its acts: people write it at the end."""
    told = "answer in JSON (see docs/commands.md)"
    parser.add_argument("--json", action="store_true", default=SUPPRESS, help=told)


def table(rows: list[list[str]]) -> list[str]:
    """Columns side by side, as wide as they need to be; no line for no rows."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
