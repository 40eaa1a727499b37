"""What a model may write and nobody may read unseen: the sandbox's models over HTTP, a watch that posts by itself.

From the picture to a draft that waits with its reason, or to deliveries.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from media import images
from poster.permissions import Caller, NotPossible
from publishing.describing.describing import MOST_ASKS, describe
from publishing.describing.doubts import why_it_waits
from publishing.models import Delivery, Post
from publishing.posts.approving import approve
from publishing.posts.deletion import remove_post
from publishing.reasons.waiting import CaptionTooLong
from tests import factories
from tests.held import hold
from watches.models import Watch
from writing.holds import Doubt, codes
from writing.models import AiCall, Suggestion

PHOTO = Path(__file__).parents[2] / "sandbox" / "photos" / "tabby-cat.jpg"
HELD = {
    "introduces": Doubt.CHATTER,
    "introduces-in-german": Doubt.CHATTER,
    "offers": Doubt.CHATTER,
    "offers-in-german": Doubt.CHATTER,
    "declines-at-the-end": Doubt.REFUSAL,
    "placeholders": Doubt.PLACEHOLDER,
    "brackets": Doubt.PLACEHOLDER,
    "alternatives": Doubt.ALTERNATIVES,
    "german": Doubt.LANGUAGE,
    "turkish": Doubt.LANGUAGE,
    "stuck": Doubt.REPEATED,
    "rambles": Doubt.BEYOND,
    "breaks-off": Doubt.BREAKS_OFF,
    "links": Doubt.LINK,
    "disguised-links": Doubt.LINK,
    "mentions": Doubt.MENTION,
    "numbers": Doubt.NUMBER,
    "foreign-hashtags": Doubt.HASHTAG,
    "thinks-on": Doubt.DRAFT,
    "names-the-file": Doubt.NAME_ONLY,
}
REFUSED = ["declines-in-german", "declines-in-turkish", "declines-in-spanish", "thinks-without-end"]
FINE = ["thinks-aloud", "careless", "marks", "repeats-its-tags"]


@pytest.fixture
def ann(db, settings, sandbox, tmp_path):
    settings.REMOTE_ROOT, settings.SPOOL = sandbox.root, tmp_path / "spool"
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": "sk-practice-0123456789abcdef"}
    return factories.person("Ann")


@pytest.fixture
def described(ann, tmp_path):
    """One picture of a watch that posts by itself, described by a model of this habit, and what was made of it."""
    images.make_for_model(PHOTO, tmp_path / "seen.jpg", name="tabby cat.jpg")

    def run(habit: str, *, practice: bool = False, **columns: object) -> Post:
        page = factories.channel(ann, credential=factories.login(ann, practice=practice))
        told: dict[str, Any] = {"captioner": "openai", "model": f"practice-{habit}", "language": "en", **columns}
        watch = factories.watch(ann, page, approval=Watch.Approval.AUTO, **told)
        asset = factories.asset(ann, watched_by=watch, name="tabby cat.jpg")
        post = factories.wordless(ann, page, picture=asset)
        hold(asset, (tmp_path / "seen.jpg").read_bytes(), "for_model")
        for _ in range(MOST_ASKS):
            if post.wants_words == Post.Words.CAPTIONER:
                describe(post)
                post.refresh_from_db()
        return post

    return run


@pytest.mark.parametrize(("habit", "doubt"), HELD.items())
def test_what_is_doubtful_waits_for_a_person_with_its_reason(described, habit, doubt):
    post = described(habit)
    assert doubt in codes(post.words_from.holds)
    assert (post.state, str(post.hold)) == (Post.State.DRAFT, post.words_from.doubts)
    assert post.words_from.text in post.text
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("habit", REFUSED)
def test_what_is_no_caption_becomes_none(described, habit):
    post = described(habit)
    assert (post.state, post.wants_words, post.text) == (Post.State.DRAFT, Post.Words.PERSON, "")
    assert Suggestion.objects.count() == 0
    assert all(call.answer for call in AiCall.objects.all())


@pytest.mark.parametrize("habit", FINE)
def test_what_is_only_written_carelessly_goes_out_as_it_was_meant(described, habit):
    described(habit)
    text = Delivery.objects.get().text
    assert "DRAFT" not in text
    assert not any(mark in text for mark in ("**", "<br>", "&amp;", "\\n", "{", "}"))
    tags = [word for word in text.split() if word.startswith("#")]
    assert len(tags) == len(set(tags)) > 0


def test_the_owner_sees_the_answer_as_it_came_until_the_post_is_deleted(described, ann, client):
    post, call = described("marks"), AiCall.objects.get()
    assert "<br>" in call.answer
    assert "<br>" not in post.text
    client.force_login(ann)
    for model, row in (
        ("publishing_post", post),
        ("writing_suggestion", post.words_from),
    ):
        page = client.get(reverse(f"admin:{model}_change", args=[row.pk]))
        assert "&lt;br&gt;" in page.content.decode()
    Delivery.objects.update(state=Delivery.State.CANCELLED)
    remove_post(post, by=Caller.of(ann))
    call.refresh_from_db()
    assert call.answer == ""


def test_the_reason_is_on_the_page_of_the_draft_and_of_the_caption(described, ann, client):
    post = described("links")
    client.force_login(ann)
    for model, row in (("publishing_post", post), ("writing_suggestion", post.words_from)):
        page = client.get(reverse(f"admin:{model}_change", args=[row.pk])).content.decode()
        assert "win-a-prize.shop" in page
        assert post.words_from.doubts.split(" (")[0] in page


def test_an_answer_is_kept_without_the_key(described):
    described("leaks-its-key")
    assert AiCall.objects.count() == MOST_ASKS
    for call in AiCall.objects.all():
        assert call.outcome == "unsafe"
        assert "0123456789" not in call.answer
        assert "[hidden]" in call.answer


@pytest.mark.parametrize(
    ("captioner", "habit", "goes_out"),
    [("describer", "", True), ("openai", "names-the-file", True), ("openai", "links", False)],
)
def test_on_practice_accounts_only_what_a_caption_says_holds_it_back(described, captioner, habit, goes_out):
    described(habit, practice=True, captioner=captioner)
    assert Delivery.objects.exists() is goes_out


def test_a_describer_says_by_code_why_it_waits_on_real_accounts(described):
    post = described("", captioner="describer")
    assert codes(post.words_from.holds) >= {Doubt.DESCRIBER, Doubt.NAME_ONLY}
    assert Post.objects.get().state == Post.State.DRAFT


def test_words_that_do_not_fit_a_channel_wait_and_are_not_approved_as_they_are(described, ann):
    post = described("plain")
    threads = factories.channel(ann, "threads")
    post.channels.add(threads)
    Post.objects.filter(pk=post.pk).update(text="ü" * 251, state=Post.State.DRAFT)
    post.refresh_from_db()
    told = why_it_waits(post.text, list(post.channels.all()), post.words_from.holds, [])
    assert told == CaptionTooLong(channel=threads.name)
    with pytest.raises(NotPossible):
        approve(post, by=Caller.of(ann))
    assert not Delivery.objects.filter(channel=threads).exists()
