"""The page "My data", the way out, requests, and agreeing: as a browser meets them."""

from __future__ import annotations

import datetime as dt
import io
import re
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.internal.userkit import user_id_to_str
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.data_rights import agreements, announcements, data_requests, documents
from accounts.models import Acceptance, Channel, Notice, Request, User
from accounts.notices import send_waiting
from operations.privacy import erasure
from operations.privacy.erasure import carry_on_all
from operations.reasons import Erased
from poster import clock
from poster.models import Erasure, Event
from poster.permissions import TERMINAL
from publishing.describing.tasks import words_due
from publishing.models import Post
from publishing.posts.composing import files_due
from tests import factories
from watches.models import Watch
from watches.tasks import found_due
from writing.captioners import CAPTIONERS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits(settings) -> None:
    cache.clear()
    settings.REMOTE_ROOT = "http://127.0.0.1:9"  # nobody is there


@pytest.fixture
def ann() -> User:
    return factories.person("Ann", password=factories.PASSWORD)


@pytest.fixture
def browser() -> Callable[[User], Client]:
    def signed_in(person: User, *, ago: float = 0) -> Client:
        client = Client()
        client.force_login(person)
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time() - ago, "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = user_id_to_str(person)
        session.save()
        return client

    return signed_in


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_taking_my_data_needs_a_fresh_sign_in(ann, browser) -> None:
    factories.everything(ann)
    stale = browser(ann, ago=3600).get(reverse("my_data_copy"))
    assert stale.status_code == 302
    assert "reauthenticate" in stale.url
    taken = browser(ann).get(reverse("my_data_copy"))
    assert taken["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(taken.streaming_content))) as archive:
        assert "data/posts.json" in archive.namelist()
    assert Event.objects.filter(person=ann.pk, kind="export").count() == 1


def test_deleting_needs_a_fresh_sign_in_the_email_and_nothing_else(ann, browser) -> None:
    factories.everything(ann)
    assert "reauthenticate" in browser(ann, ago=3600).post(reverse("my_data_delete"), {"email": ann.email}).url
    client = browser(ann)
    page = words(client.get(reverse("my_data_delete")))
    assert "2 posts" in page
    assert "What stays" in page
    assert "Type ann@example.org" in words(client.post(reverse("my_data_delete"), {"email": "bob@example.org"}))
    assert not Erasure.objects.exists()
    gone = client.post(reverse("my_data_delete"), {"email": "Ann@Example.org"})
    receipt = Request.objects.get(kind="erasure")
    assert gone["Location"] == reverse("request_status", args=[receipt.code])
    assert Erasure.objects.filter(about=ann.pk).exists()
    assert "The account is being erased" in words(client.get(gone["Location"]))
    carry_on_all()
    done = words(client.get(gone["Location"]))
    assert "The account is erased" in done
    assert "2 posts" in done
    assert " 0 " not in done
    assert "ann@" not in done
    assert client.get(reverse("admin:index")).status_code == 302
    assert not User.objects.filter(pk=ann.pk).exists()


def test_letting_everything_rest_stops_all_and_removes_nothing(ann, browser) -> None:
    factories.everything(ann)
    wordless = factories.wordless(ann, watch=Watch.objects.get())
    factories.file(ann, watched_by=Watch.objects.get())
    before = Post.objects.count()
    assert wordless in words_due()
    browser(ann).post(reverse("my_data_rest"))
    assert set(Watch.objects.values_list("state", flat=True)) == {"paused"}
    assert set(Channel.objects.values_list("state", flat=True)) == {"off"}
    due: list[Any] = [*words_due(), *files_due(), *found_due()]
    assert due == []
    assert Post.objects.count() == before
    assert Request.objects.get(kind="restriction").answered_at


def test_anybody_can_ask_and_follow_it_by_its_code_alone(db) -> None:
    client = Client()
    form = {"kind": "erasure", "email": "gone@example.org", "words": "Please erase what you have."}
    answer = client.post(reverse("data_request"), form)
    asked = Request.objects.get()
    assert answer["Location"] == reverse("request_status", args=[asked.code])
    page = words(client.get(answer["Location"].lower()))
    assert "within 30 days" in page
    assert "gone@example.org" not in page
    assert "Please erase" not in page
    assert client.get(reverse("request_status", args=["AAAA-BBBB-CCCC"])).status_code == 404
    assert not Erasure.objects.exists()  # nobody is erased because a stranger typed his address


def test_a_stranger_cannot_flood_the_operator(db) -> None:
    client, form = Client(), {"kind": "question", "email": "gone@example.org"}
    codes = [client.post(reverse("data_request"), form).status_code for _ in range(7)]
    assert codes == [302] * 5 + [429] * 2


def test_an_erasure_that_is_under_way_is_not_answered_by_hand(ann, browser) -> None:
    olga = factories.person("Olga", operator=True)
    receipt = erasure.begin(ann, by=TERMINAL)
    client = browser(olga)
    page = words(client.get(reverse("admin:accounts_request_change", args=[receipt.pk])))
    assert "It is carried out by itself" in page
    assert "Send the answer" not in page
    client.post(reverse("admin:accounts_request_do", args=[receipt.pk, "answer"]), {"answer": "No."})
    assert carry_on_all() == 1
    receipt.refresh_from_db()
    assert receipt.outcomes[0][0] == Erased.code
    assert not User.objects.filter(pk=ann.pk).exists()


def test_the_operator_sees_the_clock_and_answers_once(browser) -> None:
    olga = factories.person("Olga", operator=True)
    asked = data_requests.ask("question", email="gone@example.org", words="What do you hold?")
    Request.objects.filter(pk=asked.pk).update(due_at=clock.now() + dt.timedelta(days=3, hours=-1))
    client = browser(olga)
    assert "3 days left" in words(client.get(reverse("admin:accounts_request_changelist")))
    answer = reverse("admin:accounts_request_do", args=[asked.pk, "answer"])
    assert "Write the answer first" in words(client.post(answer, {"answer": " "}, follow=True))
    client.post(answer, {"answer": "Nothing at all."})
    asked.refresh_from_db()
    assert asked.answered_at
    assert mail.outbox[-1].to == ["gone@example.org"]
    assert "Nothing at all." in mail.outbox[-1].body
    assert client.post(answer, {"answer": "Again"}).status_code == 302
    assert len(mail.outbox) == 1
    assert browser(factories.person("Bob")).get(reverse("admin:accounts_request_changelist")).status_code in {302, 403}


def test_who_has_not_agreed_is_asked_before_the_dashboard_and_nowhere_else(browser) -> None:
    nils = factories.person("Nils", agreed=False)
    client = browser(nils)
    asked = client.get(reverse("admin:publishing_post_changelist"))
    assert asked.url.startswith(reverse("agree"))
    for away in (client.get(reverse("connect_start")), client.post(reverse("connect", args=["threads"]))):
        assert away.url.startswith(reverse("agree"))
    for name in ("my_data", "terms", "privacy", "my_account"):
        assert client.get(reverse(name)).status_code == 200
    assert client.post(reverse("agree"), {"agreed": "on"}).status_code == 200  # the age is missing
    assert not Acceptance.objects.exists()
    form = {"agreed": "on", "adult": "on", "next": reverse("admin:publishing_post_changelist")}
    gone_on = client.post(reverse("agree"), form, headers={"User-Agent": "Firefox"}, REMOTE_ADDR="203.0.113.9")
    assert gone_on.url == reverse("admin:publishing_post_changelist")
    assert client.get(gone_on.url).status_code == 200
    kept = Acceptance.objects.get(owner=nils, document="terms")
    assert (kept.version, kept.address, kept.browser) == (documents.TERMS, "203.0.113.9", "Firefox")


def test_the_way_back_leads_to_no_other_site(browser) -> None:
    client = browser(factories.person("Nils", agreed=False))
    form = {"agreed": "on", "adult": "on", "next": "https://evil.example/"}
    assert client.post(reverse("agree"), form).url == reverse("admin:index")


def test_the_first_sight_of_practice_is_no_form(browser, settings) -> None:
    settings.PRACTICE = True
    olga = factories.person("Olga", operator=True, agreed=False)
    assert browser(olga).get(reverse("admin:index")).status_code == 200
    settings.PRACTICE = False
    assert browser(olga).get(reverse("admin:index")).url.startswith(reverse("agree"))


@pytest.fixture
def older(ann) -> User:
    """Somebody who agreed to what was there before."""
    Acceptance.objects.filter(owner=ann, document="terms").update(version="2026-01-01")
    return ann


def test_a_material_change_is_asked_for_again(older, browser) -> None:
    client = browser(older)
    assert client.get(reverse("admin:index")).url.startswith(reverse("agree"))
    page = words(client.get(reverse("agree")))
    assert "Something has changed" in page
    assert "16 or older" not in page
    client.post(reverse("agree"), {"agreed": "on"})
    assert client.get(reverse("admin:index")).status_code == 200
    assert set(Acceptance.objects.filter(document="terms").values_list("version", flat=True)) == {
        "2026-01-01",
        documents.TERMS,
    }


def test_a_material_change_is_announced_by_mail_once(older) -> None:
    factories.person("Bob")
    factories.person("Nils", agreed=False)
    assert announcements.announce_changes() == 1
    assert announcements.announce_changes() == 0
    send_waiting()
    assert [each.to for each in mail.outbox] == [["ann@example.org"]]
    assert reverse("terms") in mail.outbox[0].body
    assert Notice.objects.get().about == f"document:terms:{documents.TERMS}"


def test_that_somebody_has_agreed_is_remembered_by_the_session(ann, browser) -> None:
    client = browser(ann)
    client.get(reverse("admin:index"))
    assert client.session[agreements.AGREED]


def test_every_adapter_is_told_of_on_the_privacy_page() -> None:
    from accounts.providers import PROVIDERS

    said = [PROVIDERS[name].about.gets for name in PROVIDERS] + [CAPTIONERS[name].gets for name in CAPTIONERS]
    assert all(said)


@pytest.mark.parametrize("name", ["home", "faq", "terms", "privacy"])
def test_public_pages_set_no_cookie_and_may_not_be_indexed(name) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 200
    assert not response.cookies
    assert b"noindex" in response.content


def test_who_is_signed_in_goes_from_home_to_his_dashboard(ann, browser) -> None:
    assert browser(ann).get(reverse("home")).url == reverse("admin:index")
