"""writing/output_checks/number_words.txt, from the package `unicode-rbnf`: `python -m tests.number_words` writes it."""

from __future__ import annotations

from unicode_rbnf import RbnfEngine
from unicode_rbnf.engine import FormatPurpose

from writing.output_checks.dictated import NUMBER_WORDS, folded

HEAD = """\
# Words for the numbers below a hundred, a line for each language: what says 0, what says 1, ...
# Unicode's CLDR, Copyright (c) Unicode, Inc., Unicode License v3 (https://www.unicode.org/license.txt).
# Written by `python -m tests.number_words`.
"""


def lines() -> str:
    """The file as it has to be."""
    return HEAD + "".join(f"{_line(language)}\n" for language in sorted(RbnfEngine.get_supported_languages()))


def _line(language: str) -> str:
    """A word that says several numbers says the lowest."""
    engine, said = RbnfEngine.for_language(language), dict[str, int]()
    for number in reversed(range(100)):
        for name in engine.format_number(number, purpose=FormatPurpose.CARDINAL).text_by_ruleset.values():
            said[folded(name)] = number
    words = ("|".join(sorted(word for word, value in said.items() if value == number)) for number in range(100))
    return "\t".join([language, *words])


if __name__ == "__main__":
    NUMBER_WORDS.write_text(lines(), encoding="utf-8")
