"""Asset found → ready: bytes in the spool, verified, looked at in a child process, and the same picture only once.

What is damaged may be on its way still: a copy that goes on, a sync that uploads what it has. So it is *incomplete* for
a day after it was last seen to change (a change is another revision, and another row), and then *skipped* as damaged.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.db import IntegrityError, transaction

from accounts.connections import login_doubts
from accounts.connections.blocks import block
from accounts.connections.refusals import second_chance
from accounts.models import Credential
from media import images, spool
from media.geocoding import town
from media.images import BadPicture, Fault, Picture
from poster import clock
from poster.errors import OutsideError, RateLimited, Refused, Unauthorized, Unavailable
from poster.work import space
from poster.work.leases import backoff
from watches import limits
from watches.models import BACK, Asset
from watches.opened_sources import as_found, open_source
from watches.sources import Fetched

MOST_BYTES = 200 * 1024 * 1024  # no platform takes a picture near this
MOST_TRIES = 8  # of a picture whose fault may have been the machine's: about an hour
IN_A_MOMENT = 5  # seconds
FOR_THE_REST = dt.timedelta(hours=24)
NOT_COMPLETE = (
    "{} is not complete yet: part of it is missing. We take it when the rest is there; after a day we give up."
)
GIVEN_UP = (
    "{} could not be read for an hour, and the fault may be this machine's. Look at its memory and disk, then drop "
    "a copy in."
)


def fetch(asset: Asset) -> str:
    """One asset, whose lease the caller holds. Returns a sentence."""
    if asset.deadly:
        return _end(asset, Asset.State.SKIPPED, f"{asset.name} stopped our reader three times, so it was put aside.")
    if asset.watch is None:
        return _end(asset, Asset.State.GONE, "Its watch was removed before it was fetched.")
    if asset.size > MOST_BYTES:
        return _end(
            asset,
            Asset.State.SKIPPED,
            f"{asset.name} is larger than 200 MB. Save a smaller copy and drop that in.",
        )
    if wait := limits.before_fetching(asset):
        asset.give_back(reason=wait)
        return wait
    try:
        fetched = _bytes(asset)
        asset.swap(fetched_at=clock.now())
        picture = images.take_in(
            spool.original(asset.pk),
            asset.name,
            for_model=spool.for_model(asset.pk),
            thumbnail=spool.thumbnail(asset.pk),
        )
    except BadPicture as error:
        return _unreadable(asset, error)
    except Unauthorized as error:
        return _wait_for_login(asset, error)
    except Refused as error:
        return _end(asset, Asset.State.SKIPPED, error.sentence)
    except OutsideError as error:
        return _wait(asset, error)
    return _keep(asset, fetched, picture)


def _unreadable(asset: Asset, error: BadPicture) -> str:
    if error.fault == Fault.DAMAGED and clock.now() < asset.created_at + FOR_THE_REST:
        return _wait_for_the_rest(asset)
    if not error.may_pass:
        return _end(asset, Asset.State.SKIPPED, str(error))
    if asset.tries < MOST_TRIES:
        return _wait(asset, Unavailable(str(error)))
    return _end(asset, Asset.State.SKIPPED, GIVEN_UP.format(asset.name))


def bytes_of(asset: Asset) -> Path:
    """The original's bytes; fetched again, and verified to be the same, when they were dropped meanwhile.

    Raises Refused when the source no longer has these very bytes, NoRoom when the disk is too full to fetch them.
    """
    path = spool.original(asset.pk)
    if path.exists():
        return path
    if asset.watch is None:
        raise Refused(f"{asset.name} is no longer here, and its watch was removed. Drop the picture in once more.")
    space.check(asset.size)
    fetched = _bytes(asset)
    if fetched.sha256 != asset.sha256:
        path.unlink()
        raise Refused(
            f"{asset.name} was changed since this post was made. Discard the post; the new picture gets its own."
        )
    Asset.objects.filter(pk=asset.pk).update(in_spool=True)
    return path


def _bytes(asset: Asset) -> Fetched:
    assert asset.watch is not None  # noqa: S101 - both callers have looked
    stream = asset.watch.stream
    fetched = open_source(stream, asset.pk).fetch(as_found(asset), spool.original(asset.pk), stream.cursor)
    if stream.credential:
        login_doubts.accepted(stream.credential)
    return fetched


def _keep(asset: Asset, fetched: Fetched, picture: Picture) -> str:
    wants_place = asset.watch is not None and asset.watch.name_places and picture.place is not None
    try:
        with transaction.atomic():
            kept = asset.let_go(
                state=Asset.State.READY,
                sha256=fetched.sha256,
                size=fetched.size,
                mime=picture.mime,
                width=picture.width,
                height=picture.height,
                taken_on=picture.taken_on,
                place=town(*picture.place) if wants_place and picture.place else "",
                impression=picture.impression,
                fingerprint=picture.fingerprint,
                ai_mark=picture.ai_mark,
                doubt=picture.doubt,
                in_spool=True,
                tries=0,
                reason="",
            )
    except IntegrityError:  # (watch, sha256) is there already
        return _same_again(asset, fetched)
    return f"{asset.name} is ready." if kept else _too_late(asset)


def _same_again(asset: Asset, fetched: Fetched) -> str:
    """Where the other one was taken away, that was its owner's stop: whether it goes on is for them to say."""
    others = Asset.objects.filter(watch=asset.watch_id, sha256=fetched.sha256, state=Asset.State.READY)
    if others.filter(gone_at=None).exists():
        said = "The very same picture is in this watch already, so it is not posted again."
        return _end(asset, Asset.State.DUPLICATE, said)
    if asset.let_go(state=Asset.State.HELD, sha256=fetched.sha256, reason=BACK, in_spool=False):
        spool.drop_all(asset.pk)
    return BACK


