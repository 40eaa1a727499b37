"""How much one person may use: what is beyond waits with a sentence, holds up nobody else, and goes on by itself."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from allauth.account.internal.userkit import user_id_to_str
from django.core import mail
from django.urls import reverse

import watches.tasks
from accounts import allowances
from accounts.connections.grants import connect
from accounts.data_rights import agreements
from accounts.models import Acceptance, AiKey, User
from media import origins
from media.models import Asset, Blob
from operations import doctor, health
from operations.backups import backup
from operations.privacy import export
from poster import clock
from poster.doctor import Level
from poster.models import Rest
from poster.permissions import TERMINAL, NotPossible
from poster.work import space
from publishing.causes import Code
from publishing.describing import budgets, wake_ups
from publishing.models import Post
from publishing.overview import front_page
from tests import factories
from tests.held import files, show
from tests.house import House, grant
from tests.sandbox.google_world import google_account
from tests.sandbox_fixture import Box
from watches import limits, watch_rules, watch_service
from watches.limits import Limit
from watches.models import FoundFile, SourceCursor, Watch
from writing import ai_costs
from writing.models import AiCall, Suggestion

HUGE = 10**9  # megabytes that no disk has
KEY = "sk-practice-0123456789abcdef"
DAY = 24 * 3600.0
QUICK: dict[str, Any] = {"captioner": "openai", "language": "en"}  # the sandbox's model; the built-in one takes seconds
STATE = FoundFile.State


@pytest.fixture
def ann(house: House, settings) -> User:
    """Ann looks after the install. Bob, a member, has a watch of his own on another folder."""
    house.connect()
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": KEY, "compatible": ""}
    agreed = agreements.missing(house.owner.pk).items()
    Acceptance.objects.bulk_create(Acceptance(owner=house.owner, document=each, version=of) for each, of in agreed)
    return house.owner


@pytest.fixture
def bob(ann: User, house: House, tmp_path: Path) -> User:
    folder = tmp_path / "pictures of Bob"
    folder.mkdir()
    bob = factories.person("Bob")
    page = factories.channel(bob)
    watch_service.add_watch(
        bob, by=TERMINAL, name="Bob's", source="folder", place=str(folder), channels=[page], interval=5, **QUICK
    )
    return bob


def drops(house: House, number: int, *, folder: str = "") -> None:
    for each in range(number):
        house.drop(f"../pictures of Bob/{each}.jpg" if folder else f"{each}.jpg", seed=each + (50 if folder else 0))


def states(person: User) -> list[str]:
    return sorted(FoundFile.objects.filter(owner=person).values_list("state", flat=True))


def allow(person: User, **columns: object) -> None:
    """The operator changes it at People."""
    User.objects.filter(pk=person.pk).update(**columns)
    person.refresh_from_db()
    allowances.changed(person)


def full(settings, person: User) -> None:
    settings.LEAST_FREE_MB = HUGE


def emptied(settings, person: User) -> None:
    settings.LEAST_FREE_MB = 0


def told_everywhere(client, person: User, code: Limit, waiting: int) -> str:
    """The sentence, which stands on the row's own page, on the front page and in what the doctor says."""
    (met,) = (*limits.all_met(person), *budgets.met(person))
    assert (met.rest.code, met.waiting) == (code, waiting)
    client.force_login(person)
    file = FoundFile.objects.filter(owner=person, reason_code=met.rest.reason_code).first()
    post = Post.objects.filter(owner=person, wordless_because_code=met.rest.reason_code).first()
    row = file or post
    assert row is not None
    pages = [reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk]), reverse("admin:index")]
    words = met.rest.sentence.split("'")[0]  # as far as it needs no escaping
    assert all(words in client.get(page).content.decode() for page in pages)
    told = [finding.sentence for finding in doctor.examine(offline=True) if finding.level is not Level.OK]
    assert any(met.rest.sentence in sentence for sentence in told)
    return met.rest.sentence


