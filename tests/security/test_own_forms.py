"""A person's own forms and lists: they take nothing that is somebody else's, set nothing that is the machine's to set,
and look the same whether anybody else is here or not.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django import forms
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import transaction
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from tests import factories
from tests.security.conftest import World, signed_in
from tests.security.probing import OWNED, page

CHANGED = [(model, admin) for model, admin in OWNED if admin.may_change]
IDS = [model._meta.label for model, _ in CHANGED]


def change_page(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def form_of(admin: Any, row: Any, person: User) -> forms.ModelForm[Any]:
    request = RequestFactory().get("/")
    request.user = person
    made: forms.ModelForm[Any] = admin.get_form(request, row, change=True)(instance=row)
    return made


def as_sent(form: forms.ModelForm[Any]) -> dict[str, Any]:
    """What the browser would send if nothing was changed."""
    sent: dict[str, Any] = {}
    for name in form.fields:
        value = form.get_initial_for_field(form.fields[name], name)
        if isinstance(value, (list, tuple)) or hasattr(value, "all"):
            sent[name] = [str(getattr(each, "pk", each)) for each in value]
        elif value is not None and value is not False and value != "":
            sent[name] = str(getattr(value, "pk", value))
        elif form.fields[name].required:
            sent[name] = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"
    return sent


def columns(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = type(row)._base_manager.filter(pk=row.pk).values().get()
    return found


@pytest.mark.parametrize(("model", "admin"), CHANGED, ids=IDS)
def test_a_form_that_was_not_touched_is_accepted(model, admin, world: World) -> None:
    """So that what the next tests find is not an error of their own."""
    row = world.his[model._meta.label]
    response = world.browsers["bob"].post(change_page(row), as_sent(form_of(admin, row, world.bob)))
    assert response.status_code == 302, response.context["adminform"].form.errors if response.context else ""


@pytest.mark.parametrize(("model", "admin"), CHANGED, ids=IDS)
def test_every_choice_of_a_form_refuses_somebody_elses_row(model, admin, world: World, nothing_of_alice) -> None:
    row = world.his[model._meta.label]
    form = form_of(admin, row, world.bob)
    before = world.digest()
    for name, field in form.fields.items():
        if isinstance(field, forms.ModelChoiceField):
            hers = world.rows[field.queryset.model._meta.label]
            assert not field.queryset.filter(pk=hers.pk).exists()
            response = world.browsers["bob"].post(change_page(row), {**as_sent(form), name: [str(hers.pk)]})
            assert response.status_code == 200
            assert name in response.context["adminform"].form.errors
            nothing_of_alice(response, name)
    assert world.digest() == before


@pytest.mark.parametrize(("model", "admin"), CHANGED, ids=IDS)
def test_no_form_sets_what_is_not_on_it(model, admin, world: World) -> None:
    """Whose it is, the state, the fence, what the platform called it: whatever a browser sends along."""
    row = world.his[model._meta.label]
    form = form_of(admin, row, world.bob)
    set_here = {
        *form.fields,
        *(name.removeprefix("new_") for name in form.fields),
    }  # a secret goes in by a field of its own
    hidden = {field.name: field for field in model._meta.concrete_fields if field.name not in set_here}
    wishes = {name: _other(field, world) for name, field in hidden.items()}
    wishes |= {field.attname: wishes[name] for name, field in hidden.items() if field.attname != name}
    before, all_hers = columns(row), world.digest()
    world.browsers["bob"].post(change_page(row), {**as_sent(form), **wishes})
    after = columns(row)
    assert {name for name in before if before[name] != after[name]} <= set_here
    assert world.digest() == all_hers


def _other(field: Any, world: World) -> str:
    if field.is_relation:
        return world.key_of(field.related_model._meta.label)
    kind = field.get_internal_type()
    if "Integer" in kind or kind == "BooleanField":
        return "1"
    return "2031-01-01 00:00:00" if "Date" in kind else "published"


@pytest.mark.parametrize(("model", "admin"), OWNED, ids=[model._meta.label for model, _ in OWNED])
def test_a_new_row_belongs_to_whoever_makes_it(model, admin, world: World) -> None:
    wish = {"owner": str(world.alice.pk), "owner_id": str(world.alice.pk), "name": "x", "text": "x", "state": "active"}
    before = world.digest()
    world.browsers["bob"].post(page(model, "add"), wish)
    assert world.digest() == before


def readable(response: Any) -> str:
    """A page without what differs from one answer to the next."""
    return re.sub(r'(csrfmiddlewaretoken" value|data-token|nonce)="[^"]+"', "", response.content.decode())


@pytest.mark.parametrize("where", ["admin:index", *[page(model) for model, _ in OWNED]])
def test_a_page_is_the_same_whether_somebody_else_is_here_or_not(where: str, db, the_clock) -> None:
    """Lists, filters, facets and every count: not a byte tells that there is an Alice."""
    the_clock.put(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC))
    address = reverse(where) if ":" in where else where
    bob = factories.person("Bob")
    factories.everything(bob)
    alone = readable(signed_in(bob).get(address))
    for _ in range(3):
        factories.everything(_alice())
    assert readable(signed_in(bob).get(address)) == alone
    assert readable(signed_in(bob).get(f"{address}?_facets=True")).count("Alice") == 0


def _alice() -> User:
    found = User.objects.filter(name="Alice").first()
    return factories.person(f"Alice{User.objects.count()}") if found else factories.person("Alice")


def test_history_and_delete_pages_of_ones_own_rows_name_nobody_else(world: World, nothing_of_alice) -> None:
    """Two rows that are tied to the same kinds of things, and an operator who worked on both."""
    for row in (*world.rows.values(), *world.his.values()):
        LogEntry.objects.log_actions(world.olga.pk, [row], 2, f"Looked at {row}")
    for model, _ in OWNED:
        row = world.his[model._meta.label]
        for what in ("change", "history", "delete"):
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=[row.pk])
            nothing_of_alice(world.browsers["bob"].get(address), address)
    nothing_of_alice(world.browsers["bob"].get(reverse("admin:index")), "the front page")


def test_verbs_on_ones_own_rows_say_nothing_of_others_and_mail_nobody_else(world: World, nothing_of_alice) -> None:
    before = world.digest()
    for model, admin in OWNED:
        for name in sorted(admin.verbs):
            key = world.his[model._meta.label].pk
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_do", args=[key, name])
            with transaction.atomic():
                nothing_of_alice(world.browsers["bob"].post(address, {"text": "Mine"}, follow=True), address)
                assert world.digest() == before, address
                transaction.set_rollback(True)
    assert all("alice@example.org" not in letter.to for letter in mail.outbox)


def test_twins_do_not_hear_of_each_other(db) -> None:
    """The same picture, name, caption and folder with two people (S25): "posted already" looks at one's own only."""
    from publishing.delivery.twins import twins_of

    alice, bob = factories.person("Alice"), factories.person("Bob")
    twins = {}
    for person in (alice, bob):
        order = factories.watch(person, name="Same", place_id="/srv/same")
        picture = factories.asset(person, watched_by=order, name="same.jpg", sha256="a" * 64, fingerprint="f" * 16)
        page_ = factories.channel(person, name="Page", remote_id="1234", shared=True)
        words = factories.post(person, page_, picture=picture, text="Same words")
        factories.delivery(words, page_, "published")
        again = factories.post(person, page_, picture=picture, text="Same words again", file=None)
        twins[person] = (again, page_)
    for person, (words, page_) in twins.items():
        assert {twin.owner_id for twin in twins_of(words.assets.all(), [page_.pk])} == {person.pk}
