"""Words that would cost more than a person may spend of the operator's money: their posts wait (`watches.limits`)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from accounts import allowances
from accounts.models import User
from poster import clock
from poster.models import Rest
from poster.reasons import Reason
from poster.work import cooldowns
from publishing.models import Post
from publishing.querysets import PostQuerySet
from publishing.reasons.waiting import BudgetUsedUp, NoBudget
from watches.limits import PAUSE, SHOWN, Limit, Met, tell
from writing.ai_costs import used_up


def before_asking(post: Post, captioner: str) -> Reason | None:
    """Why no money may be spent on its words now; None when it may."""
    person = post.owner
    key, waiting = allowances.key(Limit.BUDGET, person.pk, captioner), _wordless(person.pk, captioner)
    budget = used_up(person, captioner)
    if budget is not None:
        spent = BudgetUsedUp(budget=budget, until=allowances.next_month().date())
        return _met(key, spent if budget else NoBudget(), waiting)
    _over(key, waiting)
    return None


def askable(rows: PostQuerySet) -> PostQuerySet:
    """Without those whose words would cost what nobody may spend."""
    for rest in _rests().filter(until__gt=clock.now()):
        _, _, owner, captioner = rest.key.split(":")
        rows = rows.exclude(owner_id=UUID(owner), watch__captioner=captioner)
    return rows


def met(person: User | None = None) -> Iterator[Met]:
    """Budgets that hold something up now: one person's, or all."""
    rests = _rests().filter(until__gt=clock.now() - SHOWN).order_by("key")
    for rest in rests.filter(key__contains=f":{person.pk}") if person else rests:
        _, _, owner, captioner = rest.key.split(":")
        if waiting := _wordless(UUID(owner), captioner).count():
            yield Met(rest, User.objects.filter(pk=owner).first(), waiting)


def _rests() -> QuerySet[Rest]:
    return Rest.objects.filter(key__startswith=allowances.PREFIX, code=Limit.BUDGET)


def _wordless(owner_id: UUID, captioner: str) -> PostQuerySet:
    return Post.objects.wordless().filter(owner_id=owner_id, watch__captioner=captioner)


def _met(key: str, reason: Reason, waiting: PostQuerySet) -> Reason:
    """All that wait for it say so, and its person is told once."""
    rest = cooldowns.hold(key, PAUSE, code=Limit.BUDGET, reason=reason)
    told = rest.reason or reason
    columns = Post.wordless_because.columns(told)
    waiting.exclude(**columns).update(**columns)
    tell(rest, Limit.BUDGET)
    return told


def _over(key: str, waiting: PostQuerySet) -> None:
    rest = Rest.objects.filter(key=key).first()
    if rest is not None and cooldowns.let_go([key]):
        theirs = waiting.filter(wordless_because_code=rest.reason_code)
        theirs.update(**Post.wordless_because.columns(None))