FETCHING = {
    Limit.DISK: (full, emptied),
    Limit.HELD: (lambda _, person: allow(person, most_held_mb=0), lambda _, person: allow(person, most_held_mb=None)),
    Limit.DAY: (lambda _, person: allow(person, most_pictures=0), lambda _, person: allow(person, most_pictures=5)),
}


@pytest.mark.parametrize("code", FETCHING)
def test_a_limit_holds_fetching_up_says_so_and_when_it_is_lifted_it_goes_on(code, house, ann, settings, client):
    meet, lift = FETCHING[code]
    house.watch(**QUICK)
    drops(house, 2)
    meet(settings, ann)
    house.look(3)
    assert states(ann) == [STATE.FOUND] * 2
    assert set(FoundFile.objects.values_list("tries", "asset", "deaths")) == {(0, None, 0)}
    told_everywhere(client, ann, code, 2)
    watches.tasks.round()
    assert not limits.fetchable(FoundFile.objects.all()).exists()
    assert health.waiting() == []  # nothing of it counts as work that is late
    assert len(mail.outbox) == (code != Limit.DAY)
    house.look(3)
    assert len(mail.outbox) == (code != Limit.DAY)
    lift(settings, ann)
    house.look(2)
    assert states(ann) == [STATE.TAKEN] * 2
    assert (Rest.objects.count(), limits.all_met(ann)) == (0, [])
    assert not FoundFile.objects.exclude(reason_code="").exists()


@pytest.mark.parametrize("code", [Limit.HELD, Limit.DAY])
def test_one_person_at_a_limit_does_not_hold_up_another(code, house, ann, bob, settings):
    house.watch(**QUICK)
    FETCHING[code][0](settings, ann)
    drops(house, 12)
    drops(house, 2, folder="Bob")
    house.look(3)
    assert states(ann) == [STATE.FOUND] * 12
    assert states(bob) == [STATE.TAKEN] * 2
    assert limits.all_met(bob) == []


def test_what_is_beyond_a_days_pictures_waits_for_the_next_day_oldest_first(house, ann, settings):
    house.watch(**QUICK)
    allow(ann, most_pictures=1)
    settings.TIME_ZONE = "Pacific/Auckland"
    house.later((allowances.day() - clock.now()).total_seconds() + DAY + 60)  # the day of this install begins
    for name in ("c.jpg", "a.jpg", "b.jpg"):
        house.drop(name, seed=ord(name[0]))
        house.look(2)
    for known in (["c.jpg"], ["a.jpg", "c.jpg"], ["a.jpg", "b.jpg", "c.jpg"]):
        assert sorted(FoundFile.objects.filter(state=STATE.TAKEN).values_list("name", flat=True)) == known
        house.later(DAY)
        house.look(2)


def zone_where_it_is(hour: int) -> str:
    """One in which it is between this hour and the next. (POSIX turns the sign round.)"""
    ahead = (hour - clock.now().hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def test_a_time_zone_of_their_own_gives_nobody_another_day(house, ann, settings):
    house.watch(**QUICK)
    settings.TIME_ZONE = zone_where_it_is(11)
    allow(ann, most_pictures=1)
    drops(house, 2)
    house.look(3)
    for _ in range(2):
        house.later(3600)
        allow(ann, time_zone=zone_where_it_is(0))
        house.look(2)
        assert sorted(states(ann)) == [STATE.FOUND, STATE.TAKEN]


def test_held_bytes_are_originals_what_is_made_of_them_and_copies(house, ann, settings, tmp_path):
    delivery = house.approved("One.", house.channels["facebook"])[0]
    Blob.objects.update(size=1000)
    show(delivery, b"x" * 200)
    settings.VAR = tmp_path
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / export.file_name(ann)).write_bytes(b"x" * 30)
    assert limits.held_bytes(ann.pk) == 1230
    assert limits.held_bytes(factories.person("Eve").pk) == 0


