"""Does a JPEG's coded data last exactly as long as its picture? Asked of libjpeg-turbo, told to forgive nothing."""

from __future__ import annotations

import os
import re

from media.pictures.wholeness.runs import NotWhole

# libjpeg's own words (jerror.h) for data that were too few or too many.
TOO_FEW = re.compile(r"premature end|bad Huffman code|instead of RST|Corrupt JPEG data: found marker", re.IGNORECASE)
TOO_MANY = re.compile(r"(\d+) extraneous bytes before marker")
MOST_LEFT = 4  # bytes that some cameras fill up with


def check_ending(stream: bytes, components: int, most_left: int = MOST_LEFT) -> None:
    """`stream`: a JPEG without what applications have put in; `most_left`: bytes too many. Raises NotWhole.

    What this decoder does not know (rare samplings) is left to the other one.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy comes along, and would start a thread for each core
    import simplejpeg  # takes a tenth of a second to load: only for the few pictures that need it

    colours = {1: "GRAY", 4: "CMYK"}.get(components, "RGB")
    try:
        simplejpeg.decode_jpeg(stream, colours, min_height=1, min_width=1, min_factor=8, strict=True)
    except ValueError as error:
        left = TOO_MANY.search(str(error))
        if TOO_FEW.search(str(error)) or (left and int(left[1]) > most_left):
            raise NotWhole(str(error)) from error
