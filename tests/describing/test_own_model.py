"""Somebody has their own model write the words of what they compose: of all its pictures, and nothing typed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AiKey, User
from media import images
from poster.permissions import Caller, NotPossible
from publishing.models import Delivery, Post
from publishing.posts import authorship, writers, writing_again
from publishing.reasons.posts import NoModel, NothingToLookAt, NoWordsBefore
from tests import factories
from tests.dashboard.test_verbs import do, said
from tests.describing.world import GOOD, PHOTO, ann, asked, hours, work  # noqa: F401 - fixtures
from tests.held import hold
from watches.models import Watch
from writing.models import AiCall


@pytest.fixture
def client(ann: User) -> Client:  # noqa: F811
    made = Client()
    made.force_login(ann)
    return made


def composed(client: Client, person: User, tmp_path: Path, pictures: int = 2, **wishes: str) -> Post:
    """Written in the form of a new post, with this button pressed."""
    page = factories.channel(person)
    images.make_for_model(PHOTO, tmp_path / "seen.jpg", name="tabby cat.jpg")
    chosen = [factories.asset(person) for _ in range(pictures)]
    for asset in chosen:
        hold(asset, (tmp_path / "seen.jpg").read_bytes(), "for_model")
    sent = {f"place_{asset.pk}": str(place) for place, asset in enumerate(chosen, 1)}
    answer = client.post(
        reverse("admin:publishing_post_add"),
        {**sent, "to": f"{page.pk}:feed", "text": "Mine.", "describe": "yes", **wishes},
    )
    made = Post.objects.latest("created_at")
    assert answer["Location"] == reverse("admin:publishing_post_change", args=[made.pk])
    return made


def test_it_looks_at_all_pictures_and_what_was_typed_comes_back(client, ann, hours, sandbox, tmp_path) -> None:  # noqa: F811
    post = composed(client, ann, tmp_path)
    waits = reverse("admin:post_words", args=[post.pk])
    assert (post.text, post.is_described, client.get(waits).json()) == ("Mine.", True, {"writing": True})
    work(hours, 1)
    post.refresh_from_db()
    assert client.get(waits).json() == {"writing": False}
    assert (post.state, post.words_before, asked(sandbox)) == (Post.State.DRAFT, "Mine.", 1)
    assert post.text not in ("", "Mine.")
    assert post.words_from is not None
    assert len(post.words_from.alt_texts) == 2
    assert AiCall.objects.get().asked_model == ""
    assert Delivery.objects.count() == 0
    theirs = post.text
    do(client, post, "keep-old-words")
    assert (post.text, post.words_before) == ("Mine.", theirs)
    do(client, post, "keep-old-words")
    assert (post.text, post.words_before) == (theirs, "Mine.")


def test_it_writes_as_for_the_latest_source_and_never_posts_by_itself(client, ann, hours, sandbox, tmp_path) -> None:  # noqa: F811
    factories.watch(ann, captioner="anthropic", language="en", approval=Watch.Approval.AUTO)
    post = composed(client, ann, tmp_path)
    work(hours, 1)
    post.refresh_from_db()
    assert (post.words_from.captioner, post.watch, post.state) == ("anthropic", None, Post.State.DRAFT)


def test_alt_texts_that_were_typed_stay(client, ann, hours, sandbox, tmp_path) -> None:  # noqa: F811
    post = composed(client, ann, tmp_path)
    first, second = post.items.all()
    post.items.filter(pk=first.pk).update(alt_text="As I see it")
    work(hours, 1)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.alt_text == "As I see it"
    assert second.alt_text


def test_other_words_leave_the_crop(client, ann, hours, sandbox, tmp_path) -> None:  # noqa: F811
    post = composed(client, ann, tmp_path, pictures=1)
    post.items.update(crop=[0, 0, 5000, 5000])
    hold(post.assets.get(), PHOTO.read_bytes())
    for turn in (1, 2):
        work(hours, 1)
        assert (asked(sandbox), post.items.get().crop) == (turn, [0, 0, 5000, 5000])
        writing_again.write_again(Post.objects.get(pk=post.pk), by=Caller.of(ann))


def test_without_a_model_it_says_so_and_the_draft_is_kept(client, ann, settings, sandbox, tmp_path) -> None:  # noqa: F811
    settings.AI_KEYS = dict.fromkeys(settings.AI_KEYS, "")
    post = composed(client, ann, tmp_path)
    assert (post.text, post.wants_words) == ("Mine.", "")
    assert str(NoModel()) in said(do(client, post, "describe", text="More of mine", whole="yes"))
    assert writers.own_model(ann.pk) is None
    AiKey.objects.create(owner=ann, captioner="gemini", key=GOOD)
    found = writers.own_model(ann.pk)
    assert found is not None
    assert found.captioner == "gemini"


def test_without_a_picture_there_is_nothing_to_look_at(ann) -> None:  # noqa: F811
    post = factories.post(ann, factories.channel(ann))
    post.items.all().delete()
    assert not writing_again.may_be_written_again(post)
    with pytest.raises(NotPossible, match=str(NothingToLookAt())):
        writing_again.write_again(post, by=Caller.of(ann))
    with pytest.raises(NotPossible, match=str(NoWordsBefore())):
        writing_again.bring_back(post, by=Caller.of(ann))


def test_a_key_that_is_gone_meanwhile_leaves_it_to_the_person(client, ann, hours, settings, sandbox, tmp_path) -> None:  # noqa: F811
    post = composed(client, ann, tmp_path)
    settings.AI_KEYS = dict.fromkeys(settings.AI_KEYS, "")
    work(hours, 1)
    post.refresh_from_db()
    assert (post.text, post.wants_words, post.wordless_because) == ("Mine.", "", NoModel())
    assert asked(sandbox) == 0


def test_whose_words_they_are_goes_with_them(client, ann, hours, sandbox, tmp_path) -> None:  # noqa: F811
    post = composed(client, ann, tmp_path)
    work(hours, 1)
    told = []
    for _ in range(3):
        post = Post.objects.get(pk=post.pk)
        author = authorship.of(post)
        told.append((post.text == "Mine.", bool(author.captioner), author.changed))
        writing_again.bring_back(post, by=Caller.of(ann))
    assert told == [(False, True, False), (True, False, False), (False, True, False)]


def test_a_hint_is_told_to_the_model(client, ann, hours, sandbox, tmp_path) -> None:  # noqa: F811
    post = composed(client, ann, tmp_path)
    work(hours, 1)
    for item in post.items.all():  # what was shown once is not kept
        hold(item.asset, (tmp_path / "seen.jpg").read_bytes(), "for_model")
    do(client, post, "write-again", hint="name the harbour")
    work(hours, 1)
    post.refresh_from_db()
    assert "name the harbour" in post.words_from.prompt


def test_nobody_else_sees_whether_it_is_written(client, ann, sandbox, tmp_path) -> None:  # noqa: F811
    post = composed(client, ann, tmp_path)
    bob = Client()
    bob.force_login(factories.person("Bob"))
    assert bob.get(reverse("admin:post_words", args=[post.pk])).status_code == 404
    with pytest.raises(NotPossible):
        writing_again.bring_back(post, by=Caller.of(factories.person("Eve")))
    assert client.post(reverse("admin:post_words", args=[post.pk])).status_code == 405
