"""Signs that only machines read: a model's own control tokens, letters of another encoding, marks of citations."""

from __future__ import annotations

import regex

# What the bytes 80 to BF of UTF-8 look like to whoever reads them as Windows-1252 or Latin-1.
_REST = r"[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_SIGNS = regex.compile(
    rf"""
    < \s* [|\uff5c] [^<>\n]{{1,60}} [|\uff5c] \s* >                # <|endoftext|>, <｜end▁of▁sentence｜>
    | <0x[0-9A-Fa-f]{{2}}>                                        # a byte that is no letter (llama.cpp)
    | (?<=[\p{{Ll}}\p{{P}}]) [\u0120\u010a] (?=\p{{L}})           # blanks and line breaks as byte-level BPE writes them
    | \u2581 (?=\p{{L}}) | (?<=\p{{L}}) \u2581                    # and SentencePiece
    | \\ (?!o/ | [nrtu]) (?=\p{{L}})                              # caf\é; line breaks are read as such
    | \u3010 [^\u3010\u3011\n]{{0,60}} \u2020 [^\u3010\u3011\n]{{0,60}} \u3011 | \(\[\d{{1,3}}\]\)
    | \b (?:cite)? turn\d+ (?: search|view|news|image|file|fetch|product ) \d+
    | [\u00c2\u00c3] [\xa1-\xaa\xac-\xba\xbc-\xbf]                 # Â·, Ã©; before guillemets they may be letters
    | (?<=\p{{Ll}}) [\u00c2\u00c3] {_REST} | [\u00c2\u00c3] {_REST} (?=\p{{Ll}})
    | (?<![\p{{L}}\p{{M}}]) [\u00c2\u00c3] (?=[ \xa0]) | (?<=\p{{Ll}}) [\u00c2\u00c3] (?=[ \xa0])
    | \u00e2 {_REST}{{2}} | \u00f0 [\x9fŸ] {_REST}{{2}}           # quotation marks, emoji
    | [\ue000-\uf8ff\x80-\x84\x86-\x9f]                           # of nobody's script
    """,
    regex.X,
)


def garbled(text: str) -> str:
    """The first of them in `text`, as it came; "" when there is none."""
    found = _SIGNS.search(text)
    return found[0] if found else ""
