"""Standing orders: made, paused, resumed, removed. Everything is checked here, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Channel, Credential, User
from poster import clock
from poster.manifests import asked
from poster.permissions import Caller, NotPossible, Scope, require_owner, require_self
from watches.models import FoundFile, PromptTemplate, SourceCursor, Watch
from watches.place_checks import check_login, check_source, find_place
from watches.reasons import orders as why
from watches.reasons.files import WatchRemoved
from watches.scanning import scan
from watches.sources import Place
from watches.watch_rules import Rules, check_interval, check_key, check_model, check_number, check_prompt, check_rules
from writing import languages

REMOVING = "watches.removing"  # (watch): what was to come of it, in the transaction that removes it
CHANGED = "watches.captioner_changed"  # (watch): another captioner or model
AT_MAKING = 8.0  # seconds that somebody who makes a watch waits for its first look


def add_watch(
    owner: User,
    *,
    by: Caller,
    name: str,
    source: str,
    place: str,
    channels: Sequence[Channel],
    credential: Credential | None = None,
    prompt: str = "",
    anyway: bool = False,
    **rules: Unpack[Rules],
) -> Watch:
    """A new watch, looked at with the next round.

    `place`: a folder's id, a pasted link or a path. `prompt`: the text of a new prompt template. `anyway`: a place
    that the source doubts is meant. Raises Doubtful where that is not said, NotPossible with what is wrong, or what the
    source said (`poster.errors`).
    """
    require_self(owner, by, Scope.PUBLISH)
    rules["language"] = languages.tag_of(rules.get("language", ""))
    _check_words(owner, name, source, prompt, rules)
    _check_channels(owner, channels)
    login = check_login(owner, source, credential)
    deep = rules.get("subfolders", True)
    found = find_place(source, place, login, operates=by.operates, subfolders=deep, anyway=anyway)
    _check_world(channels, login)
    _check_alone(owner, source, found, channels)
    untried = check_model(owner, rules.get("captioner", "describer"), rules.get("model", ""))
    try:
        with transaction.atomic():
            check_number(owner)
            stream, template = _stream(owner, source, found, login), _template(owner, name, prompt)
            watch = _made(owner, name, found, stream, template, channels, rules)
            transaction.on_commit(lambda: look_first(watch.pk), robust=True)
    except IntegrityError as error:
        raise NotPossible(why.NameTaken(name=name), about="name") from error
    watch.untried = untried
    return watch


def _check_words(owner: User, name: str, source: str, prompt: str, rules: Rules) -> None:
    """What can be judged without asking anybody."""
    check_rules(name, rules)
    check_source(source)
    check_interval(owner, source, rules.get("interval"))
    check_prompt(prompt)
    check_key(owner, rules.get("captioner", "describer"))


def _made(
    owner: User,
    name: str,
    place: Place,
    stream: SourceCursor,
    template: PromptTemplate | None,
    channels: Sequence[Channel],
    rules: Rules,
) -> Watch:
    watch = Watch.objects.create(
        owner=owner,
        name=name.strip(),
        stream=stream,
        place_id=place.id,
        place_name=place.name,
        prompt_template=template,
        practice=channels[0].practice,
        **rules,
    )
    watch.channels.set(channels)
    return watch


def look_first(watch_id: UUID) -> None:
    """What lies there at this very moment was there before. Where that cannot be seen now, times tell it later."""
    SourceCursor.objects.filter(watches=watch_id).update(next_at=clock.now())
    watch = Watch.objects.with_stream().filter(pk=watch_id).first()
    if watch is not None and SourceCursor.objects.take(watch.stream):
        scan(watch.stream, making=watch.pk, seconds=AT_MAKING)


def _check_channels(owner: User, channels: Sequence[Channel]) -> None:
    if not channels:
        raise NotPossible(why.NoChannel(), about="channels")
    for channel in channels:
        if channel.owner_id != owner.pk:
            raise NotPossible(why.ChannelOfAnother())


def _check_world(channels: Sequence[Channel], login: Credential | None) -> None:
    worlds = {channel.practice for channel in channels} | ({login.practice} if login else set())
    if len(worlds) > 1:
        raise NotPossible(why.MixedWorlds())


def _check_alone(owner: User, source: str, place: Place, channels: Sequence[Channel]) -> None:
    same = Watch.objects.filter(owner=owner, stream__source=source, place_id=place.id, channels__in=channels)
    twin = same.first()
    if twin:
        raise NotPossible(why.HasATwin(name=twin.name), about="place")


def _stream(owner: User, source: str, place: Place, login: Credential | None) -> SourceCursor:
    """All watches of one account, or of one folder, share one. It is due now."""
    stream, _ = SourceCursor.objects.get_or_create(
        owner=owner,
        source=source,
        key=str(login.pk) if login else place.id,
        defaults={"credential": login},
    )
    SourceCursor.objects.filter(pk=stream.pk).update(next_at=clock.now())
    return stream


def _template(owner: User, name: str, prompt: str) -> PromptTemplate | None:
    """A template with this text: the one that is there, or a new one called like the watch."""
    if not prompt.strip():
        return None
    known = PromptTemplate.objects.filter(owner=owner, text=prompt).first()
    if known:
        return known
    taken = set(PromptTemplate.objects.filter(owner=owner).values_list("name", flat=True))
    names = (name, *(f"{name} ({number})" for number in range(2, len(taken) + 3)))
    free = next(candidate for candidate in names if candidate not in taken)
    return PromptTemplate.objects.create(owner=owner, name=free, text=prompt)


def captioner_changed(watch: Watch) -> None:
    """What waits for the one before may not have to wait for this one."""
    for told in asked(CHANGED):
        told(watch)


def pause(watch: Watch, *, by: Caller) -> None:
    """Stop looking. What was found before goes on."""
    require_owner(watch, by, Scope.PUBLISH)
    rows = Watch.objects.filter(pk=watch.pk).exclude(state=Watch.State.PAUSED)
    if not rows.update(state=Watch.State.PAUSED):
        raise NotPossible(why.PausedAlready(name=watch.name))
    watch.refresh_from_db()


def resume(watch: Watch, *, by: Caller) -> None:
    """Look again, now."""
    require_owner(watch, by, Scope.PUBLISH)
    rows = Watch.objects.filter(pk=watch.pk, state=Watch.State.PAUSED)
    if not rows.update(state=Watch.State.ACTIVE, **Watch.problem.columns(None)):
        raise NotPossible(why.NotPaused(name=watch.name))
    _look(watch)


def look_now(watch: Watch, *, by: Caller) -> None:
    """Look with the next round, at everything, whatever the interval says; a broken watch gets another chance."""
    require_owner(watch, by, Scope.PUBLISH)
    login = watch.stream.credential
    if login and login.state == Credential.State.BLOCKED:
        raise NotPossible(why.LoginBlocked(login=str(login)))
    rows = Watch.objects.filter(pk=watch.pk).exclude(state=Watch.State.PAUSED)
    if not rows.update(state=Watch.State.ACTIVE, **Watch.problem.columns(None)):
        raise NotPossible(why.IsPaused(name=watch.name))
    _look(watch)


def _look(watch: Watch) -> None:
    now = clock.now()
    SourceCursor.objects.filter(pk=watch.stream_id).update(next_at=now, failures=0, relisted_at=None)
    watch.refresh_from_db()


def remove(watch: Watch, *, by: Caller) -> None:
    """Take the order back. History stays; what has no words yet is not posted any more."""
    require_owner(watch, by, Scope.PUBLISH)
    with transaction.atomic():
        unfinished = FoundFile.objects.filter(
            watch=watch,
            state__in=FoundFile.State.on_its_way(),
            post=None,
        )
        told = FoundFile.reason.columns(WatchRemoved())
        unfinished.update(state=FoundFile.State.GONE, fence=F("fence") + 1, leased_until=None, **told)
        for forget in asked(REMOVING):
            forget(watch)
        stream = watch.stream
        watch.delete()
        if not stream.watches.exists():
            stream.delete()
