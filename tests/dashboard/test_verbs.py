"""Verbs: POST only, said aloud, kept in the history."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import Channel
from outbox.preflight import UNDO
from poster import clock
from poster.dashboard import verbs
from poster.dashboard.way_back import way_back
from poster.models import Switch
from poster.web import unsaved_input
from publishing.models import Delivery, Post
from publishing.reasons.posts import Decided, NoDraft
from tests import factories
from watches.models import FoundFile, Watch

ALL = [(model, name) for model, admin in site._registry.items() for name in getattr(admin, "verbs", {})]


def do(client, row, name, **wishes):
    where = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_do", args=[row.pk, name])
    response = client.post(where, wishes)
    row.refresh_from_db()
    return response


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


@pytest.mark.parametrize(("model", "name"), ALL, ids=[f"{model._meta.label}:{name}" for model, name in ALL])
def test_a_verb_is_never_done_by_a_get(model, name, alice, browser) -> None:
    row = next(each for each in [alice, *factories.everything(alice)] if type(each) is model)
    where = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_do", args=[row.pk, name])
    client = browser(alice)
    before = type(row).objects.filter(pk=row.pk).values().get()
    led = client.get(where)
    assert led["Location"] == reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
    assert type(row).objects.filter(pk=row.pk).values().get() == before
    assert Client().post(where).status_code == 302


def test_a_verb_wants_the_token_of_our_own_page(alice) -> None:
    draft = factories.post(alice, factories.channel(alice))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert do(strict, draft, "approve").status_code == 403
    assert draft.state == Post.State.DRAFT


def test_approving_says_where_it_goes_and_keeps_that_in_the_history(alice, browser) -> None:
    page = factories.channel(alice, name="Harbour Light")
    draft = factories.post(alice, page)
    response = do(browser(alice), draft, "approve")
    assert draft.state == Post.State.APPROVED
    assert draft.deliveries.get().channel == page
    assert "Harbour Light" in said(response)
    entry = LogEntry.objects.get(object_id=str(draft.pk))
    assert entry.user == alice
    assert "Harbour Light" in entry.get_change_message()


@pytest.mark.parametrize("verb", ["approve", "discard"])
def test_undo_is_in_the_message_on_the_page_and_in_the_list(verb, alice, browser) -> None:
    draft = factories.post(alice, factories.channel(alice))
    client, front = browser(alice), reverse("admin:index")
    page, undo = reverse("admin:publishing_post_change", args=[draft.pk]), f"{draft.pk}/do/undo"
    assert undo not in client.get(page).content.decode()
    do(client, draft, verb, back=front)
    for where in (front, page, reverse("admin:publishing_post_changelist")):
        assert undo in client.get(where).content.decode(), where
    do(client, draft, "undo")
    assert draft.state == Post.State.DRAFT


def test_words_changed_beside_the_button_go_out(alice, browser) -> None:
    draft = factories.post(alice, factories.channel(alice))
    item = draft.items.get()
    do(browser(alice), draft, "approve", text="My own words\r\n\r\n#mine", **{f"alt_text_{item.pk}": "A pier"})
    sent = draft.deliveries.get()
    assert "My own words" in sent.text
    assert sent.media[0]["alt_text"] == "A pier"


def test_words_that_are_too_long_for_a_channel_are_refused_with_its_name(alice, browser) -> None:
    draft = factories.post(alice, factories.channel(alice, "threads", name="Short ones"))
    response = do(browser(alice), draft, "approve", text="long " * 200)
    assert "Short ones" in said(response)
    assert draft.state == Post.State.DRAFT


def test_rewording_needs_words(alice, browser) -> None:
    draft = factories.post(alice, factories.channel(alice), text="before")
    assert "needs words" in said(do(browser(alice), draft, "reword", text="  "))
    assert draft.text == "before"
    assert do(browser(alice), draft, "reword", text="after").status_code == 302
    assert draft.text == "after"


def test_what_is_decided_already_is_told_and_not_logged(alice, browser) -> None:
    draft = factories.post(alice, factories.channel(alice))
    client = browser(alice)
    do(client, draft, "discard")
    response = do(client, draft, "approve")
    assert "decided already" in said(response)
    assert draft.state == Post.State.DISCARDED
    assert LogEntry.objects.filter(object_id=str(draft.pk)).count() == 1


def test_many_drafts_are_approved_at_once(alice, browser) -> None:
    page = factories.channel(alice)
    drafts = [factories.post(alice, page) for _ in range(3)]
    nowhere = factories.post(alice)
    chosen = [str(draft.pk) for draft in [*drafts, nowhere]]
    response = browser(alice).post(
        reverse("admin:publishing_post_changelist"), {"action": "approve", "_selected_action": chosen, "index": "0"}
    )
    assert Post.objects.filter(state=Post.State.APPROVED).count() == 3
    assert "no channel" in said(response)
    assert LogEntry.objects.count() == 3


def in_bulk(client: Client, verb: str, rows) -> str:
    """The page that one is led to."""
    chosen = {"action": verb, "_selected_action": [str(row.pk) for row in rows], "index": "0"}
    return client.post(reverse("admin:publishing_post_changelist"), chosen, follow=True).content.decode()


def offered(page: str) -> tuple[str, list[str]]:
    """Where the Undo of the message leads, and the rows that it names."""
    (form,) = re.findall(r'<ul class="messages">.*?(<form.*?</form>)', page, re.DOTALL)
    return re.search('action="(.*?)"', form)[1], re.findall('name="row" value="(.*?)"', form)


@pytest.mark.parametrize("verb", ["approve", "discard"])
def test_what_was_done_to_many_is_undone_for_exactly_those(verb, alice, browser) -> None:
    page, client = factories.channel(alice), browser(alice)
    before, *drafts = [factories.post(alice, page) for _ in range(4)]
    do(client, before, verb)
    client.get(reverse("admin:index"))  # its own message is read
    nowhere = factories.post(alice)
    chosen = drafts if verb == "discard" else [*drafts, nowhere]
    where, rows = offered(in_bulk(client, verb, [*chosen, before]))
    assert sorted(rows) == sorted(str(each.pk) for each in drafts)
    answer = client.post(where, {"row": rows, "back": reverse("admin:index")})
    assert answer["Location"] == reverse("admin:index")
    states = Post.objects.filter(pk__in=rows).values_list("state", flat=True)
    assert set(states) == {Post.State.DRAFT}
    before.refresh_from_db()
    assert before.state != Post.State.DRAFT
    assert LogEntry.objects.filter(object_id=rows[0]).count() == 2


def test_what_is_out_by_then_stays_and_is_told(alice, browser) -> None:
    page, client = factories.channel(alice), browser(alice)
    early, late = (factories.post(alice, page) for _ in range(2))
    where, rows = offered(in_bulk(client, "approve", [early, late]))
    Delivery.objects.filter(post=late).update(committed_at=clock.now(), commits=1, state="checking")
    answer = client.post(where, {"row": rows})
    tones = [message.level_tag for message in get_messages(answer.wsgi_request)]
    assert sorted(tones)[-2:] == ["error", "success"]
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.state, late.state) == (Post.State.DRAFT, Post.State.APPROVED)


@pytest.fixture
def still() -> Iterator[list[float]]:
    """A clock that stands at the last of these seconds."""
    moments = [clock.now().timestamp()]
    clock.use(lambda: moments[-1])
    yield moments
    clock.use(time.time)


@pytest.mark.parametrize("many", [False, True])
def test_an_undo_is_offered_as_long_as_it_is_possible(many, alice, browser, still) -> None:
    page, client = factories.channel(alice), browser(alice)
    drafts = [factories.post(alice, page) for _ in range(2 if many else 1)]
    chosen = {"action": "approve", "_selected_action": [str(row.pk) for row in drafts], "index": "0"}
    told = client.post(reverse("admin:publishing_post_changelist"), chosen)
    (message,) = get_messages(told.wsgi_request)
    assert 0 < way_back(message).seconds <= UNDO.total_seconds()
    still.append(still[-1] + UNDO.total_seconds())
    assert way_back(message) is None


def test_a_no_can_be_undone_as_long_as_its_message_stands(alice, browser) -> None:
    (message,) = get_messages(do(browser(alice), factories.post(alice), "discard").wsgi_request)
    assert way_back(message).seconds is None


def test_many_at_once_are_done_to_ones_own_rows_by_a_post_and_a_verb_for_many(alice, bob, browser) -> None:
    theirs, mine = (factories.post(who, factories.channel(who)) for who in (bob, alice))
    client = browser(alice)
    where = reverse("admin:publishing_post_do_many", args=["approve"])
    assert client.get(where)["Location"] == reverse("admin:publishing_post_changelist")
    assert client.post(where, {"row": [str(theirs.pk), "nonsense", str(mine.pk)]}).status_code == 302
    theirs.refresh_from_db()
    mine.refresh_from_db()
    assert (theirs.state, mine.state) == (Post.State.DRAFT, Post.State.APPROVED)
    for name in ("post-at-once", "nonsense"):
        wrong = reverse("admin:publishing_post_do_many", args=[name])
        assert client.post(wrong, {"row": [str(mine.pk)]}).status_code == 404


@pytest.mark.parametrize("state", [Post.State.APPROVED, Post.State.DISCARDED])
@pytest.mark.parametrize(("verb", "told"), [("approve", Decided()), ("reword", NoDraft())])
def test_what_was_decided_elsewhere_is_said_before_anything_else_that_is_wrong(
    state, verb, told, alice, browser
) -> None:
    draft = factories.post(alice)
    Post.objects.update(state=state)
    wishes = {"text": "words " * 1000} if verb == "reword" else {}
    assert str(told) in said(do(browser(alice), draft, verb, **wishes))


@pytest.mark.parametrize("where", ["the list", "the list of drafts", "many at once"])
@pytest.mark.parametrize("decided", [1, 2])
def test_many_at_once_say_what_was_not_done_and_why(where, decided, alice, browser) -> None:
    page = factories.channel(alice)
    rows = [factories.post(alice, page) for _ in range(2)]
    Post.objects.filter(pk__in=[row.pk for row in rows[:decided]]).update(state=Post.State.DISCARDED)
    keys = [str(row.pk) for row in rows]
    if where == "many at once":
        answer = browser(alice).post(reverse("admin:publishing_post_do_many", args=["approve"]), {"row": keys})
    else:
        query = "?state__exact=draft" if where == "the list of drafts" else ""
        sent = {"action": "approve", "_selected_action": keys, "select_across": "0", "index": "0"}
        answer = browser(alice).post(f"{reverse('admin:publishing_post_changelist')}{query}", sent)
    assert f"{decided} not done: {Decided()}" in said(answer)
    assert Post.objects.filter(state=Post.State.APPROVED).count() == 2 - decided


def test_many_at_once_say_what_is_there_no_more(alice, browser) -> None:
    gone = factories.post(alice, factories.channel(alice))
    Post.objects.all().delete()
    answer = browser(alice).post(reverse("admin:publishing_post_do_many", args=["approve"]), {"row": [str(gone.pk)]})
    assert f"1 not done: {verbs.GONE}" in said(answer)


def test_a_decided_post_is_shown_as_it_goes_out_whatever_was_typed_too_late(alice, browser) -> None:
    draft = factories.post(alice, factories.channel(alice, "threads"), text="In time")
    client, where = browser(alice), reverse("admin:publishing_post_change", args=[draft.pk])
    sent = {unsaved_input.MARK: unsaved_input.mark(client.get(where).wsgi_request), "text": "Too late"}
    Post.objects.update(state=Post.State.APPROVED)
    shown = client.post(reverse("admin:publishing_post_do", args=[draft.pk, "reword"]), sent, follow=True)
    assert [each.text for each in shown.context["previews"]] == ["In time"]
    assert shown.context["words"] == "Too late"


def test_a_single_one_in_bulk_is_told_as_if_its_own_button_was_pressed(alice, browser) -> None:
    page = factories.channel(alice, name="Harbour Light")
    assert "Harbour Light" in in_bulk(browser(alice), "approve", [factories.post(alice, page)])


def test_after_a_verb_one_is_back_where_the_button_was_and_nowhere_else(alice, browser) -> None:
    page = factories.channel(alice)
    front = reverse("admin:index")
    assert do(browser(alice), factories.post(alice, page), "discard", back=front)["Location"] == front
    draft = factories.post(alice, page)
    away = do(browser(alice), draft, "discard", back="https://evil.example/")
    assert away["Location"] == reverse("admin:publishing_post_change", args=[draft.pk])


@pytest.mark.parametrize(
    ("state", "name", "becomes"),
    [
        ("needs_you", "it-is-there", "published"),
        ("needs_you", "it-is-not-there", "queued"),
        ("needs_you", "ask-again", "checking"),
        ("needs_you", "forget", "cancelled"),
        ("missed", "post-now", "queued"),
        ("failed", "post-now", "queued"),
        ("blocked", "post-now", "queued"),
        ("failed", "forget", "cancelled"),
    ],
)
def test_a_person_decides_about_a_delivery(state, name, becomes, alice, browser) -> None:
    page = factories.channel(alice)
    row = factories.delivery(factories.post(alice, page), page, state)
    response = do(browser(alice), row, name)
    assert row.state == becomes
    assert said(response)
    assert "Alice" in row.entries.last().sentence


def page_of(row: Delivery) -> str:
    return reverse("admin:publishing_delivery_change", args=[row.pk])


@pytest.mark.parametrize(
    ("platform", "page"),
    [
        ("facebook", "https://www.facebook.com/17841400"),
        ("instagram", "https://www.instagram.com/alices%20bakery/"),
        ("threads", "https://www.threads.net/@alices%20bakery"),
    ],
)
def test_whoever_has_to_look_is_led_to_the_page(platform, page, alice, browser, settings) -> None:
    settings.REMOTE_ROOT = ""
    channel = factories.channel(alice, platform, remote_id="17841400", handle="alices bakery")
    row = factories.delivery(factories.post(alice, channel), channel, "needs_you")
    for where in (reverse("admin:publishing_delivery_changelist"), page_of(row)):
        assert f'href="{page}"' in browser(alice).get(where).content.decode(), where
    Delivery.objects.update(channel=None)
    assert "Look there" not in browser(alice).get(reverse("admin:publishing_delivery_changelist")).content.decode()


def test_what_was_never_sent_is_not_asked_about(alice, browser) -> None:
    """It is held back because the same picture went there: "it is there" would be true of the other post."""
    page = factories.channel(alice)
    row = factories.delivery(factories.post(alice, page), page, "needs_you", refs="", staged_at=None)
    assert "it-is-there" not in {button.name for button in cast(Any, site._registry[Delivery]).buttons(row)}
    assert "it-is-there" not in browser(alice).get(page_of(row)).content.decode()
    do(browser(alice), row, "it-is-there")
    assert row.state == Delivery.State.NEEDS_YOU


def test_the_link_that_a_person_gives_is_a_web_address(alice, browser) -> None:
    page = factories.channel(alice)
    row = factories.delivery(factories.post(alice, page), page, "needs_you")
    assert "web address" in said(do(browser(alice), row, "it-is-there", permalink="javascript:alert(1)"))
    assert row.state == Delivery.State.NEEDS_YOU
    do(browser(alice), row, "it-is-there", permalink="https://facebook.com/1/posts/2")
    assert row.permalink == "https://facebook.com/1/posts/2"


@pytest.mark.parametrize("state", Delivery.State.values)
def test_a_delivery_offers_only_what_its_state_allows(state, alice, browser) -> None:
    page = factories.channel(alice)
    row = factories.delivery(factories.post(alice, page), page, state)
    buttons = cast(Any, site._registry[Delivery]).buttons(row)
    for button in buttons:
        fresh = factories.channel(alice)
        twin = factories.delivery(factories.post(alice, fresh), fresh, state)
        do(browser(alice), twin, button.name)
        assert LogEntry.objects.filter(object_id=str(twin.pk)).exists(), f"{button.label} was offered and refused"


def test_a_watch_is_paused_resumed_and_sent_to_look(alice, browser) -> None:
    order, client = factories.watch(alice, factories.channel(alice)), browser(alice)
    do(client, order, "pause")
    assert order.state == Watch.State.PAUSED
    assert "paused" in said(do(client, order, "look-now"))
    do(client, order, "resume")
    assert order.state == Watch.State.ACTIVE


def test_a_draft_that_waits_for_words_gets_them_from_its_owner_or_once_more_from_its_captioner(alice, browser) -> None:
    client, page = browser(alice), factories.channel(alice)
    silent, other = (factories.wordless(alice, page, wants="person") for _ in range(2))
    assert said(do(client, silent, "approve", text=""))
    assert silent.state == Post.State.DRAFT
    assert said(do(client, silent, "reword", text="I saw it myself"))
    assert (silent.text, silent.wants_words) == ("I saw it myself", "")
    assert said(do(client, other, "write-again"))
    assert (other.wants_words, other.turn) == ("captioner", 2)
    assert said(do(client, other, "approve"))
    assert other.state == Post.State.DRAFT


def test_pictures_that_were_there_before_are_posted_when_asked(alice, browser) -> None:
    old = factories.file(alice, state="recorded", sha256="")
    do(browser(alice), old, "post-it")
    assert old.state == FoundFile.State.FOUND


def test_a_channel_is_switched_off_and_on(alice, browser) -> None:
    page, client = factories.channel(alice), browser(alice)
    do(client, page, "switch-off")
    assert page.state == Channel.State.OFF
    do(client, page, "switch-on")
    assert page.state == Channel.State.ACTIVE


def test_switching_on_does_not_hide_a_lost_login(alice, browser) -> None:
    page = factories.channel(alice, state="off")
    page.credential.state = "blocked"
    page.credential.save()
    do(browser(alice), page, "switch-on")
    assert page.state == Channel.State.BLOCKED


def test_only_the_operator_pauses_all_publishing(alice, operator, browser) -> None:
    where = reverse("admin:pause")
    assert browser(alice).post(where, {"to": "on"}).status_code == 403
    assert browser(operator).get(where)["Location"] == reverse("admin:index")
    browser(operator).post(where, {"to": "on"})
    assert Switch.objects.filter(name=Switch.PAUSE).exists()
    assert b"All publishing is paused" in browser(alice).get(reverse("admin:index")).content
    browser(operator).post(where, {"to": "off"})
    assert not Switch.objects.exists()


def test_removing_a_watch_keeps_what_it_found(alice, browser) -> None:
    order = factories.watch(alice, factories.channel(alice))
    seen = factories.file(alice, watched_by=order)
    browser(alice).post(reverse("admin:watches_watch_delete", args=[order.pk]), {"post": "yes"})
    assert not Watch.objects.exists()
    seen.refresh_from_db()
    assert seen.state == FoundFile.State.GONE
