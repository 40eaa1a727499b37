"""One question to the captioner of a watch, and whose fault it is when there is no answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from media import blobs, renditions
from media.images import FOR_MODEL, BadPicture
from media.models import Asset, Blob
from poster.errors import RateLimited, Refused, Suspended, Unauthorized, Unavailable
from poster.reasons import Because, Reason
from poster.work.leases import backoff
from publishing.describing import budgets, fault_attribution, held_accounts, wake_ups
from publishing.describing.brief import brief_for
from publishing.describing.calls import note
from publishing.models import Post
from publishing.posts.writers import Writer
from publishing.reasons.waiting import MaybeThisAlone, OthersWereDescribed, ThisPictureAlone
from writing import ai_accounts
from writing.ai_accounts import Account
from writing.captioners import CAPTIONERS, UNCLEAR, NoWords, Words
from writing.captioners.faults import Fault

MOST_TROUBLE = 30  # tries of a picture that they have trouble with alone: a day of them


class NotWell(Exception):
    """The account that describes does not, for now. `until`: the next try; None: nobody has put in a key."""

    def __init__(self, reason: Reason, until: dt.datetime | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.until = until


class RefusedAlone(Exception):
    """It was refused, and that may be its own fault. `again`: seconds until it is asked for again; 0: no more."""

    def __init__(self, reason: Reason, again: float) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


class LimitMet(Exception):
    """Its owner has spent of the operator's money what they may."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Unseen(Exception):
    """A picture of the post cannot be looked at, so nobody is asked about any."""

    def __init__(self, asset: Asset, error: BadPicture) -> None:
        super().__init__(error.reason)
        self.asset = asset
        self.error = error


def ask(post: Post, watch: Writer, assets: Sequence[Asset]) -> Words:
    """What the captioner says of these pictures: as many as it looks at, in their order. It sees each whole, also where
    the post shows a part: so words are there before anybody crops, and the same ones serve every crop.

    Raises what a captioner raises, and NotWell for what is wrong with the account: no picture is asked for then.
    """
    account = _account(post, watch)
    if wait := budgets.before_asking(post, watch.captioner):
        raise LimitMet(wait)
    account.check()
    seen = [_for_model(asset) for asset in assets]
    if rest := account.stops(post.pk):
        raise NotWell(ai_accounts.told(rest), rest.until)
    try:
        with _files(seen) as pictures, _naming(assets[0]):
            words = CAPTIONERS[watch.captioner]().describe(pictures, brief_for(post, assets[0], watch), account.key)
    except NoWords as error:
        if error.trace.status is None:  # a model spoke; what comes with a status was stopped on its way to one
            _is_well(account)
        raise
    except (Unauthorized, Suspended) as error:
        raise _refused(account, error, post, watch) from error
    except Refused as error:
        if error.code != UNCLEAR:
            raise
        suspected = Suspended(error.reason, code=Fault.REQUEST, actor=error.actor, trace=error.trace)
        raise _refused(account, suspected, post, watch) from error
    except RateLimited as error:
        account.limit(error)
        raise
    except Unavailable as error:
        _give_up_in_time(post, watch, error)
        raise
    _is_well(account)
    return words


@contextmanager
def _naming(asset: Asset) -> Iterator[None]:
    """A captioner that reads pictures itself does not say which one it cannot read."""
    try:
        yield
    except BadPicture as error:
        raise Unseen(asset, error) from error


def _for_model(asset: Asset) -> Blob:
    """The copy that a model gets, made when it is not there."""
    last = Blob.objects.filter(asset=asset, purpose=Blob.Purpose.FOR_MODEL).order_by("created_at").last()
    if last and blobs.is_there(last):  # made smaller, where the usual one was too large for them
        return last
    try:
        [made] = renditions.made(asset, [FOR_MODEL], Blob.Purpose.FOR_MODEL)
    except BadPicture as error:
        raise Unseen(asset, error) from error
    return made


@contextmanager
def _files(seen: Sequence[Blob]) -> Iterator[list[Path]]:
    with ExitStack() as opened:
        yield [opened.enter_context(blobs.storage(copy.place).local(copy.key)) for copy in seen]


def _give_up_in_time(post: Post, watch: Writer, error: Unavailable) -> None:
    """Raises Refused when they have trouble with this one alone, and have had for a day."""
    if post.tries >= MOST_TROUBLE and fault_attribution.answers_others(post, watch):
        raise Refused(OthersWereDescribed(cause=Because(error.reason))) from error


def _refused(account: Account, error: Unauthorized | Suspended, post: Post, watch: Writer) -> Exception:
    """What becomes of a picture that was refused for what may be wrong with its account."""
    verdict = fault_attribution.verdict(post, watch, error.code, held=account.is_held())
    times = fault_attribution.refusals(post).count()
    if not times or verdict is not fault_attribution.Verdict.HOLD:
        note(post, watch, fault_attribution.free(watch), fault_attribution.ACCOUNT, error.reason)
    if verdict is fault_attribution.Verdict.PERSON:
        return RefusedAlone(ThisPictureAlone(cause=Because(error.reason)), 0)
    if verdict is fault_attribution.Verdict.LATER:
        return RefusedAlone(MaybeThisAlone(cause=Because(error.reason)), backoff(times, first=60))
    rest = account.hold(error, post.pk)
    held_accounts.tell(account, rest)
    # The next try is another's, or one that is refused for itself would have all of them.
    behind = ai_accounts.PAUSE.first if _others_wait(account, post) else dt.timedelta()
    return NotWell(ai_accounts.told(rest), rest.until + behind)


def _others_wait(account: Account, post: Post) -> bool:
    """Whether somebody else could make the next try."""
    return held_accounts.waiting_for(account).exclude(pk=post.pk).exists()


def _account(post: Post, watch: Writer) -> Account:
    try:
        return ai_accounts.account_of(watch.captioner, post.owner_id, watch.model)
    except Unauthorized as error:
        raise NotWell(error.reason) from error


def _is_well(account: Account) -> None:
    if account.is_well():
        wake_ups.after_an_answer(account.captioner)
