"""Approving from a mail: that post only, once, and nothing by a GET."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Notice, User
from accounts.sign_in.sessions import end_all
from poster import clock
from poster.permissions import Caller, NotPossible
from poster.secrets.redaction import redact
from poster.work.time_budget import never
from publishing.approval import links, mailing
from publishing.models import ApprovalLink, Delivery, Post
from publishing.posts import approving, writing
from publishing.posts.contents import Content, Wanted
from publishing.reasons.posts import ChangedMeanwhile, LinkOver
from tests import factories
from tests.clocks import Clock

State = Post.State
Wish = User.Wish


@pytest.fixture
def ann(db: None) -> User:
    person = factories.person("Ann")
    User.objects.filter(pk=person.pk).update(to_approve=Wish.AT_ONCE, time_zone="UTC")
    person.refresh_from_db()
    return person


@pytest.fixture
def draft(ann: User) -> Post:
    """Of a watch, for one channel; there for two minutes."""
    page = factories.channel(ann)
    watch = factories.watch(ann, page)
    post = factories.post(ann, page, text="Fresh bread.", picture=factories.asset(ann, watched_by=watch))
    Post.objects.filter(pk=post.pk).update(watch=watch, created_at=clock.now() - dt.timedelta(minutes=2))
    post.refresh_from_db()
    return post


@pytest.fixture
def link(ann: User, draft: Post) -> ApprovalLink:
    made = links.make(ann, draft)
    assert made
    return made


def path(link: ApprovalLink) -> str:
    return links.address(link).partition("/approve/")[2].join(["/approve/", ""])


def wish(link: ApprovalLink, **fields: Any) -> int:
    return Client(enforce_csrf_checks=True).post(path(link), fields).status_code


def is_over(link: ApprovalLink) -> bool:
    return Client().get(path(link)).status_code == 410


def test_a_yes_is_a_yes_with_a_minute_to_undo(link: ApprovalLink, draft: Post, ann: User) -> None:
    assert wish(link, wish="approve", revision=draft.revision) == 200
    draft.refresh_from_db()
    delivery = Delivery.objects.get()
    assert (draft.state, draft.decided_by) == (State.APPROVED, ann)
    assert delivery.undo_until
    assert wish(link, wish="approve", revision=draft.revision) == 200
    assert Delivery.objects.count() == 1
    assert wish(link, wish="undo") == 200
    draft.refresh_from_db()
    assert draft.state == State.DRAFT
    assert wish(link, wish="approve", revision=draft.revision) == 200
    assert Delivery.objects.exclude(state="cancelled").count() == 1


def test_a_no_is_a_no(link: ApprovalLink, draft: Post) -> None:
    assert wish(link, wish="discard") == 200
    draft.refresh_from_db()
    assert draft.state == State.DISCARDED


def test_a_scanner_that_opens_it_ten_times_changes_nothing(link: ApprovalLink, draft: Post) -> None:
    for method in ("get", "head"):
        for _ in range(5):
            answer = getattr(Client(), method)(path(link))
            assert answer.status_code == 200
            assert not answer.cookies
            assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
            assert "no-store" in answer["Cache-Control"]
    draft.refresh_from_db()
    link.refresh_from_db()
    assert (draft.state, link.used_at) == (State.DRAFT, None)


def test_words_that_were_changed_since_are_shown_before_they_are_approved(link: ApprovalLink, draft: Post) -> None:
    seen = draft.revision
    approving.reword(draft, text="Other bread.", alt_texts={}, by=Caller.of(draft.owner))
    page = Client().get(path(link))
    assert (page.context["changed"], page.context["post"].text) == (True, "Other bread.")
    wish(link, wish="approve", revision=seen)
    draft.refresh_from_db()
    assert draft.state == State.DRAFT
    with pytest.raises(NotPossible) as refused:
        links.approve(links.opened(path(link).split("/")[2]), revision=seen)
    assert refused.value.reason == ChangedMeanwhile()
    assert wish(link, wish="approve", revision=draft.revision) == 200
    draft.refresh_from_db()
    assert draft.state == State.APPROVED


def test_it_opens_that_post_only(link: ApprovalLink, draft: Post, ann: User) -> None:
    """Forwarded, it says nothing else and lets in nowhere."""
    client = Client()
    client.get(path(link))
    assert client.get("/dashboard/").status_code == 302
    other = factories.post(ann, text="Another one.")
    token = path(link).split("/")[2]
    for wrong in (token[:-1] + "x", other.pk.hex, f"{other.pk.hex}.{token.partition('.')[2]}", "x", "a" * 300):
        assert client.get(reverse("approve_by_link", args=[wrong])).status_code == 410
    assert client.get(reverse("approve_picture", args=[token, 0])).status_code == 200
    assert client.get(reverse("approve_picture", args=[token, 1])).status_code == 404


def test_it_ends_after_two_days(link: ApprovalLink, the_clock: Clock) -> None:
    the_clock.pass_by(hours=47.9)
    assert not is_over(link)
    the_clock.pass_by(hours=0.2)
    assert is_over(link)


def test_it_ends_with_a_new_password(link: ApprovalLink, ann: User) -> None:
    ann.set_password("another long password")
    ann.save()
    assert is_over(link)


def test_it_ends_when_its_person_signs_out_everywhere(link: ApprovalLink, ann: User) -> None:
    end_all(ann)
    assert is_over(link)


def test_it_ends_with_its_person(link: ApprovalLink, ann: User) -> None:
    User.objects.filter(pk=ann.pk).update(is_active=False)
    assert is_over(link)


def test_no_log_holds_it(link: ApprovalLink) -> None:
    token = path(link).split("/")[2]
    assert token not in redact(f'"GET {path(link)} HTTP/1.1" 200')


def test_what_was_decided_elsewhere_is_shown_as_it_is(link: ApprovalLink, draft: Post, ann: User) -> None:
    approving.discard(draft, by=Caller.of(ann))
    page = Client().get(path(link))
    assert (page.context["open"], page.context["undoable"]) == (False, False)


# --- mails


def tell() -> int:
    return mailing.tell(never)


def test_what_waits_is_mailed_once_with_a_link_each(draft: Post, ann: User) -> None:
    assert tell() == 1
    assert tell() == 0
    (message,) = mail.outbox
    assert message.to == [ann.email]
    (found,) = re.findall(r"https?://\S+/approve/\S+", str(message.body))
    assert Client().get(found.partition("/approve/")[2].join(["/approve/", ""])).context["post"] == draft


def test_nobody_is_told_who_does_not_wish_it(draft: Post, ann: User) -> None:
    User.objects.filter(pk=ann.pk).update(to_approve=Wish.NEVER)
    assert tell() == 0


def test_ones_own_drafts_are_told_to_nobody(ann: User, the_clock: Clock) -> None:
    page = factories.channel(ann)
    places = [Wanted(page.pk, "feed")]
    writing.write(ann, Content(text="Mine.", places=places), by=Caller.of(ann))
    the_clock.pass_by(hours=1)
    assert tell() == 0


def test_the_mail_of_the_day_comes_in_the_morning(draft: Post, ann: User, the_clock: Clock) -> None:
    User.objects.filter(pk=ann.pk).update(to_approve=Wish.DAILY, time_zone="Asia/Tokyo")
    midnight = dt.datetime(2026, 3, 2, 15, 0, tzinfo=dt.UTC)  # in Tokyo
    Post.objects.filter(pk=draft.pk).update(created_at=midnight)
    for hours, mails in ((7.9, 0), (8.1, 1), (9, 0)):
        the_clock.put(midnight + dt.timedelta(hours=hours))
        assert tell() == mails


def test_with_a_second_factor_the_mail_has_no_link_unless_it_is_wished(draft: Post, ann: User) -> None:
    Authenticator.objects.create(user=ann, type=Authenticator.Type.TOTP, data={})
    assert not links.may_use(ann)
    tell()
    assert "/approve/" not in mail.outbox[0].body
    ann.approve_by_link = True
    assert links.may_use(ann)


def test_a_mail_that_nobody_took_is_sent_later(draft: Post, settings, the_clock: Clock) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert tell() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert tell() == 0  # not before its pause is over
    the_clock.pass_by(hours=0.2)
    assert (tell(), tell(), len(mail.outbox)) == (1, 0, 1)


def test_a_worker_that_ended_behind_the_mail_keeps_nothing_from_being_told(draft: Post, ann: User) -> None:
    assert tell() == 1
    ApprovalLink.objects.update(mailed_at=None)
    another = factories.post(ann, *draft.channels.all(), text="Another.")
    Post.objects.filter(pk=another.pk).update(watch=draft.watch, created_at=clock.now() - dt.timedelta(minutes=2))
    assert [tell(), tell()] == [0, 1]
    assert "Another." in str(mail.outbox[1].body)
    assert "Fresh bread." not in str(mail.outbox[1].body)


def test_what_is_over_for_long_is_forgotten(link: ApprovalLink, draft: Post, the_clock: Clock, ann: User) -> None:
    the_clock.pass_by(hours=200)
    assert links.forget() == 0  # it waits still, and nobody is told twice
    approving.discard(draft, by=Caller.of(ann))
    Notice.objects.create(owner=ann, about=links.about(link.pk))
    assert links.forget() == 1
    assert not Notice.objects.exists()


def test_a_stranger_has_no_link(draft: Post) -> None:
    with pytest.raises(NotPossible) as refused:
        links.opened("nothing")
    assert refused.value.reason == LinkOver()
