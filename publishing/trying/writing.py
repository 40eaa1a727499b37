"""A trial → its words, or why there are none. Each is asked for once: whoever wants more tries again.

What is wrong with an account is told here and not remembered: the posts that need it find out by themselves. Only that
it asked us to slow down is, as all that use it have to wait then.
"""

from __future__ import annotations

from typing import Any

from media import blobs
from media.images import BadPicture, make_for_model
from poster.errors import OutsideError, RateLimited, Unanswered
from poster.reasons import Reason
from poster.work import cooldowns
from poster.work.leases import ALONE
from publishing.models import Trial
from publishing.platforms import Label
from publishing.posts.labels import labels_of
from publishing.posts.text_limits import room_for_words
from publishing.reasons.trying import TryInterrupted
from publishing.trying.budget import why_not
from watches import limits
from watches.fetching import too_large
from watches.opened_sources import opened
from writing import ai_accounts, ai_calls
from writing.ai_accounts import Account
from writing.ai_calls import UNANSWERED, WORDS, Asked
from writing.captioners import CAPTIONERS, Brief, NoWords, Usage, Words
from writing.filename_words import folder_words, name_words
from writing.models import AiCall


def write(trial: Trial) -> str:
    """One of them, whose lease the caller holds. Returns a sentence."""
    if trial.deaths > ALONE:  # it may have been asked for, and paid, already
        return interrupted(trial)
    if reason := _why_not(trial):
        return _end(trial, reason)
    try:
        account = ai_accounts.account_of(trial.captioner, trial.owner_id, trial.model)
        if rest := cooldowns.waits(account.keys):
            return _end(trial, ai_accounts.told(rest))
        account.check()
        words = _asked(trial, account)
    except BadPicture as error:
        return _end(trial, error.reason)
    except OutsideError as error:
        _note_error(trial, error)
        return _end(trial, error.reason)
    _note(trial, words.usage, WORDS, None, answer=words.answer)
    return _keep(trial, words)


def _why_not(trial: Trial) -> Reason | None:
    """What keeps the picture of a watch from being fetched keeps this one from it."""
    no_room = too_large(trial.name, trial.size) or limits.no_room_for(trial.size)
    return no_room or why_not(trial.owner, trial.captioner)


def interrupted(trial: Trial) -> str:
    """Something raised that nobody foresaw: it is not asked for, and paid, once more."""
    return _end(trial, TryInterrupted())


def _asked(trial: Trial, account: Account) -> Words:
    """What the captioner says of its picture, whose bytes go with this."""
    with blobs.scratch(trial.pk) as folder:
        opened(trial.source, trial.credential).fetch(trial.found, folder / "original")
        make_for_model(folder / "original", folder / "small.jpg", name=trial.name)
        try:
            words = CAPTIONERS[trial.captioner]().describe([folder / "small.jpg"], _brief(trial), account.key)
        except RateLimited as error:
            account.limit(error)
            raise
    account.is_well()
    return words


def _brief(trial: Trial) -> Brief:
    channels = list(trial.channels.all())
    room = room_for_words([channel.platform for channel in channels], trial.language)
    return Brief(
        prompt=trial.prompt,
        language=trial.language,
        hard_limit=room.hard_limit,
        sweet_spot=room.sweet_spot,
        max_hashtags=room.hashtags,
        name_words=name_words(trial.name),
        folder_words=folder_words(trial.folder),
        made_with_ai=Label.AI in labels_of(trial.draft, *channels),
    )


def _keep(trial: Trial, words: Words) -> str:
    told: dict[str, Any] = {
        "text": words.text,
        "hashtags": list(words.hashtags),
        "alt_text": next(iter(words.alt_texts), ""),
        "holds": [hold.stored() for hold in words.holds],
        "answered_by": words.usage.model,
        "cost": words.usage.cost,
        "seconds": words.usage.seconds,
    }
    trial.let_go(state=Trial.State.WRITTEN, **told)
    return f"{trial.name} has words to look at."


def _end(trial: Trial, reason: Reason) -> str:
    trial.let_go(state=Trial.State.WORDLESS, **Trial.reason.columns(reason))
    return str(reason)


def _note_error(trial: Trial, error: OutsideError) -> None:
    """What was asked may have cost something, also where nothing came of it."""
    if isinstance(error, NoWords):
        _note(trial, error.usage, error.outcome, error.reason, answer=error.answer)
    elif isinstance(error, Unanswered):
        _note(trial, None, UNANSWERED, error.reason)


def _note(trial: Trial, usage: Usage | None, outcome: str, reason: Reason | None, *, answer: str = "") -> None:
    asked = Asked(trial.owner_id, trial.pk, trial.captioner, trial.model, AiCall.Purpose.TRIAL)
    ai_calls.note(asked, usage, outcome, reason, answer=answer)
