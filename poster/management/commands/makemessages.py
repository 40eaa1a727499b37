"""Django's own, which also finds what stands in `_n()`, and writes catalogues that change only with the words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.commands.makemessages import Command as Makemessages

ELSEWHERE = (".*", "bench", "proof", "sandbox", "tests")  # no words for people, or what others say


class Command(Makemessages):
    xgettext_options = [*Makemessages.xgettext_options, "--keyword=_n:1,2"]
    msgmerge_options = [*Makemessages.msgmerge_options, "--no-fuzzy-matching"]

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as Django has it
        """Guesses are not kept, nor where a message stands: both change when nothing was said otherwise."""
        options["ignore_patterns"] = [*options["ignore_patterns"], *ELSEWHERE]
        options |= {"no_location": True, "no_obsolete": True, "no_wrap": True}
        super().handle(*args, **options)

    def write_po_file(self, potfile: str, locale: str) -> None:
        """Without the moment at which it was written."""
        super().write_po_file(potfile, locale)
        for file in Path(potfile).parent.glob(f"{locale}/LC_MESSAGES/{self.domain}.po"):
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [line for line in lines if not line.startswith('"POT-Creation-Date:')]
            file.write_text("".join(kept), encoding="utf-8")
