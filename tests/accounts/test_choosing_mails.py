"""Each kind of notice comes at once, in the mail of the morning, or never; a link ends it without signing in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from email.message import Message
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import mail_choices, notices, retention
from accounts.connections import expiry
from accounts.data_rights import announcements, documents, news
from accounts.models import Acceptance, Announcement, Credential, Notice, User
from accounts.notices import send_waiting, warn_once
from accounts.reasons.events import AnnouncementOut, EndedAnnouncements, WantsAnnouncements
from accounts.reasons.people import AnnouncementSent
from poster import clock
from poster.models import Event
from poster.permissions import Caller, NotPossible
from tests import factories
from tests.accounts.doors import inside, quick_door, somebody  # noqa: F401
from tests.clocks import Clock

pytestmark = pytest.mark.django_db
Kind, Wish = Notice.Kind, User.Wish
MIDDAY = dt.datetime(2026, 12, 2, 12, tzinfo=dt.UTC)  # a Wednesday


@pytest.fixture
def at(the_clock: Clock) -> Callable[[dt.datetime], None]:
    the_clock.put(MIDDAY)
    return the_clock.put


def somebody_with(**wishes: Any) -> User:
    person = factories.person("Ann")
    User.objects.filter(pk=person.pk).update(**{"time_zone": "UTC", **wishes})
    person.refresh_from_db()
    return person


def tell(person: User, kind: Notice.Kind = Kind.FAILED, about: str = "it", words: str = "It failed.") -> bool:
    return warn_once(person, kind=kind, about=about, subject=f"About {about}", words=words)


def ending() -> str:
    """The path of the link in the last mail."""
    found = re.search(r"https?://[^/]+(/mails/end/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


# -- at once, in the morning, never -----------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", sorted(mail_choices.TOGETHER))
def test_each_kind_comes_as_they_wish(at: Any, kind: Notice.Kind) -> None:
    for wish, sent in ((Wish.NEVER, 0), (Wish.AT_ONCE, 1), (Wish.DAILY, 0)):
        person = factories.person(f"Ann{sent}{wish}")
        User.objects.filter(pk=person.pk).update(**{kind: wish})
        person.refresh_from_db()
        mail.outbox.clear()
        assert (tell(person, kind), len(mail.outbox)) == (bool(sent), sent)


def test_the_mail_of_the_day_goes_out_in_their_morning_and_tells_all(at: Any) -> None:
    ann = somebody_with(time_zone="America/New_York", on_failure=Wish.DAILY, on_budget=Wish.DAILY)
    tell(ann, Kind.FAILED, "one")
    tell(ann, Kind.BUDGET, "two")
    for hour, sent in ((12, 0), (13, 1), (14, 1)):  # 8 in New York is 13 UTC
        at(MIDDAY.replace(hour=hour, minute=1))
        send_waiting()
        assert len(mail.outbox) == sent
    [letter] = mail.outbox
    assert "About one" in str(letter.body)
    assert "About two" in str(letter.body)
    assert not Notice.objects.filter(sent_at=None).exists()


def test_it_is_told_in_the_words_of_the_last_and_once(at: Any) -> None:
    ann = somebody_with(on_failure=Wish.DAILY)
    for words in ("It failed.", "Two failed."):
        tell(ann, words=words)
    for day in (3, 4):
        at(dt.datetime(2026, 12, day, 8, 1, tzinfo=dt.UTC))
        send_waiting()
        tell(ann)
    assert [str(letter.body).splitlines()[0] for letter in mail.outbox] == ["Two failed."]


def test_a_mail_of_the_day_that_nobody_took_comes_later(at: Any, settings: Any) -> None:
    ann = somebody_with(on_failure=Wish.DAILY)
    tell(ann, about="one")
    tell(ann, about="two")
    takes, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.accounts.doors.NoServer"
    at(dt.datetime(2026, 12, 3, 8, 1, tzinfo=dt.UTC))
    assert (send_waiting(), len(mail.outbox)) == (0, 0)
    settings.EMAIL_BACKEND = takes
    at(dt.datetime(2026, 12, 3, 8, 7, tzinfo=dt.UTC))
    assert (send_waiting(), send_waiting(), len(mail.outbox)) == (1, 0, 1)


def test_who_wants_none_any_more_gets_none_of_what_waits(at: Any) -> None:
    ann = somebody_with(on_failure=Wish.DAILY)
    tell(ann)
    User.objects.update(on_failure=Wish.NEVER)
    at(dt.datetime(2026, 12, 3, 9, tzinfo=dt.UTC))
    assert (send_waiting(), mail.outbox, Notice.objects.count()) == (0, [], 0)


def test_what_people_have_to_know_comes_whatever_they_chose(at: Any) -> None:
    ann = somebody_with(on_failure="", on_reconnect="", on_budget="")
    assert tell(ann, Kind.ALWAYS)
    assert "List-Unsubscribe" not in mail.outbox[-1].message()


def test_they_choose_it_at_settings() -> None:
    ann = somebody("Ann")
    client, where = inside(ann), reverse("my_account")
    mails = {"on_failure": "daily", "on_reconnect": "", "on_budget": "", "weekly_summary": "on"}
    client.post(where, {"name": "Ann", "theme": "auto", **mails})
    ann.refresh_from_db()
    chosen = (ann.on_failure, ann.on_reconnect, ann.on_budget, ann.weekly_summary, ann.announcements)
    assert chosen == ("daily", "", "", True, False)


def test_a_login_that_ended_is_told_once(at: Any) -> None:
    ann = somebody_with()
    login = factories.login(ann, state=Credential.State.BLOCKED)
    factories.channel(ann, credential=login)
    assert (expiry.warn(), expiry.warn(), len(mail.outbox)) == (1, 0, 1)
    Credential.objects.filter(pk=login.pk).update(version=2, refreshed_at=clock.now() + dt.timedelta(days=1))
    assert expiry.warn() == 1  # connected meanwhile, and ended again


def test_a_login_that_was_connected_again_is_not_in_the_mail_of_the_day(at: Any) -> None:
    ann = somebody_with(on_reconnect=Wish.DAILY)
    logins = [factories.login(ann, state=Credential.State.BLOCKED) for _ in range(2)]
    for login in logins:
        factories.channel(ann, credential=login)
    expiry.warn()
    assert Notice.objects.count() == 2
    Credential.objects.filter(pk=logins[0].pk).update(state=Credential.State.ACTIVE, version=2)
    expiry.warn()
    assert [str(logins[1].pk) in notice.about for notice in Notice.objects.all()] == [True]
    at(MIDDAY + dt.timedelta(days=1))
    assert (send_waiting(), mail.outbox[0].subject.startswith("Connect")) == (1, True)


# -- ended by a link --------------------------------------------------------------------------------------------------
def test_a_get_ends_nothing_and_a_press_does(at: Any) -> None:
    ann = somebody_with()
    tell(ann)
    page = Client().get(ending())
    ann.refresh_from_db()
    assert (page.status_code, page.cookies, ann.on_failure) == (200, {}, Wish.AT_ONCE)
    assert Client(enforce_csrf_checks=True).post(ending()).status_code == 200
    ann.refresh_from_db()
    assert (ann.on_failure, ann.on_reconnect, ann.on_budget) == (Wish.NEVER, Wish.AT_ONCE, Wish.AT_ONCE)
    assert Client().post(ending()).status_code == 200  # once more harms nobody


def test_mail_programs_end_it_in_one_click(at: Any) -> None:
    tell(somebody_with())
    letter: Message = mail.outbox[-1].message()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = re.fullmatch(r"<https?://[^/]+(/\S+)>", letter["List-Unsubscribe"])
    assert path
    Client(enforce_csrf_checks=True).post(path[1], {"List-Unsubscribe": "One-Click"})
    assert User.objects.get().on_failure == Wish.NEVER


def test_the_link_of_a_mail_of_the_day_ends_all_that_it_told(at: Any) -> None:
    ann = somebody_with(on_failure=Wish.DAILY, on_budget=Wish.DAILY)
    tell(ann, Kind.FAILED, "one")
    tell(ann, Kind.BUDGET, "two")
    at(dt.datetime(2026, 12, 3, 8, 1, tzinfo=dt.UTC))
    send_waiting()
    Client().post(ending())
    ann.refresh_from_db()
    assert (ann.on_failure, ann.on_budget, ann.on_reconnect) == ("", "", "at_once")


@pytest.mark.parametrize("spoil", [lambda path: f"{path[:-4]}xyz/", lambda path: "/mails/end/x/"])
def test_a_link_that_is_not_ours_ends_nothing(at: Any, spoil: Callable[[str], str]) -> None:
    tell(somebody_with())
    assert Client().post(spoil(ending())).status_code == 410
    assert User.objects.get().on_failure == Wish.AT_ONCE


def test_a_link_ends_mails_of_its_person_alone(at: Any) -> None:
    bob = factories.person("Bob")
    tell(somebody_with())
    Client().post(ending())
    bob.refresh_from_db()
    assert bob.on_failure == Wish.AT_ONCE


# -- announcements ----------------------------------------------------------------------------------------------------
@pytest.fixture
def olga() -> User:
    return somebody("Olga", operator=True)


def written(olga: User) -> Announcement:
    return Announcement.objects.create(subject="A new version", words="It is here.", written_by=olga)


def test_p52_an_announcement_goes_only_to_who_ticked_it_and_once(olga: User) -> None:
    ann = somebody_with(announcements=True)
    factories.person("Bob")
    announcement = written(olga)
    assert news.send(announcement, by=Caller.of(olga)) == 1
    assert (send_waiting(), send_waiting()) == (1, 0)
    assert [letter.to for letter in mail.outbox] == [[ann.email]]
    with pytest.raises(NotPossible) as error:
        news.send(announcement, by=Caller.of(olga))
    assert isinstance(error.value.reason, AnnouncementSent)
    assert Event.objects.filter(fact_code=AnnouncementOut.code).count() == 1


def test_p52_one_click_ends_them_and_it_is_written_down(olga: User) -> None:
    ann = somebody_with(announcements=True)
    news.send(written(olga), by=Caller.of(olga))
    send_waiting()
    Client().post(ending())
    ann.refresh_from_db()
    assert not ann.announcements
    assert Event.objects.filter(person=ann.pk, fact_code=EndedAnnouncements.code).count() == 1
    assert news.send(written(olga), by=Caller.of(olga)) == 0


def test_p52_who_ends_them_before_theirs_is_out_gets_none(olga: User) -> None:
    somebody_with(announcements=True)
    news.send(written(olga), by=Caller.of(olga))
    User.objects.update(announcements=False)
    assert (send_waiting(), mail.outbox) == (0, [])


def test_an_announcement_is_never_mixed_with_notices(olga: User, at: Any) -> None:
    ann = somebody_with(announcements=True, on_failure=Wish.DAILY)
    tell(ann)
    news.send(written(olga), by=Caller.of(olga))
    at(dt.datetime(2026, 12, 3, 8, 1, tzinfo=dt.UTC))
    assert send_waiting() == 2
    assert sorted(letter.subject for letter in mail.outbox) == ["A new version", "About it"]


def test_p52_the_tick_is_off_by_itself_and_written_down_when_it_is_set() -> None:
    ann = somebody("Ann")
    assert not ann.announcements
    client = inside(ann)
    for _ in range(2):
        client.post(reverse("my_account"), {"name": "Ann", "announcements": "on", "theme": "auto"})
    assert Event.objects.filter(person=ann.pk, fact_code=WantsAnnouncements.code).count() == 1


def test_the_operator_sends_it_in_the_dashboard_and_it_cannot_be_changed_afterwards(olga: User) -> None:
    ann = somebody_with(announcements=True)
    client, add = inside(olga), reverse("admin:accounts_announcement_add")
    client.post(add, {"subject": "A new version", "words": "It is here."})
    announcement = Announcement.objects.get()
    assert announcement.written_by == olga
    client.post(reverse("admin:accounts_announcement_do", args=[announcement.pk, "send"]))
    assert [notice.owner for notice in Notice.objects.all()] == [ann]
    client.post(reverse("admin:accounts_announcement_change", args=[announcement.pk]), {"subject": "x", "words": "y"})
    announcement.refresh_from_db()
    assert announcement.subject == "A new version"


def test_a_subject_of_several_lines_becomes_one_at_the_form_and_in_the_service(olga: User) -> None:
    somebody_with(announcements=True)
    add = reverse("admin:accounts_announcement_add")
    inside(olga).post(add, {"subject": "Hello\r\nBcc: x@y.z", "words": "It is here."})
    made = Announcement.objects.get()
    assert made.subject == "Hello Bcc: x@y.z"
    Announcement.objects.update(subject="Hello\r\nBcc: x@y.z")  # however it came there
    news.send(made, by=Caller.of(olga))
    Notice.objects.update(subject="Hello\nBcc: x@y.z")
    assert send_waiting() == 1
    assert mail.outbox[0].subject == "Hello Bcc: x@y.z"


def test_duties_come_before_notices_and_announcements_last(olga: User, at: Any) -> None:
    ann = somebody_with(announcements=True, on_failure=Wish.DAILY)
    says = {"owner": ann, "kind": Kind.NEWS, "subject": "News", "words": "It is here."}
    Notice.objects.bulk_create(Notice(about=f"news:{number}", **says) for number in range(notices.AT_ONCE))
    tell(ann)
    at(dt.datetime(2026, 12, 3, 8, 1, tzinfo=dt.UTC))
    notices.warn_surely(olga, about="not_me:x", subject="A duty", words="Look at it.")
    assert (send_waiting(), send_waiting()) == (notices.AT_ONCE, 2)
    assert [letter.subject for letter in mail.outbox] == ["A duty", "About it"] + ["News"] * notices.AT_ONCE


def test_only_an_operator_announces(olga: User) -> None:
    with pytest.raises(NotPossible):
        news.send(written(olga), by=Caller.of(somebody_with()))
    assert Announcement.objects.get().sent_at is None


# -- how long ---------------------------------------------------------------------------------------------------------
def test_what_was_told_goes_after_ninety_days_and_what_still_stands_is_not_told_twice(at: Any) -> None:
    ann = somebody_with()
    tell(ann, about="over")
    tell(ann, about="stands")
    for day in (45, 91):
        at(MIDDAY + dt.timedelta(days=day))
        tell(ann, about="stands")
        retention.notices()
    assert [notice.about for notice in Notice.objects.all()] == ["stands"]
    assert len(mail.outbox) == 2


def test_a_new_version_of_a_document_is_told_once_however_long_somebody_stays_away(at: Any) -> None:
    ann = somebody_with()
    Acceptance.objects.filter(owner=ann).update(version="2020-01-01")
    for day in (0, 100, 200):
        at(MIDDAY + dt.timedelta(days=day))
        announcements.announce_changes()
        notices.send_waiting()
        retention.notices()
    assert len(mail.outbox) == len(documents.current())


def test_what_nobody_took_yet_is_kept(at: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.accounts.doors.NoServer"
    tell(somebody_with())
    at(MIDDAY + dt.timedelta(days=91))
    assert (retention.notices(), Notice.objects.count()) == (0, 1)
