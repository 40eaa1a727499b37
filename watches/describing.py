"""Asset ready → caption: words from a captioner that has seen the picture, within what the channels take."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

from django.db import IntegrityError, transaction

from media import images, spool
from media.images import BadPicture
from poster import clock
from poster.errors import OutsideError, RateLimited, Refused, Suspended, Unanswered, Unauthorized, Unavailable
from poster.secrets.redaction import storable
from poster.work.leases import backoff
from watches import ai_accounts, fault_attribution, limits, wake_ups
from watches.brief import brief_for
from watches.fetching import GIVEN_UP, MOST_TRIES, bytes_of
from watches.models import Asset, Caption, CaptionCall, Watch
from writing.captioners import CAPTIONERS, TOO_LARGE, UNCLEAR, NoWords, Usage, Words
from writing.captioners.faults import Fault

MOST_ASKS = 2  # a captioner that gives no fit words is asked once more, then a person
MOST_UNANSWERED = 3  # calls whose answer was lost: each may have cost money
MOST_TROUBLE = 30  # tries of a picture that they have trouble with alone: a day of them
MOST_SIZES = 2  # the usual copy, and a smaller one
UNANSWERED = "unanswered"


def describe(asset: Asset) -> str:
    """One asset, whose lease the caller holds. Returns a sentence."""
    watch = asset.watch
    if watch is None:
        return _give_to_person(asset, "Its watch was removed before it had a caption. Write the words yourself.")
    if asset.deadly:
        return _give_to_person(asset, "Describing it stopped our worker three times. Write the words yourself.")
    try:
        words = _ask(asset, watch)
    except _NotWell as held:
        return _wait_for_the_account(asset, held)
    except _RefusedAlone as error:
        return _ask_later_or_give_up(asset, error)
    except _LimitMet as met:
        asset.give_back(reason=met.sentence)
        return met.sentence
    except BadPicture as error:
        return _unreadable(asset, error)
    except OutsideError as error:
        return _without_words(asset, watch, error)
    return _keep(asset, watch, words)


def _unreadable(asset: Asset, error: BadPicture) -> str:
    if error.may_pass and asset.tries < MOST_TRIES:
        return _wait(asset, Unavailable(str(error)))
    return _give_to_person(asset, GIVEN_UP.format(asset.name) if error.may_pass else str(error))


def _without_words(asset: Asset, watch: Watch, error: OutsideError) -> str:
    """What follows from an answer that is no caption, or from none."""
    match error:
        case NoWords():
            _note(asset, watch, error.usage, error.outcome, error.sentence, answer=error.answer)
            return _ask_again_or_give_up(asset, error)
        case Unauthorized():  # of the source, when the bytes have to be got again
            return _wait(asset, error)
        case Refused(code=code) if code == TOO_LARGE:
            return _send_less_or_give_up(asset, watch, error)
        case Refused():
            return _give_to_person(asset, error.sentence)
        case Unanswered():
            _note(asset, watch, None, UNANSWERED, error.sentence)
            return _ask_again_after_silence(asset, error)
        case _:
            return _wait(asset, error)


class _NotWell(Exception):
    """The account that describes does not, for now. `until`: the next try; None: nobody has put in a key."""

    def __init__(self, sentence: str, until: dt.datetime | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.until = until


class _RefusedAlone(Exception):
    """It was refused, and that may be its own fault. `again`: seconds until it is asked for again; 0: no more."""

    def __init__(self, sentence: str, again: float) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.again = again


class _LimitMet(Exception):
    """Its owner has spent of the operator's money what they may."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _ask(asset: Asset, watch: Watch) -> Words:
    """Raises what a captioner raises, and _NotWell for what is wrong with the account: no picture is asked for then."""
    account = _account(asset, watch)
    if wait := limits.before_asking(asset, watch.captioner):
        raise _LimitMet(wait)
    account.check()
    picture = _for_model(asset)
    if rest := account.stops(asset):
        raise _NotWell(ai_accounts.told(rest), rest.until)
    try:
        words = CAPTIONERS[watch.captioner]().describe(picture, brief_for(asset, watch), account.key)
    except NoWords as error:
        if error.trace.status is None:  # a model spoke; what comes with a status was stopped on its way to one
            _is_well(account)
        raise
    except (Unauthorized, Suspended) as error:
        raise _refused(account, error, asset, watch) from error
    except Refused as error:
        if error.code != UNCLEAR:
            raise
        suspected = Suspended(error.sentence, code=Fault.REQUEST, actor=error.actor, trace=error.trace)
        raise _refused(account, suspected, asset, watch) from error
    except RateLimited as error:
        account.limit(error)
        raise
    except Unavailable as error:
        _give_up_in_time(asset, watch, error)
        raise
    _is_well(account)
    return words


