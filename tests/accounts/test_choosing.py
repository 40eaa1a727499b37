"""Which of the places that a login opens become channels: chosen, left out, lacking something, somebody else's."""

from __future__ import annotations

import html
import re

import pytest

from accounts.connections import flows
from accounts.connections.blocks import block
from accounts.models import Channel, Credential, Flow
from accounts.providers import NO_TOKEN
from accounts.reasons.connecting import ChoiceIsOver, TakenByAnother
from accounts.reasons.logins import LeftOut
from poster import clock
from poster.models import Event
from tests.accounts.browsing import Browser, nothing_connected, text_of
from tests.dashboard.forms_of_a_page import forms_of
from tests.factories import THEY_SAID, person
from tests.sandbox_fixture import Box

pytestmark = pytest.mark.django_db


def test_p24_what_is_not_ticked_is_not_stored_at_all(ann: Browser, who, world: dict) -> None:
    bakery, mill = world["facebook"]["pages"]
    ann.connect("facebook", who("facebook"), f"facebook:{mill['id']}")
    assert list(Channel.objects.values_list("remote_id", flat=True)) == [mill["id"]]
    assert not Flow.objects.exists()
    columns = [str(vars(row)) for model in (Channel, Credential, Event) for row in model.objects.all()]
    assert not any(bakery["id"] in row or "bakery.ch" in row for row in columns)


def test_choosing_nothing_gives_the_permission_back(ann: Browser, who, sandbox: Box) -> None:
    chosen = ann.back(ann.allow(ann.leave("facebook"), who("facebook")))
    assert ann.client.post(chosen.url, {"nothing": "yes"}).status_code == 302
    assert nothing_connected()
    assert not Flow.objects.exists()
    assert sandbox.calls("permissions", method="DELETE")


def test_choosing_nothing_ends_no_page_that_lives_on_after_its_login(ann: Browser, who, sandbox: Box) -> None:
    made = ann.connect("facebook", who("facebook"))
    block(made, THEY_SAID)
    pages = Channel.objects.filter(state="active", token__isnull=False)
    assert pages.count() == 3
    chosen = ann.back(ann.allow(ann.leave("facebook", login=made), who("facebook")))
    ann.client.post(chosen.url, {"nothing": "yes"})
    assert pages.count() == 3
    assert not sandbox.calls("permissions", method="DELETE")


def test_what_was_left_out_is_not_ticked_the_next_time(ann: Browser, who, world: dict) -> None:
    bakery, mill = world["facebook"]["pages"]
    made = ann.connect("facebook", who("facebook"), f"facebook:{mill['id']}")
    chosen = ann.back(ann.allow(ann.leave("facebook", login=made), who("facebook")))
    page = ann.client.get(chosen.url).content.decode()
    assert re.search(rf'value="facebook:{mill["id"]}"\s+checked\s*>', page)
    assert re.search(rf'value="facebook:{bakery["id"]}"\s*>', page)


def test_what_cannot_be_kept_can_still_be_given_back(ann: Browser, sandbox: Box, who, world: dict) -> None:
    bob = Browser(person("Bob"), sandbox)
    chosen = [each.back(each.allow(each.leave("facebook"), who("facebook"))) for each in (ann, bob)]
    keys = [f"facebook:{one['id']}" for one in world["facebook"]["pages"]]
    ann.client.post(chosen[0].url, {"place": keys})
    assert bob.client.post(chosen[1].url, {"place": keys}).status_code == 400
    assert Flow.objects.get().owner == bob.person
    assert not Credential.objects.filter(owner=bob.person).exists()


def test_choosing_is_for_the_one_who_began(ann: Browser, sandbox: Box, who) -> None:
    chosen = ann.back(ann.allow(ann.leave("facebook"), who("facebook")))
    bob = Browser(person("Bob"), sandbox)
    answer = bob.client.get(chosen.url)
    assert answer.status_code == 404
    assert "Bakery" not in text_of(answer)


def test_who_was_signed_out_while_choosing_goes_on_with_their_ticks(ann: Browser, who, world: dict) -> None:
    mill = world["facebook"]["pages"][1]
    chosen = ann.back(ann.allow(ann.leave("facebook"), who("facebook"))).url
    form = next(each for each in forms_of(ann.client.get(chosen).content.decode()) if each.typed)
    sent = {**form.values(), "place": [f"facebook:{mill['id']}"]}
    ann.client.logout()
    ann.client.post(chosen, sent)
    assert nothing_connected()
    ann.client.force_login(ann.person)
    again = next(each for each in forms_of(ann.client.get(chosen).content.decode()) if each.typed).values()
    assert again["place"] == [f"facebook:{mill['id']}"]
    ann.client.post(chosen, again)
    assert list(Channel.objects.values_list("remote_id", flat=True)) == [mill["id"]]


