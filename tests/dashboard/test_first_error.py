"""What a form refuses is seen: its first wrong field has the focus, and is not folded away."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.contrib.admin.helpers import AdminForm
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from accounts.sign_in import invitations
from poster.permissions import Caller
from tests import factories
from tests.dashboard.forms_of_a_page import Form, forms_of
from tests.dashboard.test_browser import every_page

pytestmark = pytest.mark.django_db
SINGLE = ("my_account", "account_email", "account_change_password", "my_data_delete")
ALONE = ("account_login", "account_reset_password", "data_request")


def refused_by(answer) -> set[str]:
    """The names of what is wrong, as the forms of the page know it."""
    found: set[str] = set()
    for context in answer.context or []:
        for value in context.dicts if hasattr(context, "dicts") else [context]:
            for each in value.values():
                form = each.form if isinstance(each, AdminForm) else each
                if isinstance(form, BaseForm) and form.is_bound:
                    found |= {form.add_prefix(name) for name in form.errors if name in form.fields}
    return found


def unseen(client: Client, page: str, form: Form) -> str:
    """What is wrong with how an empty form is refused."""
    emptied = {name: [""] if len(value) < 2 else [] for name, value in form.values().items()}
    hidden = {each.name: [each.value] for each in form.fields if each.kind == "hidden"}
    answer = client.post(form.action or page, {**emptied, **hidden})
    wrong = refused_by(answer) if answer.status_code in (200, 400) else set()
    if not wrong:
        return ""
    shown = [each for one in forms_of(answer.content.decode()) for each in one.fields]
    first = next((each for each in shown if each.name in wrong and each.kind != "hidden"), None)
    if first is None:
        return f"{wrong} is nowhere on the page"
    focused = {each.name for each in shown if each.focused}
    folded = {each.name for each in shown if each.folded} & wrong
    return "" if focused == {first.name} and not folded else f"{focused} for {wrong}, {folded} folded"


def test_the_first_wrong_field_of_every_form_is_seen(operator, browser) -> None:
    client, tried, wrong = browser(operator), set(), []
    pages = [*every_page([*factories.everything(operator), operator]), *(reverse(name) for name in SINGLE)]
    join = urlsplit(invitations.invite("nina@example.org", by=Caller.of(operator))[1]).path
    alone = [(Client(), page) for page in (join, *(reverse(name) for name in ALONE))]
    for who, page in [*((client, page) for page in pages), *alone]:
        for form in forms_of(who.get(page).content.decode()):
            if any(each.kind != "hidden" for each in form.fields) and form.buttons:
                tried.add(page)
                wrong += [(page, form.action, problem)] if (problem := unseen(who, page, form)) else []
    assert "\n".join(map(str, wrong)) == ""
    assert len(tried) > 12


@pytest.mark.parametrize(("name", "value"), [("interval", "0"), ("latest_hours", "-1")])
def test_what_is_seldom_changed_unfolds_where_it_is_wrong(name, value, operator, browser) -> None:
    client = browser(operator)
    where = reverse("admin:watches_watch_change", args=[factories.watch(operator, factories.channel(operator)).pk])
    (form,) = (each for each in forms_of(client.get(where).content.decode()) if not each.action and each.typed)
    assert next(each for each in form.fields if each.name == name).folded
    answer = client.post(where, {**form.values(), name: [value]})
    found = [each for one in forms_of(answer.content.decode()) for each in one.fields if each.name == name]
    assert [(each.focused, each.folded) for each in found] == [(True, False)]
