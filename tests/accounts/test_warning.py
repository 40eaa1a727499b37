"""A mail that nobody took was not told: it is sent again after a pause that grows, and once only."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.test import RequestFactory

from accounts import tasks
from accounts.connections import flows, meta_callbacks, revocations
from accounts.connections.meta_callbacks import Signed
from accounts.data_rights import announcements
from accounts.models import Acceptance, Flow, Notice, Revocation, User
from accounts.notices import GONE, PAUSE, _sent, send_waiting, warn_once, warn_surely
from poster import clock
from poster.permissions import NotPossible
from tests.factories import login, person

pytestmark = pytest.mark.django_db
TAKES, DOWN = "django.core.mail.backends.locmem.EmailBackend", "tests.accounts.doors.NoServer"


def tell(owner: User) -> bool:
    return warn_once(owner, about="ends:1", subject="Connect again", words="It ends.")


@pytest.mark.parametrize("server", ["smtp://localhost", ""])
def test_a_mail_that_was_not_taken_is_tried_again_until_it_is(settings, the_clock, server) -> None:
    ann = person("Ann")
    settings.EMAIL_URL, settings.EMAIL_BACKEND = server, DOWN
    for refusals in (1, 2):
        assert (tell(ann), Notice.objects.get().sent_at) == (False, None)
        settings.EMAIL_BACKEND = TAKES
        the_clock.pass_by(PAUSE.after(refusals) - dt.timedelta(minutes=1), seconds=1)
        assert (tell(ann), mail.outbox) == (False, [])  # not every minute
        the_clock.pass_by(dt.timedelta(minutes=1), seconds=1)
        settings.EMAIL_BACKEND = DOWN
    settings.EMAIL_BACKEND = TAKES
    assert (tell(ann), len(mail.outbox), Notice.objects.count()) == (True, 1, 1)
    the_clock.pass_by(PAUSE.most, seconds=1)
    assert (tell(ann), len(mail.outbox)) == (False, 1)


def a_stranger_brings_the_answer(ann: User) -> None:
    """Of a connection that she began, in Bob's session."""
    Flow.objects.create(owner=ann, provider="facebook", state=flows._digest("a state"), session="s")
    request = RequestFactory().get("/")
    request.user = person("Bob")
    with pytest.raises(NotPossible):
        flows.take(request, "facebook", "a state")


def meta_wants_it_deleted(ann: User) -> None:
    kept = login(ann, "facebook")
    meta_callbacks.delete("facebook", Signed(kept.remote_id, clock.now()))


def a_permission_is_given_up(ann: User) -> None:
    now = clock.now()
    secret = {"token": "EAAgone"}
    revocations._give_up(
        Revocation.objects.create(
            owner=ann, provider="facebook", remote_id="1", secret=secret, next_at=now, ends_at=now
        )
    )


def the_terms_change(ann: User) -> None:
    Acceptance.objects.create(owner=ann, document=Acceptance.Document.TERMS, version="2020-01-01")
    announcements.announce_changes()


ONCE = [a_stranger_brings_the_answer, meta_wants_it_deleted, a_permission_is_given_up, the_terms_change]


@pytest.mark.parametrize("happens", ONCE)
def test_what_happens_once_is_mailed_as_soon_as_the_mail_server_takes_it(settings, the_clock, happens) -> None:
    settings.EMAIL_URL, settings.EMAIL_BACKEND = "smtp://localhost", DOWN
    ann = person("Ann", agreed=False)
    happens(ann)
    for refusals in (1, 2, 3):
        tasks.round()
        notice = Notice.objects.get()
        assert (notice.owner, notice.sent_at, notice.tries, bool(notice.words)) == (ann, None, refusals, True)
        the_clock.pass_by(PAUSE.after(refusals), seconds=1)
    settings.EMAIL_BACKEND = TAKES
    tasks.round()
    tasks.round()
    assert [letter.to for letter in mail.outbox] == [[ann.email]]
    notice.refresh_from_db()
    assert (notice.sent_at is None, notice.subject, notice.words) == (False, "", "")


def test_of_two_that_send_at_once_one_does() -> None:
    ann = person("Ann")
    warn_surely(ann, about="once", subject="Once", words="It happened.")
    stale = Notice.objects.get()
    assert send_waiting() == 1
    assert not _sent([stale], stale.subject, stale.words)
    assert (warn_surely(ann, about="once", subject="Once", words="It happened."), send_waiting()) == (False, 0)
    assert len(mail.outbox) == 1


def test_what_is_mended_before_its_mail_went_out_is_not_mailed(settings, the_clock) -> None:
    settings.EMAIL_BACKEND = DOWN
    tell(person("Ann"))
    settings.EMAIL_BACKEND = TAKES
    the_clock.pass_by(GONE + PAUSE.most, seconds=1)
    assert send_waiting() == 0
    assert (Notice.objects.exists(), mail.outbox) == (False, [])


def test_a_mail_that_raises_keeps_no_other_waiting(settings) -> None:
    ann, settings.EMAIL_BACKEND = person("Ann"), "tests.accounts.doors.Choking"
    for subject in ("One", "Two"):
        warn_surely(ann, about=subject, subject=subject, words="It is so.")
    assert (send_waiting(), [letter.subject for letter in mail.outbox]) == (1, ["Two"])
    assert Notice.objects.get(about="One").next_at > clock.now()
