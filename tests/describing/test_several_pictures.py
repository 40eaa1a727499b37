"""A post with several pictures: the captioner of its watch sees them all, in their order."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from media import images
from media.models import Asset, Blob
from publishing.models import Post, PostAsset
from tests import factories
from tests.describing.world import ann, asked, hours, work
from tests.held import for_model, hold
from writing.captioners import CAPTIONERS, MOST_PICTURES
from writing.holds import Doubt
from writing.models import Suggestion

__all__ = ["ann", "hours"]  # fixtures
PHOTOS = Path(__file__).parents[2] / "sandbox" / "photos"
SHOWN = ["tabby-cat", "bridge-at-night", "cup-of-coffee"]


@pytest.fixture
def album(ann, tmp_path):
    """A draft of several photographs that wants words."""

    def make(names, captioner="openai"):
        watch = factories.watch(ann, factories.channel(ann), captioner=captioner, language="en")
        first = factories.asset(ann, watched_by=watch, name=f"{names[0]}.jpg")
        others = [factories.asset(ann, name=f"{name}.jpg") for name in names[1:]]  # of no watch: they get no own post
        post = factories.wordless(ann, *watch.channels.all(), picture=first)
        for place, asset in enumerate(others, start=1):
            PostAsset.objects.create(post=post, asset=asset, position=place)
        for name, asset in zip(names, [first, *others], strict=True):
            images.make_for_model(PHOTOS / f"{name}.jpg", tmp_path / "seen.jpg", name=name)
            hold(asset, (tmp_path / "seen.jpg").read_bytes(), "for_model")
        return post

    return make


def alt_texts(post):
    return list(post.items.values_list("alt_text", flat=True))


def begin(names):
    return [name.replace("-", " ").capitalize() for name in names]


@pytest.mark.parametrize("captioner", ["openai", "anthropic", "gemini", "openrouter"])
def test_all_its_pictures_are_seen_and_each_gets_its_alt_text(album, hours, sandbox, captioner):
    post = album(SHOWN, captioner)
    work(hours, 1)
    post.refresh_from_db()
    assert post.text.startswith("Tabby cat")
    told = alt_texts(post)
    assert [text.partition(":")[0] for text in told] == begin(SHOWN)
    assert asked(sandbox) == 1
    assert Suggestion.objects.get().alt_texts == {
        str(item.asset_id): item.alt_text for item in PostAsset.objects.filter(post=post)
    }


def test_the_order_of_the_post_is_the_order_in_which_they_are_seen(album, hours):
    post = album(SHOWN)
    for place, item in enumerate(reversed(list(post.items.all()))):
        PostAsset.objects.filter(pk=item.pk).update(position=place)
    work(hours, 1)
    post.refresh_from_db()
    assert post.text.startswith("Cup of coffee")
    assert [text.partition(":")[0] for text in alt_texts(post)] == begin(reversed(SHOWN))


def test_of_many_the_first_are_seen_and_the_others_keep_what_is_said_of_them(album, hours, sandbox):
    post = album(["tabby-cat"] * (MOST_PICTURES + 2))
    last = post.items.last()
    PostAsset.objects.filter(pk=last.pk).update(alt_text="Typed by Ann.")
    work(hours, 1)
    told = alt_texts(post)
    assert all(text.startswith("Tabby cat") for text in told[:MOST_PICTURES])
    assert told[MOST_PICTURES:] == ["", "Typed by Ann."]
    assert Doubt.NO_ALT_TEXT in {hold["code"] for hold in Suggestion.objects.get(subject=post.pk).holds}


def test_the_copies_that_they_have_seen_go_afterwards(album, hours):
    album(SHOWN)
    work(hours, 1)
    assert not Blob.objects.filter(purpose=Blob.Purpose.FOR_MODEL).exists()


def test_the_describer_looks_at_each(album, hours):
    post = album(SHOWN, "describer")
    work(hours, 1)
    cat, bridge, coffee = alt_texts(post)
    assert ("cat" in cat, "bridge" in bridge, "coffee" in coffee) == (True, True, True)
    assert len(SHOWN) <= CAPTIONERS["describer"].most_pictures


def test_where_they_are_too_large_together_all_are_sent_smaller(album, hours, sandbox):
    post = album(SHOWN)
    for asset in post.assets.all():
        with Image.open(for_model(asset)) as copy:
            Asset.objects.filter(pk=asset.pk).update(width=copy.width, height=copy.height)
    sandbox.fault("status", host="api.openai.com", variant="tokens_too_large", nth=1)
    work(hours, 0)
    for asset in post.assets.all():
        with Image.open(for_model(asset)) as copy:
            assert copy.size == (asset.width // 2, asset.height // 2)
    work(hours, 1)
    post.refresh_from_db()
    assert post.wants_words == Post.Words.THERE
    assert all(alt_texts(post))


def test_one_that_cannot_be_decoded_is_named(album, hours, ann):
    post = album(SHOWN)
    broken = factories.asset(ann, name="broken.jpg")
    PostAsset.objects.create(post=post, asset=broken, position=9)
    hold(broken, b"No picture at all.")
    work(hours, 1)
    post.refresh_from_db()
    assert post.wants_words == Post.Words.PERSON
    assert "broken.jpg" in str(post.wordless_because)


@pytest.mark.parametrize("said_by", ["post", "channel", "nobody"])
def test_a_captioner_is_told_what_was_made_with_ai_whoever_says_so(album, hours, said_by):
    post = album(SHOWN)
    if said_by == "post":
        Post.objects.filter(pk=post.pk).update(made_with_ai=True)
    if said_by == "channel":
        post.channels.update(always_ai=True)
    work(hours, 1)
    assert ("made with AI" in Suggestion.objects.get(subject=post.pk).prompt) is (said_by != "nobody")