def test_on_a_full_disk_nothing_is_exported_or_backed_up_and_what_is_here_goes_out(house, ann, settings, tmp_path):
    (delivery,) = house.approved("One.", house.channels["facebook"])
    settings.LEAST_FREE_MB = HUGE
    with pytest.raises(NotPossible):
        export.write(ann, tmp_path / "copy.zip", by=TERMINAL)
    with pytest.raises(NotPossible):
        backup.back_up(tmp_path / "backup")
    assert not [each for each in tmp_path.iterdir() if each.name in {"copy.zip", "backup"}]
    assert {finding.level for finding in doctor.folder(offline=True)} == {"problem"}
    assert house.settle(delivery).state == "published"
    settings.LEAST_FREE_MB = 0
    assert backup.back_up(tmp_path / "backup").folder.exists()


def test_bytes_that_were_dropped_are_not_fetched_again_on_a_full_disk_and_the_post_waits(house, ann, settings):
    house.watch(**QUICK)
    drops(house, 1)
    house.look(3)
    asset = Asset.objects.get()
    for file in files(asset.pk):
        file.unlink()
    settings.LEAST_FREE_MB = HUGE
    with pytest.raises(space.NoRoom), origins.original(asset):
        pytest.fail("there is no room")
    settings.LEAST_FREE_MB = 0
    with origins.original(asset) as path:
        assert path.exists()


# --- money


def asked(box: Box) -> int:
    return len(box.calls("/chat/completions"))


def call(asset: Asset, **columns: object) -> AiCall:
    filled = {"captioner": "openai", "outcome": "words", "paid_by_operator": True, "cost": Decimal(1)}
    return AiCall.objects.create(owner=asset.owner, subject=asset.pk, **{**filled, **columns})


@pytest.mark.parametrize("lifted", ["by the operator", "by the next month", "by a key of their own"])
def test_a_spent_budget_stops_captions_and_not_posts(lifted, house, ann, client):
    house.watch(**QUICK)
    old = house.asset()
    call(old, cost=Decimal("5.00"))
    drops(house, 3)
    house.look(3)
    assert (asked(house.box), Suggestion.objects.count()) == (0, 0)
    told_everywhere(client, ann, Limit.BUDGET, 3)
    assert len(mail.outbox) == 1
    assert set(Post.objects.values_list("wants_words", "tries")) == {(Post.Words.CAPTIONER, 0)}
    assert house.settle(house.approved("Goes out.", house.channels["facebook"], asset=old)[0]).state == "published"
    if lifted == "by the operator":
        allow(ann, ai_budget=Decimal("5.50"))
    elif lifted == "by the next month":
        house.later((allowances.next_month() - clock.now()).total_seconds())
    else:
        AiKey.objects.create(owner=ann, captioner="openai", key=KEY)
        wake_ups.after_ai_key(ann.pk, "openai")
    house.look(2)
    assert Suggestion.objects.count() == 3
    paid = AiCall.objects.exclude(subject=old.pk).values_list("paid_by_operator", flat=True)
    assert set(paid) == {lifted != "by a key of their own"}


def test_a_budget_of_one_holds_up_neither_others_nor_other_captioners(house, ann, bob, settings):
    house.watch(**QUICK)
    allow(ann, ai_budget=Decimal(0))
    drops(house, 1)
    drops(house, 1, folder="Bob")
    house.look(3)
    assert Suggestion.objects.filter(owner=ann).count() == 0
    assert Suggestion.objects.filter(owner=bob).count() == 1
    Watch.objects.filter(owner=ann).update(captioner="describer")
    house.look(1)
    assert Suggestion.objects.filter(owner=ann).count() == 1


SPENT: dict[str, Any] = {
    "a known price": ([{"cost": Decimal("1.25")}], "1.25"),
    "an own key": ([{"paid_by_operator": False}], "0"),
    "another month": ([{"created_at": dt.timedelta(days=40)}], "0"),
    "no price, a million tokens each": ([{"cost": None, "input_tokens": 10**6, "output_tokens": 10**6}], "25"),
    "no answer": ([{"cost": None}], "0.03"),
    "all together": ([{"cost": Decimal(2)}, {"cost": None, "input_tokens": 1000}], "2.005"),
}


