"""Series: a post again and again. Each repetition is a post of its own, made a day ahead, once for each occurrence.

A person's yes to the series is a yes to each repetition, so none of them is held back as its own twin.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.local_time import ZONES
from poster import clock, wall_clock
from poster.permissions import Caller, NotPossible, Scope, require_owner
from poster.reasons import Reason, Term
from poster.work.time_budget import Over, never
from publishing.models import Post, PostAsset, PostTag, Series, Variant
from publishing.posts import contents
from publishing.posts.approving import approve_by_series
from publishing.reasons import times as why
from publishing.reasons.posts import ChangedMeanwhile

AHEAD = dt.timedelta(days=1)  # so long before its time a repetition is made: it can be seen, moved, or undone
MOST_WEEKS = 52
State = Series.State


def may_be_repeated(post: Post) -> bool:
    """Whether there is something to repeat; a repetition is not a pattern."""
    return post.state != Post.State.DISCARDED and not post.wants_words and post.series_id is None


def start(post: Post, *, by: Caller, revision: int | None = None, **when: Any) -> Series:  # noqa: ANN401
    """It is repeated from now on. `when`: first_on, wall, zone, every, until, as a `Series` has them.

    `revision`: of the post, as they saw it; None: the one in our hands. Raises NotPossible.
    """
    require_owner(post, by, Scope.PUBLISH)
    made = Series(owner_id=post.owner_id, post=post, approved_by_id=by.person_id or post.owner_id, **when)
    made.revision = post.revision if revision is None else revision
    first = _checked(made)
    with transaction.atomic():
        seen = Post.objects.filter(pk=post.pk, revision=made.revision).exclude(state=Post.State.DISCARDED)
        if not seen.update(revision=made.revision):  # nobody changes it until the series is there
            raise NotPossible(ChangedMeanwhile())
        if problem := next(contents.problems(post), None):
            raise NotPossible(problem)
        made.next_at = first
        made.save(force_insert=True)
    return made


def _checked(series: Series) -> dt.datetime:
    """Its first moment from now on. Raises NotPossible for what cannot be repeated."""
    if not may_be_repeated(series.post):
        raise NotPossible(why.NotRepeatable())
    if series.zone not in ZONES:
        raise NotPossible(why.ZoneUnknown(zone=series.zone))
    if not 1 <= series.every <= MOST_WEEKS:
        raise NotPossible(why.RepeatedTooSeldom(most=MOST_WEEKS))
    first = following(series, clock.now())
    if first is None:
        raise NotPossible(why.FirstTimeOver())
    return first


def following(series: Series, after: dt.datetime) -> dt.datetime | None:
    """The first of its moments after this one; None when there is none until its end."""
    zone, step = ZoneInfo(series.zone), dt.timedelta(weeks=series.every)
    passed = max((after.astimezone(zone).date() - series.first_on).days, 0) // step.days
    date = series.first_on + passed * step
    while (moment := wall_clock.moment(dt.datetime.combine(date, series.wall), zone)) <= after:
        date += step
    return moment if series.until is None or date <= series.until else None


def pause(series: Series, *, by: Caller) -> None:
    """Nothing more of it is made until it goes on. What is made already stays."""
    require_owner(series, by, Scope.PUBLISH)
    _turn(series, (State.REPEATING,), state=State.PAUSED)


def go_on(series: Series, *, by: Caller) -> None:
    """From its next moment on, with the post as it is now. What was left out meanwhile is not made up for."""
    require_owner(series, by, Scope.PUBLISH)
    if (moment := following(series, clock.now())) is None:
        raise NotPossible(why.FirstTimeOver())
    yes = {"revision": series.post.revision, "approved_by": by.person_id or series.owner_id}
    _turn(series, (State.PAUSED,), state=State.REPEATING, next_at=moment, **Series.hold.columns(None), **yes)


def end(series: Series, *, by: Caller) -> None:
    """Nothing more of it is made, ever."""
    require_owner(series, by, Scope.PUBLISH)
    _turn(series, (State.REPEATING, State.PAUSED), state=State.ENDED, **Series.hold.columns(None))


def _turn(series: Series, states: tuple[str, ...], **values: Any) -> None:  # noqa: ANN401
    if not Series.objects.filter(pk=series.pk, state__in=states).update(**values):
        series.refresh_from_db()
        raise NotPossible(why.SeriesIsOther(state=Term(f"series.{State(series.state).value}")))
    series.refresh_from_db()


def due() -> QuerySet[Series]:
    """Those whose next repetition is to be made."""
    return Series.objects.filter(state=State.REPEATING, next_at__lte=clock.now() + AHEAD)


def repeat_due(over: Over = never, most: int = 50) -> int:
    """Returns how many repetitions were made."""
    rows = due().select_related("post__owner", "approved_by").order_by("next_at")[:most]
    return sum(not over() and repeat(series) for series in rows)


def repeat(series: Series) -> bool:
    """Make the next one, unless another worker has, or its time is over. Whether it was us."""
    moment, now = series.next_at, clock.now()
    rows = Series.objects.filter(pk=series.pk, state=State.REPEATING, next_at=moment)
    if hold := _why_not(series):
        rows.update(state=State.PAUSED, **Series.hold.columns(hold))
        return False
    coming = following(series, max(moment, now - dt.timedelta(hours=series.post.latest_hours)))
    later = {"next_at": coming} if coming else {"state": State.ENDED}
    try:
        with transaction.atomic():
            if not rows.update(**later):
                return False
            if moment + dt.timedelta(hours=series.post.latest_hours) < now:
                return False
            _approve(_copy(series, moment), series)
    except IntegrityError:  # one for each occurrence: another worker was faster
        return False
    return True


def _why_not(series: Series) -> Reason | None:
    """Why it waits for a person; None when it goes on."""
    if series.post.revision != series.revision or series.post.state == Post.State.DISCARDED:
        return why.PatternChanged()
    if series.approved_by is None or not series.approved_by.is_active:
        return why.NobodyRepeats()
    return None


def _copy(series: Series, moment: dt.datetime) -> Post:
    pattern = series.post
    kept = ("owner_id", "watch_id", "text", "fit", "made_with_ai", "adult", "latest_hours")
    columns = {name: getattr(pattern, name) for name in kept}
    made = Post.objects.create(series=series, occurrence=moment, due_at=moment, **columns)
    PostAsset.objects.bulk_create(
        PostAsset(post=made, asset_id=item.asset_id, position=item.position, alt_text=item.alt_text, crop=item.crop)
        for item in pattern.items.all()
    )
    PostTag.objects.bulk_create(PostTag(post=made, tag_id=row.tag_id) for row in pattern.tagged.all())
    for row in pattern.variants.all():  # an own time was for the first one alone
        own = {"text": row.text, "options": row.options, "pictures": row.pictures}
        Variant.objects.create(post=made, channel_id=row.channel_id, placement=row.placement, **own)
    return made


def _approve(made: Post, series: Series) -> None:
    assert series.approved_by is not None  # noqa: S101 - asked before
    try:
        with transaction.atomic():
            approve_by_series(made, series.approved_by)
    except NotPossible as error:  # a channel was switched off, or takes something no more: it waits for its person
        Post.objects.filter(pk=made.pk).update(**Post.hold.columns(error.reason))
