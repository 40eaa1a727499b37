"""Every form of every page, sent after its session has ended: its words come back, its button is offered once more."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import reverse

from poster.models import LaidBy, Switch
from poster.web import resumed_acts, unsaved_input
from publishing.models import Post
from tests import factories
from tests.dashboard.forms_of_a_page import Field, Form, forms_of
from tests.dashboard.test_browser import every_page

pytestmark = pytest.mark.django_db
SINGLE = (
    "my_data",
    "my_data_delete",
    "connect_start",
    "account_email",
    "usersessions_list",
    "socialaccount_connections",
)
LEAVING = reverse("admin:logout")


def typed_into(each: Field) -> str:
    """Something that was not there before."""
    if each.kind == "select":
        others = [value for value, chosen in each.choices if value and not chosen]
        return (others or [value for value, _ in each.choices] or [""])[0]
    values = {"email": "nina@example.org", "url": "https://example.org/p/1", "number": "17", "time": "07:30"}
    return (
        values.get(each.kind, "Words that took half an hour") if each.kind not in ("checkbox", "radio") else each.value
    )


def filled(form: Form) -> dict[str, list[str]]:
    sent = form.values()
    for each in form.typed:
        sent[each.name] = [typed_into(each)]
    return sent


def next_of(answer) -> tuple[str, str]:
    asked = parse_qs(urlsplit(answer["Location"]).query)
    return asked["next"][0], asked["why"][0]


def same(form: Form, other: Form) -> bool:
    return (form.action, _fields(form)) == (other.action, _fields(other))


def _fields(form: Form) -> set[tuple[str, str]]:
    return {(each.name, each.kind) for each in form.fields}


def lost(client: Client, page: str, form: Form) -> str:
    """What is wrong with it; "" when its words came back, or its button is offered."""
    words = form.typed and not any(name == resumed_acts.PRESSED or name == "action" for name, *_ in form.buttons)
    sent = filled(form) if words else form.values()
    button = next((each for each in form.buttons if each[0]), ("", "", ""))
    where = button[2] or form.action or page
    answer = Client().post(where, {**sent, **({button[0]: button[1]} if button[0] else {})})
    if answer.status_code != 302:
        return f"answered with {answer.status_code}"
    place, why = next_of(answer)
    if not form.typed and any(each.kind == "password" for each in form.fields):
        return ""
    if not words:
        if why != "kept":
            return "neither words nor the name of its button"
        told = client.get(place, follow=True)
        offered = [each for each in forms_of(told.content.decode()) if each.action == resumed_acts.asked_again()]
        return "" if offered else "its button is not offered"
    kept = {name: value for name, value in sent.items() if name in {each.name for each in form.typed}}
    kept = {name: value for name, value in kept.items() if not unsaved_input.NOT_KEPT.search(name)}
    if not kept:
        return ""
    again = next((each for each in forms_of(client.get(place).content.decode()) if same(each, form)), None)
    found = again.values() if again else {}
    wrong = [name for name, value in kept.items() if found.get(name) != value]
    return f"{wrong} came back as {[found.get(each) for each in wrong]}" if wrong else ""


def test_every_form_of_every_page_is_there_again_after_signing_in(operator, browser) -> None:
    rows = [*factories.everything(operator), operator, factories.wordless(operator, wants="person")]
    page = factories.channel(operator)
    rows.append(factories.delivery(factories.post(operator, page), page, "needs_you"))
    rows.append(factories.post(operator, page))
    Switch.objects.create(name=Switch.PAUSE)
    pages = [*every_page(rows), *(reverse(name) for name in SINGLE)]
    before = {model: model._default_manager.count() for model in site._registry}
    client, wrong, tried = browser(operator), [], 0
    for where in pages:
        for form in forms_of(client.get(where).content.decode()):
            if form.action == LEAVING or not form.buttons:
                continue
            tried += 1
            if problem := lost(client, where, form):
                wrong.append((where, form.action, problem))
            LaidBy.objects.all().delete()
    assert "\n".join(map(str, wrong)) == ""
    assert tried > 80
    assert {model: model._default_manager.count() for model in site._registry} == before


def asked_on_the_overview(client: Client, where: str) -> dict[str, list[str]]:
    forms = forms_of(client.get(reverse("admin:index")).content.decode())
    form = next(each for each in forms if each.action == where)
    return {**form.values(), form.buttons[0][0]: [form.buttons[0][1]]}


def offered(client: Client, place: str) -> dict[str, list[str]] | None:
    shown = forms_of(client.get(place, follow=True).content.decode())
    return next((each.values() for each in shown if each.action == resumed_acts.asked_again()), None)


def test_what_was_pressed_after_the_session_ended_is_done_by_one_more_press_and_once(operator, browser) -> None:
    client, pause = browser(operator), reverse("admin:pause")
    sent = asked_on_the_overview(client, pause)
    client.logout()
    place, why = next_of(client.post(pause, sent))
    assert why == "kept"
    client.force_login(operator)
    again = offered(client, place)
    assert again is not None
    assert not Switch.objects.exists()  # not by itself
    client.post(resumed_acts.asked_again(), again)
    assert Switch.objects.get().name == Switch.PAUSE
    Switch.objects.all().delete()
    client.post(resumed_acts.asked_again(), again)
    assert not Switch.objects.exists()


@pytest.mark.parametrize("who", ["another person", "another act", "a form without a mark", "a mark of somebody else"])
def test_nobody_else_presses_it(who: str, alice, bob, browser) -> None:
    draft = factories.post(alice, factories.channel(alice))
    client, where = browser(alice), reverse("admin:publishing_post_do", args=[draft.pk, "approve"])
    sent = asked_on_the_overview(client, where)
    if who == "a form without a mark":
        del sent[unsaved_input.MARK]
    if who == "a mark of somebody else":
        sent[unsaved_input.MARK] = [unsaved_input.SIGNER.sign_object([str(bob.pk), "/dashboard/"])]
    client.logout()
    client.post(where, sent)
    client.force_login(bob if who == "another person" else alice)
    again = offered(client, resumed_acts.asked_again())
    assert (again is None) == (who != "another act")
    client.post(resumed_acts.asked_again(), {"row": "another"} if again else {"row": ""})
    draft.refresh_from_db()
    assert draft.state == Post.State.DRAFT


@pytest.mark.parametrize("same_person", [True, False])
def test_a_page_from_before_signing_in_again_elsewhere(same_person, alice, bob) -> None:
    draft = factories.post(alice, factories.channel(alice))
    where = reverse("admin:publishing_post_do", args=[draft.pk, "approve"])
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    sent = asked_on_the_overview(client, where)
    client.logout()
    client.force_login(alice if same_person else bob)
    answer = client.post(where, sent)
    assert answer.status_code == (302 if same_person else 403)
    assert (offered(client, resumed_acts.asked_again()) is not None) == same_person


def test_the_sign_in_page_says_why_one_is_there(alice, browser) -> None:
    client = browser(alice)
    assert "why" not in client.get(reverse("account_login"), follow=True).wsgi_request.GET
    client.session.flush()
    assert next_of(client.get(reverse("my_account"))) == (reverse("my_account"), "ended")
    assert "why" not in Client().get(reverse("my_account"))["Location"]
