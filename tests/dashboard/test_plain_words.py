"""What people are told is where they look, names what it is about, and shows nothing that is not theirs to read."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.models import User
from poster.dashboard.scoping import NO_SUCH_ROW
from poster.errors import Suspended
from publishing.posts.previewing import counters
from tests import factories
from watches.models import Watch
from watches.reasons.places import NoSuchFolder
from writing.captioners import CAPTIONERS, Key
from writing.reasons.words import NoModelsHere

pytestmark = pytest.mark.django_db
ADD = "admin:watches_watch_add"


def wish(person: User, place: str, **more: object) -> dict[str, object]:
    channel = factories.channel(person)
    usual = {"name": "Inbox", "source": "folder", "place": place, "channels": [str(channel.pk)], "interval": "60"}
    rules = {"captioner": "describer", "approval": "ask", "backlog": "skip", "fit": "pad", "latest_hours": "24"}
    return {**usual, **rules, "subfolders": "on", **more}


def errors_of(answer) -> dict[str, list[str]]:
    return dict(answer.context["adminform"].form.errors)


@pytest.mark.parametrize("captioner", ["describer"])
def test_the_describer_takes_no_model(captioner, operator, browser, tmp_path) -> None:
    client = browser(operator)
    sent = wish(operator, str(tmp_path), captioner=captioner, model="anything at all")
    assert errors_of(client.post(reverse(ADD), sent)) == {"model": [str(NoModelsHere())]}
    made = factories.watch(operator, factories.channel(operator))
    change = client.post(reverse("admin:watches_watch_change", args=[made.pk]), {**sent, "name": made.name})
    assert errors_of(change) == {"model": [str(NoModelsHere())]}
    assert client.post(reverse(ADD), {**sent, "model": ""}).status_code == 302


def test_a_folder_that_is_not_there_is_told_at_the_folder(operator, browser, tmp_path) -> None:
    gone = str(tmp_path / "gone")
    assert errors_of(browser(operator).post(reverse(ADD), wish(operator, gone))) == {
        "place": [str(NoSuchFolder(path=gone))]
    }


def test_what_is_too_long_is_told_with_the_platform(alice, browser) -> None:
    same = [factories.channel(alice, each, name="Bakery") for each in ("facebook", "threads")]
    draft = factories.post(alice, *same, text="word " * 300)
    answer = browser(alice).post(reverse("admin:publishing_post_do", args=[draft.pk, "approve"]))
    (told,) = get_messages(answer.wsgi_request)
    assert str(same[1]) in str(told)
    assert {each.channel.platform: each.unit for each in counters(draft)} == {
        "facebook": "characters",
        "threads": "bytes",
    }


def test_a_password_is_only_said_to_be_there(operator, browser) -> None:
    ann = factories.person("Ann", password=factories.PASSWORD)
    page = browser(operator).get(reverse("admin:accounts_user_change", args=[ann.pk])).content.decode()
    assert not [part for part in re.split(r"[$,=]", ann.password) if len(part) > 5 and part in page]


def test_a_row_that_is_not_there_is_told_without_its_key(alice, browser) -> None:
    missing = uuid4()
    answer = browser(alice).get(reverse("admin:watches_watch_change", args=[missing]))
    assert [str(each) for each in get_messages(answer.wsgi_request)] == [NO_SUCH_ROW % {"name": "source"}]
    assert answer["Location"] == reverse("admin:index")


def test_the_third_step_names_the_folder_that_is_watched(operator, browser) -> None:
    client = browser(operator)
    assert client.get(reverse("admin:index")).context["inbox"] == ""
    factories.watch(operator, factories.channel(operator))
    assert client.get(reverse("admin:index")).context["inbox"] == Watch.objects.get().place_id


def test_an_unknown_model_is_told_once_and_without_an_address_that_nobody_put_in(sandbox, settings) -> None:
    settings.REMOTE_ROOT = sandbox.root
    with pytest.raises(Suspended) as told:
        CAPTIONERS["openai"]().check(Key("sk-practice", model="gpt-nonsense-99"))
    assert ".)" not in told.value.sentence
    assert "address" not in told.value.sentence