def _for_model(asset: Asset) -> Path:
    """The copy that a model gets, made when it is not there."""
    picture = spool.for_model(asset.pk)
    if not picture.exists():
        images.make_for_model(bytes_of(asset), picture, name=asset.name)
    return picture


def _give_up_in_time(asset: Asset, watch: Watch, error: Unavailable) -> None:
    """Raises Refused when they have trouble with this one alone, and have had for a day."""
    if asset.tries >= MOST_TROUBLE and fault_attribution.answers_others(asset, watch):
        told = f"{error.sentence} Others were described meanwhile. Ask again later, or write the words yourself."
        raise Refused(told) from error


def _refused(account: ai_accounts.Account, error: Unauthorized | Suspended, asset: Asset, watch: Watch) -> Exception:
    """What becomes of a picture that was refused for what may be wrong with its account."""
    verdict = fault_attribution.verdict(asset, watch, error.code, held=account.is_held())
    times = fault_attribution.refusals(asset).count()
    if not times or verdict is not fault_attribution.Verdict.HOLD:
        _note(asset, watch, fault_attribution.free(watch), fault_attribution.ACCOUNT, error.sentence)
    if verdict is fault_attribution.Verdict.PERSON:
        told = f"{error.sentence} It is this picture alone. Ask again later, or write the words yourself."
        return _RefusedAlone(told, 0)
    if verdict is fault_attribution.Verdict.LATER:
        return _RefusedAlone(
            f"{error.sentence} We ask again, as it may be this picture alone.", backoff(times, first=60)
        )
    rest = account.hold(error, asset)
    # The next try is another's, or one that is refused for itself would have all of them.
    behind = ai_accounts.PAUSE.first if account.others_wait(asset) else dt.timedelta()
    return _NotWell(ai_accounts.told(rest), rest.until + behind)


def _account(asset: Asset, watch: Watch) -> ai_accounts.Account:
    try:
        return ai_accounts.account_of(watch, asset.owner_id)
    except Unauthorized as error:
        raise _NotWell(error.sentence) from error


def _is_well(account: ai_accounts.Account) -> None:
    if account.is_well():
        wake_ups.after_an_answer(account.captioner)


def _wait_for_the_account(asset: Asset, held: _NotWell) -> str:
    """That is no try of this picture, and nothing is wrong with it."""
    pause = ai_accounts.PAUSE
    wait = held.until - clock.now() if held.until else pause.most
    wait = min(max(wait, dt.timedelta(seconds=1)), pause.most + pause.first)
    asset.let_go(after=wait.total_seconds(), reason=held.sentence)
    return held.sentence


def _keep(asset: Asset, watch: Watch, words: Words) -> str:
    """The first answer stays; a second one, from a worker that was slower, is dropped, but its cost is noted."""
    try:
        with transaction.atomic():
            Caption.objects.create(
                asset=asset,
                text=words.text,
                alt_text=words.alt_text,
                hashtags=list(words.hashtags),
                captioner=watch.captioner,
                model=words.usage.model,
                prompt=words.prompt,
                holds=[hold.stored() for hold in words.holds],
            )
            asset.let_go(tries=0, reason="")
    except IntegrityError:
        _note(asset, watch, words.usage, "late", "Another worker had asked already.", answer=words.answer)
        return f"{asset.name} had a caption already."
    _note(asset, watch, words.usage, "words", "", answer=words.answer)
    spool.for_model(asset.pk).unlink(missing_ok=True)
    return f"{asset.name} has a caption."


