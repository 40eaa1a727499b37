"""What the pages say and offer, and what they cost."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, cast

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_q.models import Schedule

from accounts.models import Credential, User
from operations.privacy import retention
from poster import clock
from poster.dashboard import display
from poster.dashboard.long_lists import BoundedPaginator
from poster.manifests import rounds
from poster.models import Event
from poster.work import schedules
from publishing.models import Delivery, Post
from publishing.posts.framing import framed
from publishing.posts.freezing import recipe
from publishing.posts.text_limits import limits_of
from tests import factories
from tests.dashboard.test_browser import every_page
from tests.facts import Said
from watches import outcomes
from watches.models import FoundFile, PromptTemplate, Watch
from writing.models import AiCall

LISTS = [f"{model._meta.app_label}_{model._meta.model_name}_changelist" for model in site._registry]


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_what_comes_next(name, operator, browser) -> None:
    response = browser(operator).get(reverse(f"admin:{name}"))
    assert response.status_code == 200
    model = next(each for each in site._registry if name.startswith(f"{each._meta.app_label}_{each._meta.model_name}_"))
    if model is not User:  # there is always the one who looks
        assert str(cast(Any, site._registry[model]).empty[1]) in text_of(response).replace("&#x27;", "'")


def said(words: str) -> dict[str, Any]:
    """The columns of a delivery that say so."""
    return Delivery.reason.columns(Said(words=words))


def test_the_front_page_answers_its_three_questions(alice, browser) -> None:
    page = factories.channel(alice, name="Harbour Light")
    factories.post(alice, page, text="A draft about the pier")
    factories.delivery(factories.post(alice, page, text="Is it there?"), page, "needs_you")
    factories.delivery(factories.post(alice, page, text="Soon"), page, "queued")
    factories.delivery(factories.post(alice, page, text="Late"), page, "missed", **said("It was too late by then."))
    factories.delivery(
        factories.post(alice, page, text="Out"), page, "published", permalink="https://facebook.com/1/posts/2"
    )
    factories.watch(alice, page, state="broken", problem=Said(words="The folder is gone."))
    factories.file(alice, state="skipped", reason=Said(words="scan.tiff ends in the middle."))
    response = browser(alice).get(reverse("admin:index"))
    front = text_of(response)
    waits, rest = front.split("What goes out next")
    coming, rest = rest.split("What went wrong")
    wrong, out = rest.split("Published lately")
    assert "A draft about the pier" in waits
    assert "Is it there?" in waits
    assert "Soon" in coming
    for sentence in ("It was too late by then.", "The folder is gone.", "scan.tiff ends in the middle."):
        assert sentence in wrong
    assert "Out" in out
    assert 'href="https://facebook.com/1/posts/2"' in response.content.decode()


def test_the_front_page_refreshes_only_its_parts(alice, browser) -> None:
    factories.everything(alice)
    part = browser(alice).get(reverse("admin:index"), headers={"HX-Request": "true"}).content
    assert b'id="waits"' in part
    assert b"<html" not in part


def test_practice_is_said_on_every_page(alice, browser, settings) -> None:
    client = browser(alice)
    assert b"nothing here is public" not in client.get(reverse("admin:index")).content
    settings.PRACTICE, settings.REMOTE_ROOT = True, "http://127.0.0.1:9"
    page = client.get(reverse("admin:publishing_post_changelist")).content
    assert b"nothing here is public" in page
    assert b"http://127.0.0.1:9/feed/" in page


def _rows(person: User, many: int) -> None:
    """So many of each kind, people among them."""
    for _ in range(many):
        factories.everything(person)
        factories.person(f"Number{User.objects.count()}")


def _asked_by(client: Client, name: str) -> list[str]:
    """The statements of one page. The first time a page is drawn some things are looked up and kept: not counted."""
    client.get(reverse(f"admin:{name}"))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(f"admin:{name}"))
    return [query["sql"][:150] for query in asked]


def test_a_page_asks_the_database_as_often_for_thirty_rows_as_for_three(operator, browser) -> None:
    client, pages = browser(operator), [*LISTS, "index"]
    _rows(operator, 3)
    few = {name: _asked_by(client, name) for name in pages}
    _rows(operator, 27)
    many = {name: _asked_by(client, name) for name in pages}
    # One more is the count of a part of the front page that has more rows than it shows.
    more = {name: 3 if name == "index" else 0 for name in pages}
    assert {name: many[name] for name in pages if len(many[name]) > len(few[name]) + more[name]} == {}


def test_a_list_counts_no_further_than_it_must() -> None:
    rows = Post.objects.all()
    assert str(cast(Any, BoundedPaginator(rows, 50).object_list).query) == str(rows.query)
    assert BoundedPaginator(list(range(10)), 5).count == 10


@pytest.mark.django_db
def test_the_count_of_a_list_is_bounded_in_the_database(alice) -> None:
    factories.everything(alice)
    with CaptureQueriesContext(connection) as asked:
        assert BoundedPaginator(Post.objects.order_by("-created_at"), 50).count == 2
    assert "LIMIT 10000" in asked[0]["sql"]


def test_a_post_shows_how_it_will_look_and_how_many_characters_are_left(alice, browser) -> None:
    tall = factories.asset(alice, width=1000, height=2000)
    draft = factories.post(alice, factories.channel(alice, "instagram"), picture=tall, text="Four")
    page = browser(alice).get(reverse("admin:publishing_post_change", args=[draft.pk])).content.decode()
    assert 'class="phone grid feed"' in page
    assert "It gets a border" in page
    assert 'viewBox="0 0 1600 2000"' in page
    assert "<b>4</b> of 2200" in page


def test_a_picture_that_is_cropped_says_so(alice) -> None:
    wide = factories.asset(alice, width=3000, height=1000)
    frame = framed(wide, recipe(limits_of("instagram"), Watch.Fit.CROP))
    assert (frame.width, frame.height) == (1910, 1000)
    assert "cut" in frame.note
    fits = framed(factories.asset(alice, width=1200, height=1000), recipe(limits_of("instagram"), Watch.Fit.PAD))
    assert fits.note == ""


def test_a_delivery_tells_its_whole_story(alice, browser) -> None:
    page = factories.channel(alice)
    row = factories.delivery(factories.post(alice, page), page, "published", permalink="https://facebook.com/1/posts/2")
    factories.step(row, "commit", "About to ask Facebook.", commit_number=1)
    factories.step(row, "outcome", "Published.", asked="POST /feed", said='{"id": "7"}', status=200, trace_id="AbX3")
    shown = text_of(browser(alice).get(reverse("admin:publishing_delivery_change", args=[row.pk])))
    for words in ("About to ask Facebook.", "Published.", "POST /feed", "AbX3", "See the live post"):
        assert words in shown


def test_nothing_that_was_written_elsewhere_becomes_part_of_the_page(alice, browser) -> None:
    evil = "<img src=x onerror=alert(1)>"
    page = factories.channel(alice, name=evil)
    picture = factories.file(alice, name=f"{evil}.jpg", state="skipped", reason=Said(words=evil))
    draft = factories.post(alice, page, text=evil)
    row = factories.delivery(factories.post(alice, page, text=evil), page, "failed", **said(evil))
    factories.step(row, "outcome", evil, said=evil)
    client = browser(alice)
    pages = [
        reverse("admin:index"),
        *(reverse(f"admin:{name}") for name in LISTS if "user" not in name and "providerapp" not in name),
        reverse("admin:publishing_post_change", args=[draft.pk]),
        reverse("admin:publishing_delivery_change", args=[row.pk]),
        reverse("admin:watches_foundfile_change", args=[picture.pk]),
    ]
    for where in pages:
        assert b"<img src=x" not in client.get(where).content, where


def test_what_links_out_goes_to_the_web_only() -> None:
    assert "<a " not in display.outside_link("javascript:alert(1)", "See it")
    assert 'rel="noopener noreferrer"' in display.outside_link("https://example.org/", "See it")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (dt.timedelta(seconds=-5), "just now"),
        (dt.timedelta(minutes=-5), "5 min ago"),
        (dt.timedelta(minutes=5), "in 5 min"),
        (dt.timedelta(hours=-2), "2 h ago"),
    ],
)
def test_times_are_said_as_people_say_them(span, words) -> None:
    assert display.said(clock.now() + span) == words


def test_a_watch_is_made_by_its_form_and_refusals_are_shown(operator, browser, tmp_path) -> None:
    page = factories.channel(operator)
    wish = {
        "name": "Inbox",
        "source": "folder",
        "place": str(tmp_path),
        "channels": [str(page.pk)],
        "interval": "60",
        "captioner": "describer",
        "approval": "ask",
        "backlog": "skip",
        "fit": "pad",
        "latest_hours": "24",
        "subfolders": "on",
    }
    client, where = browser(operator), reverse("admin:watches_watch_add")
    made = client.post(where, wish)
    assert made.status_code == 302, text_of(made)
    assert Watch.objects.get().channels.get() == page
    again = client.post(where, {**wish, "name": "Twin"})
    assert "looks into this folder" in text_of(again)
    unnamed = client.post(where, {**wish, "channels": []})
    assert unnamed.status_code == 200
    assert Watch.objects.count() == 1


def test_folders_of_this_machine_are_not_offered_to_members(alice, browser) -> None:
    page = browser(alice).get(reverse("admin:watches_watch_add")).content.decode()
    assert 'value="drive"' in page
    assert 'value="folder"' not in page


def test_a_prompt_template_is_ones_own_and_named_once(alice, bob, browser) -> None:
    factories.template(bob, name="Warm")
    client, where = browser(alice), reverse("admin:watches_prompttemplate_add")
    assert client.post(where, {"name": "Warm", "text": "Write."}).status_code == 302
    assert client.post(where, {"name": "Warm", "text": "Write."}).status_code == 200
    assert PromptTemplate.objects.filter(owner=alice).count() == 1


def test_blanks_that_nobody_can_fill_are_told_at_the_template_and_the_text_is_kept(alice, browser) -> None:
    client, where = browser(alice), reverse("admin:watches_prompttemplate_add")
    told = client.post(where, {"name": "Warm", "text": "Write about {file} in {month}."})
    form = told.context["adminform"].form
    assert list(form.errors) == ["text"]
    assert form["text"].value() == "Write about {file} in {month}."
    assert client.post(where, {"name": "Warm", "text": "Write in {month}."}).status_code == 302


def test_tokens_that_a_provider_refuses_are_told_at_the_form(alice, browser, sandbox, settings) -> None:
    settings.REMOTE_ROOT = sandbox.root
    wish = {"provider": "facebook", "access_token": "EAAnotatoken", "refresh_token": ""}
    response = browser(alice).post(reverse("admin:accounts_credential_add"), wish)
    assert response.status_code == 200
    assert b'class="errornote"' in response.content
    assert b"EAAnotatoken" not in response.content
    assert not Credential.objects.exists()


def test_what_is_connected_with_tokens_in_practice_is_for_practice(alice, browser, sandbox, settings) -> None:
    settings.REMOTE_ROOT, settings.PRACTICE = sandbox.root, True
    token = sandbox.person()["threads"]["access_token"]
    browser(alice).post(reverse("admin:accounts_credential_add"), {"provider": "threads", "access_token": token})
    assert Credential.objects.get().practice
    line = Event.objects.get(person=alice.pk)
    assert line.kind == "connect"


def test_the_operator_makes_an_account_for_somebody(operator, browser) -> None:
    wish = {
        "email": "Carol@Example.org",
        "name": "Carol",
        "password1": factories.PASSWORD,
        "password2": factories.PASSWORD,
    }
    response = browser(operator).post(reverse("admin:accounts_user_add"), wish)
    assert response.status_code == 302, text_of(response)
    carol = User.objects.get(name="Carol")
    assert carol.email == "carol@example.org"
    assert carol.is_staff
    assert not carol.is_superuser
    assert carol.check_password(factories.PASSWORD)


def test_machine_written_rows_have_no_form_to_change_them(alice, browser) -> None:
    rows = factories.everything(alice)
    client = browser(alice)
    for row in rows:
        if isinstance(row, (Post, Delivery, FoundFile)):
            where = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
            before = type(row).objects.filter(pk=row.pk).values().get()
            client.post(where, {"state": "published", "text": "changed", "name": "changed"})
            assert type(row).objects.filter(pk=row.pk).values().get() == before
            may_go = isinstance(row, Post) and not row.deliveries.exists()  # its record, when nothing is on its way
            assert client.get(where.replace("change", "delete")).status_code == (200 if may_go else 403)


def test_the_queue_page_is_plain_about_the_rounds(operator, browser) -> None:
    shown = text_of(browser(operator).get(reverse("admin:queue")))
    assert "No round is planned" in shown


def test_rounds_have_names_for_people_and_are_well_right_after_the_first_start(operator, browser) -> None:
    schedules.install()
    names = [each.run for each in rounds()]
    told = browser(operator).get(reverse("admin:queue"))
    assert told.context["queue"].well
    assert not [name for name in names if name in text_of(told)]
    Schedule.objects.update(next_run=clock.now() - dt.timedelta(minutes=10))
    assert not browser(operator).get(reverse("admin:queue")).context["queue"].well


def test_what_somebody_decided_about_a_post_is_in_the_history_of_its_deliveries(alice, browser) -> None:
    draft = factories.post(alice, factories.channel(alice))
    client = browser(alice)
    client.post(reverse("admin:publishing_post_do", args=[draft.pk, "approve"]))
    sent = draft.deliveries.get()
    page = client.get(reverse("admin:publishing_delivery_history", args=[sent.pk]))
    [line] = page.context["action_list"]
    assert (line.user, line.object_id) == (alice, str(draft.pk))
    other = factories.delivery(factories.post(alice, factories.channel(alice)), factories.channel(alice))
    assert not client.get(reverse("admin:publishing_delivery_history", args=[other.pk])).context["action_list"]


def test_a_caption_tells_what_it_cost_and_nothing_when_nobody_knows(alice, browser) -> None:
    known, unknown = (factories.words_for(factories.post(alice)) for _ in range(2))
    for cents in ("0.0012", "0.0030"):
        AiCall.objects.create(owner=alice, subject=known.subject, captioner="openai", outcome="words", cost=cents)
    page = browser(alice).get(reverse("admin:writing_suggestion_changelist"))
    shown = {row.pk: page.context["cl"].model_admin.cost(row) for row in page.context["cl"].result_list}
    assert shown == {known.pk: "$0.0042", unknown.pk: ""}


@pytest.mark.parametrize(("number", "words"), [(1, "1 picture"), (2, "2 pictures")])
def test_what_went_is_counted_as_people_count(number: int, words: str) -> None:
    [rule] = [each for each in retention.rules() if each.name == "pictures"]
    assert rule.counted % number == words


def test_labels_begin_with_a_capital_and_end_without_a_colon(operator, browser) -> None:
    rows = [*factories.everything(operator), operator]
    client = browser(operator)
    labels = {
        (where, label)
        for where in every_page(rows)
        for label in re.findall(r"<label[^>]*>\s*([^<]*?)\s*</label>", client.get(where).content.decode())
    }
    assert len(labels) > 30
    assert {(where, label) for where, label in labels if label.endswith(":") or label[:1].islower()} == set()


def test_what_became_of_a_source_leads_to_what_it_counts(alice, browser) -> None:
    page = factories.channel(alice)
    mine, other = factories.watch(alice, page), factories.watch(alice, page)
    for order, state in ((mine, "published"), (mine, "published"), (mine, "failed"), (other, "published")):
        factories.delivery(factories.post(alice, page, watch=order, file=None, state="approved"), page, state)
    client = browser(alice)
    told = {each.where: each for each in outcomes.of(mine)}
    shown = {where: client.get(where).context["cl"].result_count for where in told}
    assert shown == {where: each.number for where, each in told.items()}
    assert [(each.number, str(each.label)) for each in told.values()] == [
        (3, "approved posts"),
        (2, "times published on a channel"),
    ]