@pytest.mark.parametrize("case", SPENT)
@pytest.mark.django_db
def test_what_was_spent_is_known_prices_and_an_estimate_of_others(case):
    calls, expected = SPENT[case]
    ann = factories.person("Ann")
    for columns in calls:
        made = call(factories.asset(ann), **{name: it for name, it in columns.items() if name != "created_at"})
        if "created_at" in columns:
            AiCall.objects.filter(pk=made.pk).update(created_at=clock.now() - columns["created_at"])
    assert ai_costs.spent(ann) == Decimal(expected)


def test_a_server_without_a_key_sends_no_bill(settings, db):
    ann = factories.person("Ann")

    def paid(captioner: str) -> bool:
        return ai_costs.paid_by_operator(captioner, ann.pk)

    settings.AI_KEYS = {**settings.AI_KEYS, "compatible": ""}
    assert [paid("describer"), paid("compatible"), paid("openai")] == [False, False, True]
    settings.AI_KEYS = {**settings.AI_KEYS, "compatible": "a key"}
    AiKey.objects.create(owner=ann, captioner="openai", key=KEY)
    assert [paid("compatible"), paid("openai"), paid("gemini")] == [True, False, True]


# --- watches, and how often they look


def test_watches_are_counted_and_the_operator_allows_more(house, ann, bob, tmp_path):
    allow(ann, most_watches=2)
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    house.watch("a", place=str(tmp_path / "a"))
    house.watch("b", place=str(tmp_path / "b"))
    with pytest.raises(watch_rules.TooManyWatches):
        house.watch("c", place=str(tmp_path / "c"))
    assert (Watch.objects.filter(owner=ann).count(), Watch.objects.filter(owner=bob).count()) == (2, 1)
    allow(ann, most_watches=3)
    assert house.watch("c", place=str(tmp_path / "c")).pk


INTERVALS = [("drive", None, 59, False), ("drive", None, 60, True), ("drive", 10, 10, True), ("drive", 120, 60, False)]
INTERVALS += [("folder", None, 1, False), ("folder", None, 2, True), ("folder", 120, 2, True)]


@pytest.mark.parametrize(("source", "allowed", "interval", "possible"), INTERVALS)
@pytest.mark.django_db
def test_the_shortest_interval_is_checked_in_the_function_and_in_the_form(source, allowed, interval, possible, client):
    ann = factories.person("Ann")
    ann.shortest_interval = allowed
    ann.save()
    order = factories.watch(ann, factories.channel(ann), source=source)
    if possible:
        watch_rules.check_interval(ann, source, interval)
    else:
        with pytest.raises(NotPossible):
            watch_rules.check_interval(ann, source, interval)
    client.force_login(ann)
    page = reverse("admin:watches_watch_change", args=[order.pk])
    fields = {"name": order.name, "channels": [order.channels.get().pk], "captioner": "describer", "approval": "ask"}
    rules = {"backlog": "skip", "fit": "pad", "latest_hours": "24", "subfolders": "on"}
    client.post(page, {**fields, **rules, "interval": str(interval)})
    order.refresh_from_db()
    assert (order.interval == interval) is (possible or interval == 60)


@pytest.mark.parametrize("source", ["drive", "folder"])
def test_a_shortest_interval_that_grew_later_slows_the_watches_that_are_there(house, ann, settings, source):
    settings.SHORTEST_INTERVAL = settings.SHORTEST_FOLDER_INTERVAL = 5
    if source == "folder":
        house.watch(interval=5)
    else:
        google = google_account(house.box, email="owner@example.com")
        login, _ = connect(ann, "google", grant(google.login))
        folder = google.folder("watched")
        house.watch(source="drive", place=folder, credential=login, interval=5)
    wait = looked_again_in(house)
    assert 0 < wait <= 5
    allow(ann, shortest_interval=120)
    settings.SHORTEST_FOLDER_INTERVAL = 120
    assert looked_again_in(house) > 115
    allow(ann, shortest_interval=5)
    settings.SHORTEST_FOLDER_INTERVAL = 5
    house.later(130)
    assert looked_again_in(house) <= 5


