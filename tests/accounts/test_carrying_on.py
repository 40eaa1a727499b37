"""What was asked for before the password is done after it: once, in the same session, and by nobody else."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Acceptance, Channel, User
from accounts.sign_in import sessions
from poster import clock
from poster.models import LaidBy
from poster.web import stash, unsaved_input
from publishing.models import Post
from tests import factories
from tests.accounts.test_authorizing import later

pytestmark = pytest.mark.django_db
AGAIN = "/carry-on/"


@pytest.fixture
def channel() -> Channel:
    ann = factories.person("Ann", password=factories.PASSWORD)
    return factories.channel(ann, state="blocked", name="Lighthouse")


def asked(channel: Channel) -> Client:
    """She has pressed *Release*, long after she signed in."""
    client = Client()
    client.force_login(channel.owner)
    later(client)
    act = reverse("admin:accounts_channel_do", args=[channel.pk, "release"])
    answer = client.post(act, {"back": "/dashboard/accounts/channel/"})
    assert "reauthenticate" in answer["Location"]
    assert str(channel.pk) not in answer["Location"]
    assert not Channel.objects.get().released
    return client


def say_who(client: Client) -> object:
    return client.post(f"{reverse('account_reauthenticate')}?next={AGAIN}", {"password": factories.PASSWORD})


def test_it_is_done_after_the_password_and_once(channel: Channel) -> None:
    client = asked(channel)
    assert client.get(AGAIN).status_code == 302
    assert not Channel.objects.get().released  # the password comes first
    assert say_who(client).url == AGAIN  # type: ignore[attr-defined]
    done = client.get(AGAIN)
    assert (done["Location"], Channel.objects.get().released) == ("/dashboard/accounts/channel/", True)
    assert "released" in str([str(each) for each in get_messages(done.wsgi_request)])
    Channel.objects.update(released=False)
    assert client.get(AGAIN)["Location"] == reverse("admin:index")
    assert not Channel.objects.get().released


@pytest.mark.parametrize("who", ["another session", "another person"])
def test_nobody_else_carries_it_out(who: str, channel: Channel) -> None:
    asked(channel)
    other = Client()
    other.force_login(channel.owner if who == "another session" else factories.person("Bob"))
    assert other.get(AGAIN)["Location"] == reverse("admin:index")
    assert not Channel.objects.get().released


def test_an_act_that_has_waited_too_long_is_not_done(channel: Channel) -> None:
    client = asked(channel)
    LaidBy.objects.update(until=clock.now())
    say_who(client)
    assert client.get(AGAIN)["Location"] == reverse("admin:index")
    assert not Channel.objects.get().released


WORDS = "Words that took half an hour."
HERE = "/dashboard/accounts/channel/"


def draft_of(owner: User) -> Post:
    return factories.post(owner, factories.channel(owner), text="before")


def approving(client: Client, draft: Post) -> Any:
    """They have typed other words, and press *Approve*."""
    page = reverse("admin:publishing_post_change", args=[draft.pk])
    mark = unsaved_input.SIGNER.sign_object([str(draft.owner_id), page])
    act = reverse("admin:publishing_post_do", args=[draft.pk, "approve"])
    return client.post(act, {unsaved_input.MARK: mark, "text": WORDS, "back": HERE})


def words_in_the_form(client: Client, draft: Post) -> str:
    return client.get(reverse("admin:publishing_post_change", args=[draft.pk])).context["words"]


def next_of(answer: Any) -> str:
    return parse_qs(urlsplit(answer["Location"]).query)["next"][0]


def agree(client: Client, place: str) -> Any:
    return client.post(reverse("agree"), {"adult": "on", "agreed": "on", "next": place})


def asked_to_agree() -> tuple[Client, Post]:
    ann = factories.person("Ann")
    Acceptance.objects.filter(owner=ann).delete()
    client = Client()
    client.force_login(ann)
    return client, draft_of(ann)


def test_what_was_posted_before_agreeing_is_done_afterwards_and_once() -> None:
    client, draft = asked_to_agree()
    place = next_of(approving(client, draft))
    assert urlsplit(client.get(place)["Location"]).path == reverse("agree")  # not around the documents
    draft.refresh_from_db()
    assert (draft.state, draft.text) == (Post.State.DRAFT, "before")
    assert agree(client, place)["Location"] == place
    assert client.get(place)["Location"] == HERE
    draft.refresh_from_db()
    assert (draft.state, draft.text) == (Post.State.APPROVED, WORDS)
    assert not LaidBy.objects.exists()


def test_what_was_typed_is_there_when_agreeing_took_too_long() -> None:
    client, draft = asked_to_agree()
    place = next_of(approving(client, draft))
    LaidBy.objects.filter(purpose=LaidBy.Purpose.ACT).update(until=clock.now())
    agree(client, place)
    assert client.get(place)["Location"] == reverse("admin:index")
    assert words_in_the_form(client, draft) == WORDS
    draft.refresh_from_db()
    assert draft.state == Post.State.DRAFT


def test_what_matters_asks_who_it_is_also_after_agreeing(channel: Channel) -> None:
    Acceptance.objects.all().delete()
    client = Client()
    client.force_login(channel.owner)
    later(client)
    place = next_of(client.post(reverse("admin:accounts_channel_do", args=[channel.pk, "release"]), {"back": HERE}))
    agree(client, place)
    assert "reauthenticate" in client.get(place)["Location"]
    assert not Channel.objects.get().released
    say_who(client)
    assert client.get(place)["Location"] == HERE
    assert Channel.objects.get().released


def test_what_was_posted_before_the_second_factor_is_done_when_it_is_there(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    ann = factories.person("Ann")
    client, draft = Client(), draft_of(ann)
    client.force_login(ann)
    assert approving(client, draft)["Location"] == reverse("mfa_index")
    assert client.get(AGAIN)["Location"] == reverse("mfa_index")  # not around it
    draft.refresh_from_db()
    assert draft.state == Post.State.DRAFT
    Authenticator.objects.create(user=ann, type=Authenticator.Type.TOTP, data={"secret": "sealed:"})
    assert client.get(reverse("admin:index"))["Location"] == AGAIN
    assert client.get(AGAIN)["Location"] == HERE
    draft.refresh_from_db()
    assert (draft.state, draft.text) == (Post.State.APPROVED, WORDS)
    assert client.get(reverse("admin:index")).status_code == 200


def test_who_was_signed_out_for_being_away_comes_back_to_what_they_typed(settings) -> None:
    ann = factories.person("Ann")
    client, draft = Client(), draft_of(ann)
    client.force_login(ann)
    client.get(reverse("admin:index"))
    session = client.session
    session[sessions.SEEN] = 0
    session.save()
    answer = approving(client, draft)
    client.force_login(ann)
    assert client.get(next_of(answer), follow=True).context["words"] == WORDS
    draft.refresh_from_db()
    assert draft.state == Post.State.DRAFT


def stopped(channel: Channel, sent: dict[str, Any], **headers: Any) -> str:
    """Where somebody who has to say who they are goes on to after an act with these fields."""
    client = Client()
    client.force_login(channel.owner)
    later(client)
    return next_of(client.post(reverse("admin:accounts_channel_do", args=[channel.pk, "release"]), sent, **headers))


@pytest.mark.parametrize(
    "page", ["https://evil.example/steal", "//evil.example/steal", "http://testserver//evil.example/"]
)
@pytest.mark.parametrize("said_by", ["back", "Referer"])
def test_nobody_is_led_to_somebody_elses_page(page: str, said_by: str, channel: Channel) -> None:
    too_much = {"words": "a" * stash.MOST}  # is not kept: they go back to the page that they were on
    if said_by == "back":
        assert stopped(channel, {**too_much, "back": page}) == reverse("admin:index")
    else:
        assert stopped(channel, too_much, HTTP_REFERER=page) == reverse("admin:index")
    assert stopped(channel, too_much, HTTP_REFERER=f"http://testserver{HERE}") == HERE


@pytest.mark.parametrize("what", [{"picture": SimpleUploadedFile("a.jpg", b"bytes")}, {"words": "a" * stash.MOST}])
def test_a_file_and_what_is_too_much_are_not_laid_by(what: dict[str, object], channel: Channel) -> None:
    """Else the act would be carried out without its file, or anybody could fill the disk."""
    assert stopped(channel, {**what, "back": HERE}) == HERE
    assert not LaidBy.objects.filter(purpose=LaidBy.Purpose.ACT).exists()
