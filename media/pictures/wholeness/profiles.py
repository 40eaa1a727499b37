"""A colour profile that was wiped out in part would change every colour, and a decoder would say nothing."""

from __future__ import annotations

import re

from media.pictures.wholeness.runs import NotWhole

HEADER, ENTRY = 128, 12
MOST_TAGS = 100
NAME = re.compile(rb"[ -~]{4}")
COLORANTS = (b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt")


def check(profile: bytes) -> None:
    """ICC.1:2022, 7.2 and 7.3: header, table of tags, tags. Raises NotWhole where there are zeros for a name.

    What is nonsense without being empty was written so; whoever reads the picture ignores it.
    """
    if profile[36:40] == bytes(4) and profile[:4] != bytes(4):
        raise NotWhole("a profile without its signature")
    if profile[36:40] != b"acsp":
        return
    count = min(int.from_bytes(profile[HEADER : HEADER + 4]), MOST_TAGS)
    for at in range(HEADER + 4, HEADER + 4 + ENTRY * count, ENTRY):
        name, start = profile[at : at + 4], int.from_bytes(profile[at + 4 : at + 8])
        kind = profile[start : start + 4]
        if name == bytes(4) or (NAME.fullmatch(name) and kind == bytes(4)):
            raise NotWhole("a profile with an empty tag")
        if name in COLORANTS and kind == b"XYZ " and profile[start + 8 : start + 20] == bytes(12):
            raise NotWhole("a profile with a colour that is none")
    if not count:
        raise NotWhole("a profile without tags")