@pytest.mark.parametrize("why", ["it was chosen already", "too long ago"])
def test_a_choice_that_is_over_is_not_called_too_slow(why: str, ann: Browser, who) -> None:
    chosen = ann.back(ann.allow(ann.leave("facebook"), who("facebook")))
    if why == "too long ago":
        Flow.objects.update(created_at=clock.now() - flows.CHOICE)
    else:
        ann.choose(chosen)
    answer = ann.client.get(chosen.url)
    assert (answer.status_code, answer.context["sentence"]) == (404, str(ChoiceIsOver()))


def test_what_was_found_is_sealed_while_its_owner_chooses(ann: Browser, who) -> None:
    ann.back(ann.allow(ann.leave("facebook"), who("facebook")))
    blob = Flow.objects.get().__dict__["found"].blob
    assert b"EAA" not in blob
    assert b"Bakery" not in blob


def test_a_page_without_a_token_cannot_be_chosen_and_says_what_to_do(ann: Browser, sandbox: Box) -> None:
    login = sandbox.person(pages=[{"name": "Bakery", "two_factor": True}, {"name": "Mill"}])["facebook"]
    bakery, mill = login["pages"]
    chosen = ann.back(ann.allow(ann.leave("facebook"), login["account_id"]))
    first, second = ann.client.get(chosen.url).context["offers"]
    assert (NO_TOKEN in first.why, second.why) == (True, "")
    ann.client.post(chosen.url, {"place": [f"facebook:{bakery['id']}", f"facebook:{mill['id']}"]})
    assert list(Channel.objects.values_list("remote_id", flat=True)) == [mill["id"]]


def test_i91_no_page_at_all(ann: Browser, who) -> None:
    chosen = ann.back(ann.allow(ann.leave("facebook"), who("facebook"), page=[]))
    assert "opens nothing to post to" in text_of(ann.client.get(chosen.url))


def test_i91_four_hundred_pages(ann: Browser, sandbox: Box) -> None:
    many = sandbox.person(pages=[{"name": f"Page {number}"} for number in range(400)])["facebook"]
    chosen = ann.back(ann.allow(ann.leave("facebook"), many["account_id"]))
    page = ann.client.get(chosen.url).content.decode()
    assert page.count('name="place"') == 400
    assert re.search(r'name="place"\s+value="facebook:', page)
    assert not re.search(r"\schecked\s*>", page)
    wanted = f"facebook:{many['pages'][399]['id']}"
    ann.client.post(chosen.url, {"place": [wanted]})
    assert Channel.objects.get().name == "Page 399"


def test_i91_a_page_that_is_only_moderated(ann: Browser, sandbox: Box) -> None:
    some = sandbox.person(pages=[{"name": "Club", "tasks": ["MODERATE"]}])["facebook"]
    chosen = ann.back(ann.allow(ann.leave("facebook"), some["account_id"]))
    assert "somebody who manages it gives you this task (CREATE_CONTENT)" in text_of(ann.client.get(chosen.url))
    assert ann.client.post(chosen.url, {"place": [f"facebook:{some['pages'][0]['id']}"]}).status_code == 400
    assert nothing_connected()


def test_what_was_left_out_on_purpose_is_free_and_what_is_kept_is_not(ann: Browser, sandbox: Box, who) -> None:
    ann.connect("facebook", who("facebook"))
    chosen = ann.back(ann.allow(ann.leave("facebook"), who("facebook")))
    kept = Channel.objects.get(name="Mill")
    ann.client.post(chosen.url, {"place": [f"facebook:{kept.remote_id}"]})
    left_out = Channel.objects.exclude(pk=kept.pk)
    assert {(channel.reason_code, channel.released, channel.token) for channel in left_out} == {
        (LeftOut.code, True, None)
    }
    bob = Browser(person("Bob"), sandbox)
    offered = bob.back(bob.allow(bob.leave("facebook"), who("facebook")))
    keys = [f"{one.platform}:{one.remote_id}" for one in Channel.objects.all()]
    assert bob.client.post(offered.url, {"place": keys}).status_code == 302
    theirs = Channel.objects.filter(owner=bob.person)
    assert {each.name for each in theirs} == {each.name for each in left_out.all()}


def test_i91_a_page_that_somebody_else_here_posts_to(ann: Browser, sandbox: Box, who, world: dict) -> None:
    ann.connect("facebook", who("facebook"))
    bob = Browser(person("Bob"), sandbox)
    chosen = bob.back(bob.allow(bob.leave("facebook"), who("facebook")))
    page = text_of(bob.client.get(chosen.url))
    assert str(TakenByAnother()) in html.unescape(page)
    assert ann.person.email not in page
    keys = [f"facebook:{one['id']}" for one in world["facebook"]["pages"]]
    assert bob.client.post(chosen.url, {"place": keys}).status_code == 400
    assert not Channel.objects.filter(owner=bob.person).exists()
