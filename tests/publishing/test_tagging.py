"""Tags: words by which a person finds their posts again. Entered in the form, shown and filtered in the list."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Channel, User
from poster.permissions import Caller, NotPossible
from publishing.models import Post, Tag
from publishing.posts import tagging, writing
from publishing.posts.contents import Content, Wanted
from tests import factories


@pytest.fixture
def ann(db) -> User:
    return factories.person("Ann", password=factories.PASSWORD)


@pytest.fixture
def page(ann: User) -> Channel:
    return factories.channel(ann)


@pytest.fixture
def browser(ann: User) -> Client:
    client = Client()
    client.force_login(ann)
    return client


def write(page: Channel, *tags: str) -> Post:
    content = Content(text="Bread.", places=[Wanted(page.pk, "feed")], tags=tags)
    return writing.write(page.owner, content, by=Caller.of(page.owner))


def tags_of(post: Post) -> list[str]:
    return [tag.name for tag in post.tags.all()]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        (" , ,", []),
        ("Bread,  Easter   time ,", ["Bread", "Easter time"]),
        ("#Bread, bread, BREAD", ["Bread"]),
        ("Cafe\u0301, Caf\u00e9", ["Caf\u00e9"]),
    ],
)
def test_a_line_has_each_tag_once(text: str, names: list[str]) -> None:
    assert tagging.named(text) == names


def test_a_tag_is_one_row_however_it_is_written_and_whoever_else_has_it(ann: User, page: Channel) -> None:
    other = factories.channel(factories.person("Ben"))
    first, second, theirs = write(page, "Bread", "Easter"), write(page, "bread"), write(other, "Bread")
    assert (tags_of(first), tags_of(second), tags_of(theirs)) == (["Bread", "Easter"], ["Bread"], ["Bread"])
    assert Tag.objects.filter(owner=ann).count() == 2
    assert Tag.objects.count() == 3
    content = Content(text="Bread.", places=[Wanted(page.pk, "feed")], tags=["Easter"])
    writing.edit(first, content, by=Caller.of(ann))
    assert (tags_of(first), tags_of(second)) == (["Easter"], ["Bread"])


@pytest.mark.parametrize("tags", [[f"tag {number}" for number in range(tagging.MOST + 1)], ["x" * 51]])
def test_too_many_and_too_long_are_refused(page: Channel, tags: list[str]) -> None:
    with pytest.raises(NotPossible):
        write(page, *tags)
    assert not Tag.objects.exists()


def test_they_are_entered_in_the_form_and_filter_the_list(browser: Client, ann: User, page: Channel) -> None:
    sent = {"text": "Bread.", "to": f"{page.pk}:feed", "tags": "Easter, Bread"}
    browser.post(reverse("admin:publishing_post_add"), sent)
    post, other = Post.objects.get(), write(page, "Autumn")
    assert tags_of(post) == ["Bread", "Easter"]
    assert (
        'name="tags" value="Bread, Easter"'
        in browser.get(reverse("admin:publishing_post_change", args=[post.pk])).content.decode()
    )
    unused, stranger = (
        Tag.objects.create(owner=ann, name="Never"),
        write(factories.channel(factories.person("Ben")), "Theirs"),
    )
    listed = reverse("admin:publishing_post_changelist")
    shown = browser.get(listed).content.decode()
    assert all(name in shown for name in ("Easter", "Autumn"))
    assert all(str(tag.pk) not in shown for tag in (unused, stranger.tags.get()))
    narrowed = browser.get(listed, {"tags__id__exact": str(Tag.objects.get(name="Easter").pk)}).content.decode()
    assert str(post.pk) in narrowed
    assert str(other.pk) not in narrowed
