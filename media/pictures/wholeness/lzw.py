"""GIF's LZW, followed code by code without keeping a picture: do the codes make exactly as many pixels as it has?"""

from __future__ import annotations

from media.pictures.wholeness.runs import NotWhole

LONGEST_CODE = 12


def check_codes(packed: bytes, depth: int, pixels: int) -> None:
    """`depth`: bits of a pixel. Raises NotWhole when the codes are none, or make another number of pixels."""
    clear, lengths = 1 << depth, [1] * ((1 << depth) + 2)
    made, last, width = 0, 0, depth + 1
    bits, held = 0, 0
    for byte in packed:
        bits |= byte << held
        held += 8
        while held >= width:
            code = bits & ((1 << width) - 1)
            bits >>= width
            held -= width
            if code == clear:
                del lengths[clear + 2 :]
                last, width = 0, depth + 1
                continue
            if code == clear + 1:
                _end(made, pixels)
                return
            if code > len(lengths) - (not last):
                raise NotWhole("a code of LZW that is not there yet")
            if last and len(lengths) < 1 << LONGEST_CODE:
                lengths.append(last + 1)
            last = lengths[code]
            made += last
            if len(lengths) >= 1 << width and width < LONGEST_CODE:
                width += 1
    _end(made, pixels)


def _end(made: int, pixels: int) -> None:
    if made != pixels:
        raise NotWhole(f"{made} pixels of {pixels}")
