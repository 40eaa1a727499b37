"""Rows of every kind, in every state: what a filled database holds. Each goes through the factories or a service."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count, cycle
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db.models import Model
from django.test import override_settings

from accounts.models import Channel, Credential, Notice, ProviderApp, Request, User
from accounts.sign_in import second_factors
from media.models import Asset, Blob
from operations.models import Errand
from operations.privacy import erasure
from outbox import ledger, manual_actions
from outbox.models import LedgerEntry, Outgoing
from outbox.states import OutgoingState
from poster import clock
from poster.ledger import security_log
from poster.models import ClockSight, Event, Install, LaidBy, Rest, Restore, Switch
from poster.permissions import Caller
from poster.reasons import Fact
from poster.reasons.fields import reasons_of, stored
from poster.web import stash
from publishing.models import Delivery, Post, PostTag, Reconciled, Series, Slot, Tag, Trial, Variant
from publishing.posts import approval_undo, approving
from publishing.posts.freezing import freeze
from publishing.posts.places import Place
from publishing.states import Placement
from tests import factories, ours
from tests.filled.install import OLD_KEY
from tests.reason_samples import of_the_product, sample
from watches.models import FoundFile, Sighting, Watch
from writing.models import AiCall

HOUR = dt.timedelta(hours=1)
ASKED_FOR = (*OutgoingState.maybe_out(), OutgoingState.PUBLISHED, OutgoingState.FAILED)
KEYS: Any = Outgoing._meta.get_field("keys")
_numbers = count(1)


def fill() -> None:
    """Alice and Bob with everything, Olga who runs it, and Cleo, who was here and is erased."""
    olga, cleo = factories.person("Olga", operator=True), factories.person("Cleo")
    with override_settings(CREDENTIAL_KEYS=[OLD_KEY]):  # before the ring got a new key
        factories.everything(cleo)
        bob = factories.person("Bob")
        factories.everything(bob)
    alice = factories.person("Alice", password=factories.PASSWORD)
    wishes_of = (User.Wish.AT_ONCE, User.Wish.DAILY, User.Wish.NEVER)
    wishing = zip((alice, bob, olga), wishes_of, User.Theme, ("tr", "en", ""), strict=True)
    for person, wish, theme, tongue in wishing:
        wishes = dict.fromkeys(("to_approve", "on_failure", "on_reconnect", "on_budget"), wish)
        User.objects.filter(pk=person.pk).update(approve_by_link=True, theme=theme, language=tongue, **wishes)
    User.objects.filter(pk=alice.pk).update(keep_small_copies=True)
    factories.everything(alice)
    _of_the_install()
    for each in (_account, _logins, _files, _posts, _trials, _series, _deliveries, _decisions, _lines):
        each(alice)
    _logins(bob)
    assert erasure.carry_on(cleo, by=Caller.of(cleo)).done
    _restored(olga, alice)
    _errands()
    give_each_reason()


# -- the install ------------------------------------------------------------------------------------------------------
def _of_the_install() -> None:
    now = clock.now()
    Switch.objects.create(name=Switch.PAUSE)
    Install.objects.create(place="")
    ClockSight.objects.create(host="one", boot="first", steady=1.5, seen_at=now, leapt_at=now)
    ProviderApp.objects.create(provider="facebook", client_id="canary-app", client_secret="canary-secret")
    for kind in Rest.Kind:
        Rest.objects.create(key=f"tests:{kind}", kind=kind, until=now + HOUR, refusals=1, code="4")


def _errands() -> None:
    """What the operator asked for, and what came of it."""
    for kind in Errand.Kind:
        now = clock.now()
        Errand.objects.create(kind=kind, begun_at=now, ended_at=now, report={"findings": []})


def _restored(olga: User, alice: User) -> None:
    now, place = clock.now(), Channel.objects.filter(owner=alice).first()
    for sign in Restore.Sign:
        made = Restore.objects.create(sign=sign, copied_at=now, settled_at=now, settled_by=olga.pk)
        Reconciled.objects.create(restore=made, channel=place, found=1)


# -- people -----------------------------------------------------------------------------------------------------------
def _account(person: User) -> None:
    now = clock.now()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    UserSession.objects.create(user=person, ip="192.0.2.7", session_key="canary", user_agent="Alice's browser")
    sealed = second_factors.seal("JBSWY3DPEHPK3PXP", person.pk)
    Authenticator.objects.create(user=person, type="webauthn", data={"name": "Alice's key"})
    Authenticator.objects.create(user=person, type="recovery_codes", data={"seed": sealed, "used_mask": 0})
    for kind in Request.Kind:
        person.requests.create(code=f"each-{kind}", kind=kind, email=person.email, words="Alice asks", due_at=now)
    everything = stored(sample(each) for each in of_the_product())
    person.requests.filter(kind=Request.Kind.ERASURE).update(outcomes=everything, answered_at=now, answer="Done.")
    for told in Notice.Kind:
        Notice.objects.create(owner=person, about=f"each:{told}", kind=told, subject="Told", words="Alice is told.")
    stash.put(str(person.pk), LaidBy.Purpose.ACT, "/dashboard/", {"act": "canary"}, 3600)


def _logins(person: User) -> None:
    for state in Credential.State:
        factories.login(person, "threads", state=state, scopes=["read", "write"], expires_at=clock.now() + 99 * HOUR)
    for place, ready in zip(("facebook", "instagram", "threads"), Channel.State, strict=True):
        page = factories.channel(person, place, state=ready, token="canary-token", handle=f"@{place}")
        Channel.objects.filter(pk=page.pk).update(quiet_from=dt.time(22), quiet_until=dt.time(6), most_per_day=3)


# -- in ---------------------------------------------------------------------------------------------------------------
def _files(person: User) -> None:
    ways = zip(cycle(Watch.Approval), cycle(Watch.Backlog), cycle(Watch.Fit), Watch.State, strict=False)
    orders = [
        factories.watch(person, approval=approval, backlog=backlog, fit=fit, state=state, language="pt-BR")
        for approval, backlog, fit, state in ways
    ]
    for order in orders:
        Sighting.objects.create(stream=order.stream, key=f"{next(_numbers):064x}", line="a.jpg 812345 1")
    for state, order in zip(FoundFile.State, cycle(orders), strict=False):
        factories.file(person, watched_by=order, state=state, revision="2", folder="a/b")
    for mark, doubt, kind in zip(Asset.AiMark, Asset.Doubt, cycle(Asset.Kind), strict=False):
        seen = factories.asset(person, watched_by=orders[0], ai_mark=mark, doubt=doubt, kind=kind, place="Bergen")
    for purpose in Blob.Purpose:
        factories.blob(seen, purpose, recipe="" if purpose == "original" else "1" * 64, facts={"width": 1600})


# -- posts ------------------------------------------------------------------------------------------------------------
def _posts(person: User) -> None:
    page = factories.channel(person, "instagram")
    for state, words, fit, queue in zip(
        cycle(Post.State), cycle(Post.Words), cycle(Watch.Fit), Post.Queue, strict=False
    ):
        columns: dict[str, Any] = {"state": state, "wants_words": words, "fit": fit, "queue": queue}
        made = factories.post(person, page, due_at=clock.now() + HOUR, **columns)
        tag, _ = Tag.objects.get_or_create(owner=person, name=f"{person.name}'s bread")
        PostTag.objects.create(post=made, tag=tag)
        options = {"share_to_feed": True, "topic": "bread"}
        made.variants.update(text="Other words\nhere", options=options, due_at=clock.now() + 2 * HOUR)
        Variant.objects.create(post=made, channel=page, placement=Placement.STORY)
    for day in Slot.Day:
        Slot.objects.create(owner=person, channel=page, weekday=day, wall=dt.time(7, 30), zone="Europe/Oslo")


def _trials(person: User) -> None:
    page = factories.channel(person, "instagram")
    told = {"text": "Bread\nis here.", "hashtags": ["bread"], "alt_text": "A loaf.", "holds": []}
    for state in Trial.State:
        tried = factories.trial(person, page, state=state, seconds=1.5, cost=Decimal("0.002"), **told)
        asked = {"captioner": "describer", "outcome": "words", "answer": "Bread."}
        AiCall.objects.create(owner=person, subject=tried.pk, purpose=AiCall.Purpose.TRIAL, **asked)


def _series(person: User) -> None:
    page = factories.channel(person, "instagram")
    for state in Series.State:
        pattern = factories.post(person, page)
        when = {"first_on": dt.date(2026, 1, 5), "wall": dt.time(9), "zone": "Europe/Oslo"}
        yes = {"revision": pattern.revision, "approved_by": person, "next_at": clock.now() + HOUR}
        again = Series.objects.create(owner=person, post=pattern, state=state, **yes, **when)
        factories.post(person, page, series=again, occurrence=clock.now())


def _deliveries(person: User) -> None:
    """One in each state, as each would be left."""
    page = factories.channel(person, "threads")
    for state, placement in zip(Delivery.State, cycle(Placement), strict=False):
        made = _sent(person, page, state, placement)
        if state in ASKED_FOR:  # what is laid down is sealed for its row once there is one
            Delivery.objects.filter(pk=made.pk).update(keys=KEYS.seal(made.pk, {"upload": "canary"}))
        if state == Delivery.State.PUBLISHED:
            factories.step(made, "outcome", "They said yes.", status=200, trace_id="AbC", asked="POST /me/threads")


def _sent(person: User, page: Channel, state: str, placement: str = Placement.FEED) -> Delivery:
    """With the words, the picture, the option and the label that were approved, as they are frozen."""
    draft = factories.post(person, page, made_with_ai=True)
    draft.variants.update(options={"reply_control": "everyone"})
    frozen = freeze(draft, Place.of(draft.variants.get()))
    return factories.delivery(draft, page, state, placement=placement, **frozen, **_left(state))


def _left(state: str) -> dict[str, Any]:
    now = clock.now()
    known: dict[str, Any] = {"next_at": now + HOUR}
    if state in ASKED_FOR:
        known |= {"commits": 1, "committed_at": now, "deadline_at": now + HOUR}
    if state == Delivery.State.ACCEPTED:
        known |= {"operation": "canary-operation", "follow_until": now + HOUR}
    if state == Delivery.State.PUBLISHED:
        known |= {"permalink": f"https://threads.example/{next(_numbers)}", "published_at": now}
    return known


def _decisions(person: User) -> None:
    """A yes that was undone, another one, a no, and what people say of what is in doubt: by the services themselves."""
    by, page = Caller.of(person), factories.channel(person, "facebook")
    undone, done, refused = (factories.post(person, page) for _ in range(3))
    for each in (undone, done):
        approving.approve(each, by=by, undoable=True)
    approval_undo.undo(undone, by=by)
    Delivery.objects.filter(post=done).update(next_at=clock.now() + HOUR)
    approving.discard(refused, by=by)
    said = {"needs_you": manual_actions.forget, "checking": manual_actions.say_it_is_there}
    for state, say in said.items():
        say(_sent(person, page, state), by=by)


# -- lines ------------------------------------------------------------------------------------------------------------
def _lines(person: User) -> None:
    """Every fact that there is, in lines of every kind of both logs."""
    facts = [sample(kind) for kind in of_the_product() if issubclass(kind, Fact)]
    about = Delivery.objects.filter(owner=person, state=Delivery.State.PREPARED).first()
    kinds, events = cycle(LedgerEntry.Kind), cycle(Event.Kind)
    for fact in facts:
        if fact.code.partition(".")[0] in {"outbox", "publishing"}:
            number = next(_numbers)
            ledger.write(about, next(kinds), fact, commit_number=number, refs="a,b", seconds=0.25, said="Yes.\nNo.")
        else:
            security_log.record(next(events), fact, person=person.pk)


# -- reasons ----------------------------------------------------------------------------------------------------------
def give_each_reason() -> None:
    """Each column that holds a reason has one in some row; where none has it from above, any that there is."""
    every = cycle(sample(kind) for kind in of_the_product() if not issubclass(kind, Fact))
    for model, name in reason_columns():
        if not model._default_manager.exclude(**{f"{name}_code": ""}).exists():
            row = model._default_manager.order_by("pk").last()
            changed = model._default_manager.filter(pk=row.pk).update(**getattr(model, name).columns(next(every)))
            assert changed == 1, name


def reason_columns() -> list[tuple[type[Model], str]]:
    """Of all models of ours."""
    models = (model for app in ours.OURS for model in apps.get_app_config(app).get_models())
    return [(model, name) for model in models for name in reasons_of(model)]
