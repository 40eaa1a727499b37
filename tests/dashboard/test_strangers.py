"""What belongs to one person is hidden from another: every registered model, view and verb, by introspection."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

import pytest
from django.contrib.admin import site
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from poster.dashboard.scoping import OperatorAdmin, OwnedAdmin
from poster.web.cache_headers import PRIVATE
from publishing.models import Post
from tests import factories, pictures
from tests.held import hold
from watches.models import Watch

OURS = [(model, admin) for model, admin in site._registry.items()]
OWNED = [(model, admin) for model, admin in OURS if not isinstance(admin, OperatorAdmin)]
FOR_OPERATORS = [(model, admin) for model, admin in OURS if isinstance(admin, OperatorAdmin)]
NAMES = [model._meta.label for model, _ in OWNED]


def page(model: type[Model], what: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def row_of(rows: list[Any], model: type[Model]) -> Any:
    found = [row for row in rows if type(row) is model]
    assert found, f"{model._meta.label} is in the dashboard, but factories.everything() makes none: cover it"
    return found[0]


def nothing_of_alice(response: Any) -> None:
    """No byte of hers, not even her name, wherever the answer leads."""
    assert b"Alice" not in response.content
    assert b"alice@" not in response.content
    assert b"canary" not in response.content


def test_every_model_in_the_dashboard_is_scoped() -> None:
    assert [type(admin).__name__ for _, admin in OURS if not isinstance(admin, OwnedAdmin)] == []


@pytest.mark.parametrize(("model", "admin"), OWNED, ids=NAMES)
@pytest.mark.parametrize("what", ["change", "delete", "history"])
def test_a_page_of_somebody_elses_row_is_not_there(model, admin, what, alice, bob, browser) -> None:
    row = row_of(factories.everything(alice), model)
    factories.everything(bob)
    response = browser(bob).get(page(model, what, row.pk))
    assert response.status_code in {302, 403, 404}
    nothing_of_alice(browser(bob).get(page(model, what, row.pk), follow=True))


@pytest.mark.parametrize(("model", "admin"), OWNED, ids=NAMES)
def test_lists_their_filters_and_their_search_show_only_ones_own(model, admin, alice, bob, browser) -> None:
    factories.everything(alice)
    factories.everything(bob)
    client = browser(bob)
    for query in ["", "?q=Alic", "?q=words", "?o=1", "?_popup=1", "?_facets=True", "?all="]:
        response = client.get(page(model, "changelist") + query)
        assert response.status_code == 200
        nothing_of_alice(response)


@pytest.mark.parametrize(("model", "admin"), OWNED, ids=NAMES)
def test_the_form_for_a_new_row_offers_only_ones_own(model, admin, alice, bob, browser) -> None:
    factories.everything(alice)
    factories.everything(bob)
    response = browser(bob).get(page(model, "add"))
    assert response.status_code == (200 if admin.may_add else 403)
    nothing_of_alice(response)


@pytest.mark.parametrize(("model", "admin"), OWNED, ids=NAMES)
def test_verbs_do_nothing_to_somebody_elses_row(model, admin, alice, bob, browser) -> None:
    row = row_of(factories.everything(alice), model)
    before = type(row).objects.filter(pk=row.pk).values().get()
    client = browser(bob)
    for name in admin.verbs:
        assert client.post(page(model, "do", row.pk, name), {"text": "Bob was here"}).status_code == 404
    assert type(row).objects.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize(("model", "admin"), OWNED, ids=NAMES)
def test_bulk_actions_touch_only_ones_own(model, admin, alice, bob, browser) -> None:
    row = row_of(factories.everything(alice), model)
    before = type(row).objects.filter(pk=row.pk).values().get()
    client = browser(bob)
    for action in [*admin.verbs, "delete_selected"]:
        for across in ("0", "1"):
            chosen = {"action": action, ACTION_CHECKBOX_NAME: [str(row.pk)], "index": "0", "select_across": across}
            nothing_of_alice(client.post(page(model, "changelist"), chosen, follow=True))
    assert type(row).objects.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize(("model", "admin"), OURS, ids=[model._meta.label for model, _ in OURS])
@pytest.mark.parametrize("lookup", ["startswith", "contains", "gt", "isnull", "regex"])
def test_no_hidden_value_can_be_guessed_by_a_lookup(model, admin, lookup, operator, browser) -> None:
    """Only the offered filters are answered: everything else is refused, for the operator too."""
    client = browser(operator)
    offered = {admin._filtered_by(each) for each in admin.list_filter} | {"owner"}
    related = {
        "owner__password",
        "credential__secret",
        "asset__owner__password",
        "channel__token",
        "post__owner__password",
    }
    hidden = {field.name for field in model._meta.get_fields() if field.name not in offered} | related
    for name in hidden:
        query = urlencode({f"{name}__{lookup}": "1"})
        assert client.get(f"{page(model, 'changelist')}?{query}").status_code == 400, name


@pytest.mark.parametrize(("model", "admin"), OWNED, ids=NAMES)
def test_no_form_sets_whose_a_row_is(model, admin, alice, bob, browser) -> None:
    row = row_of(factories.everything(bob), model)
    wish = {"owner": str(alice.pk), "owner_id": str(alice.pk), "state": "published", "name": "x", "text": "x"}
    browser(bob).post(page(model, "change", row.pk), wish)
    browser(bob).post(page(model, "add"), wish)
    assert not type(row).objects.filter(**{admin.owner: alice.pk}).exists()


@pytest.mark.parametrize(("model", "admin"), FOR_OPERATORS, ids=[model._meta.label for model, _ in FOR_OPERATORS])
def test_members_do_not_know_of_the_operators_pages(model, admin, alice, bob, browser) -> None:
    client = browser(bob)
    assert client.get(page(model, "changelist")).status_code == 403
    assert client.get(page(model, "add")).status_code == 403
    response = client.get(page(model, "change", alice.pk))
    assert response.status_code in {302, 403}
    front = client.get(reverse("admin:index")).content.decode()
    assert page(model, "changelist") not in front
    assert reverse("admin:queue") not in front


def test_what_other_packages_bring_is_not_in_the_dashboard(operator, browser) -> None:
    labels = {model._meta.app_label for model, _ in OURS}
    assert labels == {"accounts", "media", "writing", "watches", "publishing", "poster"}
    assert browser(operator).get("/dashboard/django_q/ormq/").status_code == 404
    assert browser(operator).get("/dashboard/auth/group/").status_code == 404


def test_the_door_that_tells_whether_an_object_exists_is_gone(alice, bob, browser) -> None:
    assert browser(bob).get(f"/dashboard/r/1/{alice.pk}/").status_code == 404


def test_a_watch_takes_no_channel_of_somebody_else(alice, bob, browser, operator) -> None:
    hers, his = factories.channel(alice), factories.channel(bob)
    order = factories.watch(bob, his)
    wish = {
        "name": "New",
        "channels": [str(hers.pk)],
        "interval": "60",
        "captioner": "describer",
        "approval": "ask",
        "backlog": "skip",
        "fit": "pad",
        "latest_hours": "24",
    }
    response = browser(bob).post(page(Watch, "change", order.pk), wish)
    assert response.status_code == 200
    nothing_of_alice(response)
    assert list(order.channels.all()) == [his]
    drive = factories.login(alice, "google")
    response = browser(bob).post(
        page(Watch, "add"), {**wish, "source": "drive", "credential": str(drive.pk), "place": "1AbC"}
    )
    assert response.status_code == 200
    nothing_of_alice(response)
    assert Watch.objects.filter(owner=bob).count() == 1


def test_the_operator_sees_everybodys_rows_with_whose_they_are(alice, operator, browser) -> None:
    factories.everything(alice)
    for model, admin in OWNED:
        response = browser(operator).get(page(model, "changelist"))
        assert response.status_code == 200
        assert b"Alice" in response.content
        assert (b"column-whose" in response.content) == (cast(Any, admin).owner == "owner")


def test_the_front_page_of_the_operator_is_about_his_own_rows(alice, operator, browser) -> None:
    factories.everything(alice)
    assert b"Alice" not in browser(operator).get(reverse("admin:index")).content


@pytest.mark.parametrize(("model", "admin"), OURS, ids=[model._meta.label for model, _ in OURS])
def test_nobody_gets_in_without_signing_in(model, admin, db) -> None:
    response = Client().get(page(model, "changelist"))
    assert response.status_code == 302
    assert "login" in response["Location"]


@pytest.mark.parametrize("size", ["thumbnail", "large"])
def test_a_picture_is_its_owners_alone(alice, bob, operator, browser, size: str, settings, tmp_path) -> None:
    settings.SPOOL = tmp_path
    asset = factories.asset(alice)
    hold(asset, pictures.photo(tmp_path / "a.jpg").read_bytes())
    where = reverse(size, args=[asset.pk])
    hers = browser(alice).get(where)
    assert hers.status_code == 200
    assert hers["Content-Type"] == ("image/png" if size == "thumbnail" else "image/jpeg")
    assert hers["Cache-Control"] == (PRIVATE if size == "thumbnail" else "private, max-age=86400")
    assert browser(operator).get(where).status_code == 200
    assert browser(bob).get(where).status_code == 404
    assert Client().get(where).status_code == 302


def test_somebody_locked_out_sees_nothing(alice, browser) -> None:
    client = browser(alice)
    factories.everything(alice)
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)
    assert client.get(page(Post, "changelist")).status_code == 302
