"""Posts that wait for an account that describes nothing at the moment (`writing.ai_accounts`)."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from accounts.ai_keys import own_keys
from poster import clock
from poster.errors import OutsideError
from poster.models import Rest
from poster.work import cooldowns
from publishing.models import Post
from publishing.querysets import PostQuerySet
from watches.models import Watch
from writing.ai_accounts import PREFIX, Account, account_of, told
from writing.keys import KEYLESS, key_for
from writing.names import captioner_name

Use = tuple[UUID, str, str]  # owner, captioner, model: what decides which account a watch asks


@dataclass(frozen=True, slots=True)
class Held:
    """An account that describes nothing at the moment, and how many posts wait for it."""

    name: str
    rest: Rest
    waiting: int

    @property
    def sentence(self) -> str:
        return str(told(self.rest))


def waiting_for(account: Account) -> PostQuerySet:
    """Posts that this captioner is to write for."""
    return Post.objects.wordless().filter(watch__captioner=account.captioner)


def tell(account: Account, rest: Rest) -> None:
    """Those of this person that wait for it: none of them has to ask to be told so."""
    waiting = waiting_for(account).filter(owner_id=account.owner_id)
    if rest.key == account.model:
        waiting = waiting.filter(watch__model=account.key.model)
    waiting.update(**Post.wordless_because.columns(told(rest)))


def held_accounts(owner_id: UUID | None = None) -> list[Held]:
    """What is held of one person's accounts, or of all; each account once."""
    rests = _rests()
    users = _users(owner_id) if rests else {}
    found: dict[str, Held] = {}
    waiting = _waiting(owner_id) if rests else {}
    for user, account in users.items():
        mine = [rests[key] for key in account.keys if key in rests]
        if mine:
            rest = max(mine, key=lambda rest: rest.until)
            already = found[rest.key].waiting if rest.key in found else 0
            found[rest.key] = Held(captioner_name(account.captioner), rest, already + waiting.get(user, 0))
    return list(found.values())


def askable(rows: PostQuerySet) -> PostQuerySet:
    """Without those that wait for their account and know it, but for the one that makes the try."""
    now = clock.now()
    rests = {key: rest for key, rest in _rests().items() if rest.until > now}
    shut: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    for (owner_id, captioner, model), account in (_users() if rests else {}).items():
        if not rests.keys().isdisjoint(account.keys):
            shut[captioner, model].add(owner_id)
    trying = [rest.holder for rest in rests.values() if rest.holder]
    for (captioner, model), owners in shut.items():
        told = ~Q(wordless_because_code="") & ~Q(pk__in=trying)
        rows = rows.exclude(told, watch__captioner=captioner, watch__model=model, owner_id__in=owners)
    return rows


def _rests() -> dict[str, Rest]:
    held = Rest.objects.filter(kind=Rest.Kind.HELD, key__startswith=PREFIX)
    return {rest.key: rest for rest in held}


def _users(owner_id: UUID | None = None) -> dict[Use, Account]:
    """Who uses which account, in the order of their first watches; those without a key use none."""
    watches = Watch.objects.exclude(state=Watch.State.PAUSED).exclude(captioner__in=KEYLESS)
    watches = watches if owner_id is None else watches.filter(owner_id=owner_id)
    rows = watches.order_by().values_list("owner_id", "captioner", "model").annotate(first=Min("created_at"))
    users = [(owner, captioner, model) for owner, captioner, model, _ in rows.order_by("first")]
    own = own_keys({owner for owner, _, _ in users})
    found = {}
    for owner, captioner, model in users:
        with contextlib.suppress(OutsideError):  # no key at all: that is told elsewhere
            found[owner, captioner, model] = Account(captioner, key_for(captioner, owner, model, own=own), owner)
    return found


def _waiting(owner_id: UUID | None) -> dict[Use, int]:
    """How many posts want words, of the watches that look."""
    rows: QuerySet[Post] = Post.objects.wordless().filter(watch__isnull=False)
    rows = rows.exclude(watch__state=Watch.State.PAUSED)
    rows = rows if owner_id is None else rows.filter(owner_id=owner_id)
    grouped = rows.order_by().values_list("watch__owner_id", "watch__captioner", "watch__model")
    return {(owner, captioner, model): number for owner, captioner, model, number in grouped.annotate(Count("pk"))}


def why(post: Post) -> str:
    """Why this post waits for its words, where its account is what is wrong; "" else."""
    if post.watch is None or not post.is_described:
        return ""
    rest = _held(post.watch)
    return str(told(rest)) if rest else ""


def _held(watch: Watch) -> Rest | None:
    try:
        return cooldowns.waits(account_of(watch.captioner, watch.owner_id, watch.model).keys)
    except OutsideError:
        return None  # no key at all: that is told elsewhere
