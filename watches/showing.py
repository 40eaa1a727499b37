"""A picture that a watch has found, shown small to who looks at it, from its source (`media.showing`)."""

from __future__ import annotations

from typing import BinaryIO

from media.models import Asset
from media.reasons import GoneFromSource, NotNow
from media.showing import CannotShow, because
from poster.errors import OutsideError
from watches.fetching import ORIGIN
from watches.memory import cursor_of
from watches.models import FoundFile
from watches.opened_sources import as_found, open_to_look
from watches.sources import Previewing


def show(asset: Asset, into: BinaryIO, seconds: float) -> bool:
    """Its source's own preview, or the file itself where that is near. Refusals of the login are counted elsewhere."""
    if asset.origin != ORIGIN:
        return False
    file = FoundFile.objects.with_stream().filter(asset=asset.pk).first()
    if file is None or file.watch is None:
        return False
    if file.gone_at:
        raise CannotShow(GoneFromSource())
    try:
        source = open_to_look(file.watch.stream)
        if not isinstance(source, Previewing):
            return False
        source.preview(as_found(file), into, seconds, cursor_of(file.watch.stream))
    except OutsideError as error:
        raise because(error, refused=NotNow()) from None
    return True