def _too_late(asset: Asset) -> str:
    """Somebody else has decided about it meanwhile. When that was to drop it, nobody needs its bytes."""
    on_its_way = [Asset.State.FOUND, Asset.State.INCOMPLETE, Asset.State.READY]
    if not Asset.objects.filter(pk=asset.pk, state__in=on_its_way).exists():
        spool.drop_all(asset.pk)
    return f"{asset.name} is in other hands."


def _wait_for_the_rest(asset: Asset) -> str:
    """Its bytes are of no use; those that come are got anew. The last look is when its day is over."""
    reason = NOT_COMPLETE.format(asset.name)
    wait = (asset.created_at + FOR_THE_REST - clock.now()).total_seconds()
    if asset.let_go(after=wait, state=Asset.State.INCOMPLETE, reason=reason, in_spool=False, tries=0):
        spool.drop_all(asset.pk)
    return reason


def _end(asset: Asset, state: Asset.State, reason: str) -> str:
    if asset.let_go(state=state, reason=reason, in_spool=False):
        spool.drop_all(asset.pk)
    return reason


def _wait_for_login(asset: Asset, error: Unauthorized) -> str:
    """Once it is certain that only a person can help, it is due as soon as they did: nobody takes it until then."""
    login = asset.watch.stream.credential if asset.watch else None
    if login is None:
        return _wait(asset, error)
    if login.state != Credential.State.BLOCKED and second_chance(login, asset.pk):
        return _wait_in_doubt(asset, login)
    block(login, error.sentence)
    asset.let_go(after=IN_A_MOMENT, reason=error.sentence)
    return error.sentence


def _wait_in_doubt(asset: Asset, login: Credential) -> str:
    """That is no try of this picture, and nothing is wrong with it."""
    row = login_doubts.doubt(login)
    sentence = login_doubts.told(row) if row else ""
    asset.let_go(after=login_doubts.left(row) if row else IN_A_MOMENT, reason=sentence)
    return sentence


def _wait(asset: Asset, error: OutsideError) -> str:
    told = error.retry_after if isinstance(error, Unavailable) else None
    tries = asset.tries + (not isinstance(error, RateLimited))
    asset.let_go(after=max(told or 0, backoff(asset.tries)), tries=tries, reason=error.sentence)
    return error.sentence
