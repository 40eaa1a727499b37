"""Claims about what people keep at their desk: planned posts, and figures of use."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from lxml import html

from accounts.models import Channel, User
from media.deletion import delete as delete_picture
from media.models import UPLOADED, Asset
from operations.desk import about
from poster import clock
from poster.permissions import Caller
from publishing.models import Post, Tag
from publishing.posts import tagging
from publishing.posts.deletion import remove_post
from tests import factories
from tests.accounts.doors import inside, quick_door  # noqa: F401
from tests.held import original
from tests.house import House


def test_p25_a_planned_post_is_words_pictures_a_time_and_tags_and_is_kept_until_it_is_deleted(house: House) -> None:
    page = house.connect()["facebook"]
    friday = clock.now() + dt.timedelta(days=3)
    post = house.post("Bread on Friday.", page)
    Post.objects.filter(pk=post.pk).update(due_at=friday)
    post.refresh_from_db()
    tagging.put(post, ["bread", "autumn"])
    [picture] = post.assets.all()
    Asset.objects.filter(pk=picture.pk).update(origin=UPLOADED)
    for _ in range(3):
        house.round()
        house.later(20 * 3600)
    kept = Post.objects.get(pk=post.pk)
    assert (kept.text, kept.due_at, kept.state) == ("Bread on Friday.", friday, Post.State.DRAFT)
    assert sorted(kept.tagged.values_list("tag__name", flat=True)) == ["autumn", "bread"]
    lies = original(picture)
    assert lies.exists()
    by = Caller.of(house.owner)
    remove_post(kept, by=by)
    delete_picture(Asset.objects.get(pk=picture.pk), by=by)
    assert not Post.objects.filter(pk=post.pk).exists()
    assert not lies.exists()


def shown(page: bytes) -> dict[str, str]:
    [listed] = html.fromstring(page).xpath("//section[@aria-labelledby='use-title']//dl")
    names, numbers = ([each.text_content().strip() for each in listed.xpath(f".//{kind}")] for kind in ("dt", "dd"))
    return dict(zip(names, numbers, strict=True))


@pytest.mark.django_db
def test_p73_use_is_told_in_numbers_to_the_operator_alone_and_names_nobody() -> None:
    olga, ann = (
        factories.person(name, operator=is_op, password=factories.PASSWORD)
        for name, is_op in (("Olga", True), ("Ann", False))
    )
    for person in (olga, ann):
        factories.everything(person)
    told = about.use()
    assert all(type(figure.number) is int for figure in told)
    assert {figure.label: figure.number for figure in told}["people"] == 2
    words = " ".join(figure.label for figure in told)
    assert [each for each in contents() if each in words] == []
    where = reverse("admin:version")
    assert set(shown(inside(olga).get(where).content).values()) == {str(figure.number) for figure in told}
    assert inside(ann).get(where).status_code in {302, 403, 404}


def contents() -> set[str]:
    """What people wrote, or are called."""
    columns = {User: ("name", "email"), Post: ("text",), Channel: ("name",), Tag: ("name",)}
    rows = (row for model, names in columns.items() for row in model._base_manager.values_list(*names))
    return {each for row in rows for each in row if each}
