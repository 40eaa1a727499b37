"""What the doctor asks about what everything else rests on: triggers, whether this is a copy, files, and the proxy.

Each look gives (what was looked at, "ok", "warning" or "problem", a sentence).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from operations.backups import restored_copy
from poster.config import files
from poster.database import trigger_sync
from poster.web import proxies

Told = tuple[str, str, str]
# What the proxy in front does not do.
LACKS = {
    proxies.Lack.ADDRESS: _(
        "The proxy in front does not say where visitors come from, so all of them count as one: a few wrong passwords "
        "of anybody hold everybody off. Let it set X-Forwarded-For, as docs/going-live.md shows."
    ),
    proxies.Lack.SCHEME: _(
        "The proxy in front does not say that visitors come by https, so pages redirect in circles and forms are "
        "refused. Let it set X-Forwarded-Proto, as docs/going-live.md shows."
    ),
    proxies.Lack.UNBELIEVED: _(
        "Visitors come through a proxy, and BEHIND_PROXY is not set: all of them count as one, and links and cookies "
        "are not what they should be. Set BEHIND_PROXY=yes and start again."
    ),
}
NAMED = 5  # things that one sentence names


def looks() -> Iterator[Told]:
    """All of them."""
    for look in (triggers, restored, open_files, proxy):
        yield from look()


def triggers() -> Iterator[Told]:
    """Does the database refuse what it should? Nothing is published when it does not."""
    found = trigger_sync.differences(connection)
    if not found:
        yield (
            gettext("triggers"),
            "ok",
            gettext("The database refuses what would change the ledger, or mix two people's rows."),
        )
        return
    named = "; ".join(str(each) for each in found[:NAMED])
    told = ngettext(
        "%(number)d is not as it should be, so nothing is published: %(names)s. `manage.py start` puts back what is "
        "missing or changed; remove what is not ours. Then run `audit_verify`.",
        "%(number)d are not as they should be, so nothing is published: %(names)s. `manage.py start` puts back what is "
        "missing or changed; remove what is not ours. Then run `audit_verify`.",
        len(found),
    )
    yield gettext("triggers"), "problem", told % {"number": len(found), "names": named}


def restored() -> Iterator[Told]:
    """Is this an older copy of itself that was put back?"""
    if now := restored_copy.told():
        told = (
            gettext(
                "This is a copy of %(when)s, so nothing is published. You can let it go on: see `manage.py restore`."
            )
            if now.ready
            else gettext(
                "This is a copy of %(when)s, so nothing is published. Every channel is asked what was posted since: "
                "see `manage.py restore`."
            )
        )
        yield gettext("restored copy"), "problem", told % {"when": now.restore}


def open_files() -> Iterator[Told]:
    """Can others on this machine look into our files, or are some not ours?"""
    var = Path(settings.VAR)
    found = files.loose(var) if var.is_dir() else []
    if ours := [each for each in found if not each.foreign]:
        told = gettext("Others on this machine can look into %(files)s. The next `start` or `work` closes them.")
        yield gettext("files"), "warning", told % {"files": files.told(ours, var)}
    if theirs := [each for each in found if each.foreign]:
        told = gettext("Somebody else's: %(files)s. Give them to our user (chown).")
        yield gettext("files"), "warning", told % {"files": files.told(theirs, var)}


def proxy() -> Iterator[Told]:
    """Does the proxy say where visitors come from, and how? As the last ones have shown."""
    lack = proxies.seen()
    if lack in LACKS:
        yield gettext("proxy"), "warning", str(LACKS[lack])
    elif lack is proxies.Lack.NOTHING:
        yield gettext("proxy"), "ok", gettext("It says where visitors come from, and that they come by https.")
