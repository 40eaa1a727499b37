"""A post that wants words → words from a captioner that has seen its pictures, within what its channels take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.db import IntegrityError

from media import blobs, images, renditions
from media.images import BadPicture, Recipe
from media.models import Asset, Blob
from poster import clock
from poster.errors import OutsideError, RateLimited, Refused, Unanswered, Unauthorized, Unavailable
from poster.reasons import Because, Reason
from poster.work.leases import backoff
from publishing.describing import fault_attribution
from publishing.describing.adopting import adopt
from publishing.describing.asking import LimitMet, NotWell, RefusedAlone, Unseen, ask
from publishing.describing.calls import note
from publishing.models import Post
from publishing.posts.writers import Writer, is_own, writer_of
from publishing.reasons import waiting as why
from publishing.reasons.posts import NoModel
from watches.fetching import MOST_TRIES
from watches.reasons.files import UnreadForAnHour
from writing.ai_accounts import PAUSE
from writing.ai_calls import UNANSWERED, WORDS
from writing.captioners import CAPTIONERS, TOO_LARGE, NoWords, Words
from writing.holds import Doubt, Hold
from writing.models import AiCall, Suggestion

MOST_ASKS = 2  # a captioner that gives no fit words is asked once more, then a person
MOST_UNANSWERED = 3  # calls whose answer was lost: each may have cost money
MOST_SIZES = 2  # the usual copy, and a smaller one


def describe(post: Post) -> str:
    """One post, whose lease the caller holds. Returns a sentence."""
    watch = writer_of(post)
    if watch is None:
        return _give_to_person(post, NoModel() if is_own(post) else why.WatchRemoved())
    if post.deadly:
        return _give_to_person(post, why.DescribingStopsUs())
    assets = _looked_at(post, watch)
    if not assets:
        return _give_to_person(post, why.NoPictureToDescribe())
    try:
        words = ask(post, watch, assets)
    except NotWell as held:
        return _wait_for_the_account(post, held)
    except RefusedAlone as error:
        return _ask_later_or_give_up(post, error)
    except LimitMet as met:
        if is_own(post):  # nobody holds it back by its source
            return _give_to_person(post, met.reason)
        post.give_back(**Post.wordless_because.columns(met.reason))
        return str(met.reason)
    except Unseen as unseen:
        return _unreadable(post, unseen.asset, unseen.error)
    except OutsideError as error:
        return _without_words(post, watch, assets, error)
    return _keep(post, watch, assets, words)


def _looked_at(post: Post, watch: Writer) -> list[Asset]:
    """As many of its pictures as the captioner looks at, in their order."""
    pictures = Asset.objects.filter(items__post=post.pk).order_by("items__position", "items__created_at")
    return list(pictures[: CAPTIONERS[watch.captioner].most_pictures])


def _unreadable(post: Post, asset: Asset, error: BadPicture) -> str:
    if error.may_pass and post.tries < MOST_TRIES:
        return _wait(post, Unavailable(error.reason))
    return _give_to_person(post, UnreadForAnHour(name=asset.name) if error.may_pass else error.reason)


def _without_words(post: Post, watch: Writer, assets: Sequence[Asset], error: OutsideError) -> str:
    """What follows from an answer that is no caption, or from none."""
    match error:
        case NoWords():
            note(post, watch, error.usage, error.outcome, error.reason, answer=error.answer)
            return _ask_again_or_give_up(post, error)
        case Unauthorized():  # of the source, when the bytes have to be got again
            return _wait(post, error)
        case Refused(code=code) if code == TOO_LARGE:
            return _send_less_or_give_up(post, watch, assets, error)
        case Refused():
            return _give_to_person(post, error.reason)
        case Unanswered():
            note(post, watch, None, UNANSWERED, error.reason)
            return _ask_again_after_silence(post, error)
        case _:
            return _wait(post, error)


def _wait_for_the_account(post: Post, held: NotWell) -> str:
    """That is no try of this picture, and nothing is wrong with it."""
    wait = held.until - clock.now() if held.until else PAUSE.most
    wait = min(max(wait, dt.timedelta(seconds=1)), PAUSE.most + PAUSE.first)
    return _put_off(post, held.reason, wait.total_seconds())


def _keep(post: Post, watch: Writer, assets: Sequence[Asset], words: Words) -> str:
    """The first answer stays; a second one, from a worker that was slower, is dropped, but its cost is noted."""
    suggestion = Suggestion(
        owner_id=post.owner_id,
        subject=post.pk,
        turn=post.turn,
        text=words.text,
        alt_texts={str(asset.pk): told for asset, told in zip(assets, words.alt_texts, strict=False)},
        hashtags=list(words.hashtags),
        captioner=watch.captioner,
        model=words.usage.model,
        prompt=words.prompt,
        holds=[hold.stored() for hold in _holds(post, words)],
    )
    name = assets[0].name
    try:
        adopted = adopt(post, watch, suggestion)
    except IntegrityError:
        note(post, watch, words.usage, "late", why.AskedByAnother(), answer=words.answer)
        return f"{name} had its words already."
    note(post, watch, words.usage, WORDS, None, answer=words.answer)
    for asset in assets:
        _drop_copies(asset)
    return f"{name} has its words." if adopted else f"Somebody was faster with the words for {name}."


def _holds(post: Post, words: Words) -> Sequence[Hold]:
    """What the captioner did not look at, and nobody has described, is for a person."""
    unseen = post.items.all()[len(words.alt_texts) :]
    if any(not item.alt_text for item in unseen) and Doubt.NO_ALT_TEXT not in {hold.code for hold in words.holds}:
        return (*words.holds, Hold(Doubt.NO_ALT_TEXT))
    return words.holds


def _ask_again_or_give_up(post: Post, error: NoWords) -> str:
    if post.tries + 1 < MOST_ASKS:
        return _put_off(post, error.reason, 5, tries=post.tries + 1)
    return _give_to_person(post, error.reason)


def _ask_again_after_silence(post: Post, error: Unanswered) -> str:
    """Three times; and three times more whenever a person asks again."""
    silent = AiCall.objects.filter(subject=post.pk, outcome=UNANSWERED).count()
    if silent % MOST_UNANSWERED:
        return _wait(post, error)
    return _give_to_person(post, why.NeverAnswered(times=MOST_UNANSWERED))


def _ask_later_or_give_up(post: Post, error: RefusedAlone) -> str:
    if not error.again:
        return _give_to_person(post, error.reason)
    return _put_off(post, error.reason, error.again)


def _send_less_or_give_up(post: Post, watch: Writer, assets: Sequence[Asset], error: Refused) -> str:
    """One smaller copy; and one more round whenever a person asks again."""
    note(post, watch, fault_attribution.free(watch), TOO_LARGE, error.reason)
    sent = AiCall.objects.filter(subject=post.pk, outcome=TOO_LARGE).count()
    if sent % MOST_SIZES and not [asset for asset in assets if not _made_smaller(asset)]:
        return _put_off(post, why.SmallerSent(cause=Because(error.reason)), 1)
    return _give_to_person(post, why.NoSmallerCopy(cause=Because(error.reason)))


def _made_smaller(asset: Asset) -> bool:
    """A quarter of its pixels, in the place of the copy that was too large."""
    copies = Blob.objects.filter(asset=asset, purpose=Blob.Purpose.FOR_MODEL).order_by("created_at")
    side = max(min(images.MODEL_SIDE, max(asset.width, asset.height)) // 2, 1)
    recipe = Recipe(max_width=side, max_height=side)
    smaller = renditions.digest(recipe, asset.ai_mark)
    try:
        renditions.made(asset, [recipe], Blob.Purpose.FOR_MODEL, of=copies.last())
        blobs.drop(copies.exclude(recipe=smaller))
    except (BadPicture, OutsideError):
        return False
    return True


def _drop_copies(asset: Asset) -> None:
    """Nobody looks at them any more; what cannot be deleted now goes with the other bytes of it."""
    with suppress(Unavailable):
        blobs.drop(Blob.objects.filter(asset=asset, purpose=Blob.Purpose.FOR_MODEL))


def _give_to_person(post: Post, reason: Reason) -> str:
    """Unless it has words already, and was to get others: those stay, and may be approved."""
    wants = Post.Words.THERE if post.text else Post.Words.PERSON
    return _put_off(post, reason, wants_words=wants, tries=0)


def _put_off(post: Post, reason: Reason, after: float = 0, **more: Any) -> str:  # noqa: ANN401
    """`after`: seconds. `more`: columns."""
    post.let_go(after=after, **Post.wordless_because.columns(reason), **more)
    return str(reason)


def _wait(post: Post, error: OutsideError) -> str:
    told = error.retry_after if isinstance(error, Unavailable) else None
    tries = post.tries + (not isinstance(error, RateLimited))
    return _put_off(post, error.reason, max(told or 0, backoff(post.tries)), tries=tries)
