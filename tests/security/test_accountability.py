"""S44: whoever opens, decides, takes out or deletes stands in the chain, by name of the act and of the person.

Each act is done through its own door; the new lines of the chain are compared, and the chain holds afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Channel, User
from outbox.models import LedgerEntry
from poster.ledger.verification import verify
from poster.models import Event
from publishing.models import Delivery, Post
from tests import factories

pytestmark = pytest.mark.django_db
Line = tuple[str, str]  # what, and whose


@dataclass
class Scene:
    """Ann is a member, Olga the operator; each in a browser of their own."""

    ann: User
    olga: User
    page: Channel
    draft: Post
    unsure: Delivery

    def as_(self, person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client


@pytest.fixture
def scene(settings) -> Scene:
    settings.REMOTE_ROOT = "http://127.0.0.1:9"
    ann, olga = factories.person("Ann"), factories.person("Olga", operator=True)
    page = factories.channel(ann)
    unsure = factories.delivery(factories.post(ann, page), page, "needs_you")
    return Scene(ann, olga, page, factories.post(ann, page), unsure)


def verb(model: str, name: str, row: object) -> str:
    return reverse(f"admin:{model}_do", args=[row.pk, name])  # type: ignore[attr-defined]


def role(scene: Scene, **wish: str) -> None:
    form = {"email": scene.ann.email, "name": "Ann", **wish}
    scene.as_(scene.olga).post(reverse("admin:accounts_user_change", args=[scene.ann.pk]), form)


ACTS: dict[str, tuple[Callable[[Scene], object], set[Line]]] = {
    "approve": (
        lambda scene: scene.as_(scene.ann).post(verb("publishing_post", "approve", scene.draft)),
        {("decision", "Ann")},
    ),
    "a verdict: it is there": (
        lambda scene: scene.as_(scene.ann).post(verb("publishing_delivery", "it-is-there", scene.unsure)),
        {("human", "Ann")},
    ),
    "a verdict: forget it": (
        lambda scene: scene.as_(scene.ann).post(verb("publishing_delivery", "forget", scene.unsure)),
        {("human", "Ann")},
    ),
    "take a copy": (
        lambda scene: b"".join(cast(Any, scene.as_(scene.ann).get(reverse("my_data_copy"))).streaming_content),
        {("export", "Ann")},
    ),
    "take the list": (
        lambda scene: scene.as_(scene.ann).post(reverse("admin:publishing_delivery_csv")),
        {("export", "Ann")},
    ),
    "disconnect": (
        lambda scene: scene.as_(scene.ann).post(verb("accounts_credential", "disconnect", scene.page.credential)),
        {("disconnect", "Ann")},
    ),
    "release": (
        lambda scene: scene.as_(scene.ann).post(verb("accounts_channel", "release", scene.page)),
        {("disconnect", "Ann")},
    ),
    "delete an account": (
        lambda scene: scene.as_(scene.ann).post(reverse("my_data_delete"), {"email": scene.ann.email}),
        {("deletion", "Ann"), ("request", "Ann")},
    ),
    "make somebody an operator": (
        lambda scene: role(scene, is_active="on", is_superuser="on"),
        {("role", "Ann"), ("role", "Olga")},
    ),
    "lock somebody out": (lambda scene: role(scene), {("role", "Ann"), ("role", "Olga")}),
    "ask for a row of somebody else": (
        lambda scene: scene.as_(factories.person("Bob")).get(
            reverse("admin:publishing_post_change", args=[scene.draft.pk])
        ),
        {("refused", "Bob")},
    ),
    "pause all publishing": (
        lambda scene: scene.as_(scene.olga).post(reverse("admin:pause")),
        {("operation", "Olga")},
    ),
}


def lines() -> list[Line]:
    """The whole chain, without signing in and out."""
    who = {person.pk: person.name for person in User.objects.all()}
    events = Event.objects.exclude(kind__in=["sign_in", "sign_out"])
    steps = LedgerEntry.objects.select_related("outgoing__owner")
    told = [(each.kind, who.get(each.person, "")) for each in events]
    return told + [(each.kind, each.outgoing.owner.name) for each in steps]


@pytest.mark.parametrize("act", ACTS)
def test_s44_every_act_that_counts_is_in_the_chain(act: str, scene: Scene) -> None:
    do, expected = ACTS[act]
    before = lines()
    do(scene)
    after = lines()
    for line in before:
        after.remove(line)
    assert set(after) == expected
    assert verify() == []
