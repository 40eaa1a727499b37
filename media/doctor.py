"""What the doctor looks at here: are the files there that only we have?"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media import sweeping
from poster.doctor import Finding, ok, problem


def files(*, offline: bool) -> Iterator[Finding]:
    """What was found can be got again, what was made can be made again; what was uploaded cannot."""
    if missing := len(sweeping.lost_only_copies()):
        text = ngettext(
            "%d uploaded picture is not where it was put. Put the storage back, or its file from a backup.",
            "%d uploaded pictures are not where they were put. Put the storage back, or their files from a backup.",
            missing,
        )
        yield problem(_("files"), text % missing)
    else:
        yield ok(_("files"), _("All pictures that only this install has are where they were put."))
