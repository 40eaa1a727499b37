"""Posts that wait for their words, and are due at once when there is no more reason to wait."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from uuid import UUID

from django.db.models import F

from accounts.models import Credential
from poster import clock
from poster.errors import OutsideError
from poster.work import cooldowns
from publishing.models import Post
from publishing.querysets import PostQuerySet
from publishing.reasons.waiting import RemovedWithWatch
from watches.models import Watch
from writing.ai_accounts import Account, account_of
from writing.keys import key_for


def after_connecting(credential: Credential) -> None:
    """Those whose pictures have to be got again there."""
    wake(Post.objects.filter(watch__stream__credential=credential))


def after_ai_key(owner_id: UUID, service: str) -> None:
    """A key was stored or removed: the posts that this service is to write for its owner."""
    watches = Watch.objects.filter(owner_id=owner_id, captioner=service)
    models = watches.order_by().values_list("model", flat=True).distinct()
    with contextlib.suppress(OutsideError):  # there is no key now, and the posts say so
        key = key_for(service, owner_id)
        accounts = [Account(service, replace(key, model=model), owner_id) for model in models]
        cooldowns.try_now({name for account in accounts for name in account.keys})
    wake(Post.objects.filter(watch__in=watches))
    wake(Post.objects.filter(owner=owner_id, watch=None, file=None))  # composed by a person


def after_changing(watch: Watch) -> None:
    """Another captioner, model or key: what may be held of it is tried at once, by one of its posts."""
    with contextlib.suppress(OutsideError):  # there is no key now, and its posts say so
        cooldowns.try_now(account_of(watch.captioner, watch.owner_id, watch.model).keys)
    wake(Post.objects.filter(watch=watch))


def after_an_answer(captioner: str) -> None:
    """One was described where nothing was for a while: the others follow."""
    wake(Post.objects.filter(watch__captioner=captioner))


def wake(posts: PostQuerySet) -> None:
    """Those that want words are due now."""
    now = clock.now()
    posts.wordless().filter(next_at__gt=now).update(next_at=now)


def forget_watch(watch: Watch) -> None:
    """It is removed: what has no words yet is not posted any more, and what has some keeps those.

    The caller is in a transaction.
    """
    asked = Post.objects.filter(watch=watch, state=Post.State.DRAFT, wants_words=Post.Words.CAPTIONER)
    fresh = {"wants_words": Post.Words.THERE, "fence": F("fence") + 1, "leased_until": None}
    told = Post.hold.columns(RemovedWithWatch())
    asked.filter(text="").update(state=Post.State.DISCARDED, decided_at=clock.now(), **told, **fresh)
    asked.update(**fresh)