def _note(asset: Asset, watch: Watch, usage: Usage | None, outcome: str, sentence: str, *, answer: str = "") -> None:
    """What the call cost, and what came of it; nothing when the owner is gone, for then nobody is left to tell."""
    with contextlib.suppress(IntegrityError), transaction.atomic():
        CaptionCall.objects.create(
            owner_id=asset.owner_id,
            asset=asset,
            captioner=watch.captioner,
            model=usage.model if usage else watch.model,
            input_tokens=usage.input_tokens if usage else 0,
            output_tokens=usage.output_tokens if usage else 0,
            cost=usage.cost if usage else None,
            seconds=usage.seconds if usage else 0,
            outcome=outcome,
            sentence=sentence,
            answer=storable(answer),
            paid_by_operator=limits.paid_by_operator(watch.captioner, asset.owner_id),
        )


def _ask_again_or_give_up(asset: Asset, error: NoWords) -> str:
    if asset.tries + 1 < MOST_ASKS:
        asset.let_go(after=5, tries=asset.tries + 1, reason=error.sentence)
        return error.sentence
    return _give_to_person(asset, error.sentence)


def _ask_again_after_silence(asset: Asset, error: Unanswered) -> str:
    """Three times; and three times more whenever a person asks again."""
    silent = CaptionCall.objects.filter(asset=asset, outcome=UNANSWERED).count()
    if silent % MOST_UNANSWERED:
        return _wait(asset, error)
    return _give_to_person(
        asset,
        f"The model was asked {MOST_UNANSWERED} times and gave no complete answer; each call may have cost. "
        "Ask it again later, or write the words yourself.",
    )


def _ask_later_or_give_up(asset: Asset, error: _RefusedAlone) -> str:
    if not error.again:
        return _give_to_person(asset, error.sentence)
    asset.let_go(after=error.again, reason=error.sentence)
    return error.sentence


def _send_less_or_give_up(asset: Asset, watch: Watch, error: Refused) -> str:
    """One smaller copy; and one more round whenever a person asks again."""
    _note(asset, watch, fault_attribution.free(watch), TOO_LARGE, error.sentence)
    sent = CaptionCall.objects.filter(asset=asset, outcome=TOO_LARGE).count()
    if sent % MOST_SIZES and _made_smaller(asset):
        asset.let_go(after=1, reason=f"{error.sentence} A smaller copy is sent.")
        return error.sentence
    told = f"{error.sentence} We have no smaller copy to send. Write the words yourself, or choose another model."
    return _give_to_person(asset, told)


def _made_smaller(asset: Asset) -> bool:
    """A quarter of its pixels."""
    picture = spool.for_model(asset.pk)
    smaller = picture.with_suffix(".small.jpg")
    side = min(images.MODEL_SIDE, max(asset.width, asset.height)) // 2
    try:
        images.make_for_model(picture, smaller, max_side=max(side, 1), name=asset.name)
        smaller.replace(picture)
    except (BadPicture, OSError):
        return False
    return True


def _give_to_person(asset: Asset, sentence: str) -> str:
    asset.let_go(state=Asset.State.WORDLESS, reason=sentence, tries=0)
    return sentence


def _wait(asset: Asset, error: OutsideError) -> str:
    told = error.retry_after if isinstance(error, Unavailable) else None
    tries = asset.tries + (not isinstance(error, RateLimited))
    asset.let_go(after=max(told or 0, backoff(asset.tries)), tries=tries, reason=error.sentence)
    return error.sentence