def looked_again_in(house: House) -> float:
    """Seconds from a look, made now, to the next one."""
    house.later(6)
    watches.tasks.round()
    return (SourceCursor.objects.get(owner=house.owner).next_at - clock.now()).total_seconds()


# --- the operator's page, and practice


def test_the_operator_changes_a_persons_limits_at_people(client, db):
    operator, bob = factories.person("Olga", operator=True), factories.person("Bob")
    Rest.objects.create(key=allowances.key("held_bytes", bob.pk), kind="held", code="held_bytes", until=clock.now())
    client.force_login(operator)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": clock.now().timestamp(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = user_id_to_str(operator)
    session.save()
    page = reverse("admin:accounts_user_change", args=[bob.pk])
    person = {"email": bob.email, "name": bob.name, "is_active": "on"}
    amounts = {"most_held_mb": "10", "ai_budget": "2.50", "most_watches": "3", "most_pictures": ""}
    amounts["shortest_interval"] = "5"
    client.post(page, {**person, **amounts})
    bob.refresh_from_db()
    assert (bob.most_held_mb, bob.ai_budget, bob.most_watches) == (10, Decimal("2.50"), 3)
    assert (bob.most_pictures, bob.shortest_interval) == (None, 5)
    assert not Rest.objects.exists()  # what waited is tried at once
    client.post(page, {**person, **amounts, "ai_budget": "-1"})
    bob.refresh_from_db()
    assert bob.ai_budget == Decimal("2.50")


def test_in_practice_nobodys_limits_count(house, ann, settings):
    settings.PRACTICE = True
    allow(ann, most_held_mb=0, most_pictures=0, ai_budget=Decimal(0), most_watches=0)
    Watch.objects.all().delete()
    Watch.objects.filter(pk=house.watch(captioner="openai", language="en", interval=2).pk).update(practice=True)
    drops(house, 2)
    house.look(3)
    assert Suggestion.objects.count() == 2


@pytest.mark.django_db
def test_what_is_no_limit_of_mine_is_not_told_to_me(rf):
    ann, bob = factories.person("Ann"), factories.person("Bob")
    watch = factories.watch(bob, factories.channel(bob))
    factories.file(bob, watched_by=watch, state="found")
    Rest.objects.create(
        key=allowances.key("held_bytes", bob.pk), kind="held", code="held_bytes", reason_code="x", until=clock.now()
    )
    told = {}
    for person in (ann, bob):
        request = rf.get("/")
        request.user, request.session = person, {}
        told[person] = sum(cause.code == Code.LIMIT for cause in front_page(request)["causes"].rows)
    assert told == {ann: 0, bob: 1}


def test_what_is_fetched_again_the_same_day_is_the_same_picture(ann, settings):
    settings.PRACTICE, settings.MOST_PICTURES = False, 1
    settings.LEAST_FREE_MB = settings.LEAST_FREE_PERCENT = 0
    again, another = (factories.file(ann, state=STATE.FOUND) for _ in range(2))
    FoundFile.objects.filter(pk=again.pk).update(fetched_at=clock.now())
    assert [bool(limits.before_fetching(each)) for each in (again, another)] == [False, True]


@pytest.mark.parametrize(
    ("today", "then"), [("2026-01-31", "2026-02-01"), ("2026-12-31", "2027-01-01"), ("2026-02-01", "2026-03-01")]
)
def test_the_next_month_begins_on_its_first_day(today, then, settings, the_clock):
    settings.TIME_ZONE = "UTC"
    the_clock.put(dt.datetime.fromisoformat(f"{today}T12:00:00+00:00"))
    assert f"{allowances.next_month():%Y-%m-%d}" == then
