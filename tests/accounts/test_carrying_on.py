"""What was asked for before the password is done after it: once, in the same session, and by nobody else."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import Channel
from poster import clock
from poster.models import LaidBy
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
    assert "reauthenticate" in answer.url
    assert str(channel.pk) not in answer.url
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
    assert (done.url, Channel.objects.get().released) == ("/dashboard/accounts/channel/", True)
    assert "released" in str([str(each) for each in get_messages(done.wsgi_request)])
    Channel.objects.update(released=False)
    assert client.get(AGAIN).url == reverse("admin:index")
    assert not Channel.objects.get().released


@pytest.mark.parametrize("who", ["another session", "another person"])
def test_nobody_else_carries_it_out(who: str, channel: Channel) -> None:
    asked(channel)
    other = Client()
    other.force_login(channel.owner if who == "another session" else factories.person("Bob"))
    assert other.get(AGAIN).url == reverse("admin:index")
    assert not Channel.objects.get().released


def test_an_act_that_has_waited_too_long_is_not_done(channel: Channel) -> None:
    client = asked(channel)
    LaidBy.objects.update(until=clock.now())
    say_who(client)
    assert client.get(AGAIN).url == reverse("admin:index")
    assert not Channel.objects.get().released
