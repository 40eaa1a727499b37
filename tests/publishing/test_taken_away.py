"""A file that its owner has taken away stops what is made of it; when it is back, that can go on."""

from __future__ import annotations

import pytest

from accounts.models import User
from outbox import manual_actions, preflight, refused_sends
from poster import clock
from poster.permissions import Caller, NotPossible
from publishing.delivery import removed_files
from publishing.models import Post
from publishing.posts import approval_undo, approving
from publishing.reasons.gate import TakenAway
from tests import factories
from watches.models import FoundFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return factories.person("Ann")


def test_a_draft_that_was_stopped_waits_again_when_its_file_is_back_and_one_that_was_discarded_does_not(
    ann: User,
) -> None:
    page = factories.channel(ann)
    stopped, discarded = (factories.post(ann, page, picture=factories.file(ann).asset) for _ in range(2))
    FoundFile.objects.filter(asset__posts=stopped).update(gone_at=clock.now())
    Post.objects.filter(pk=discarded.pk).update(state=Post.State.DISCARDED)
    assert removed_files.stop_what_was_taken_away() == 1
    assert removed_files.take_up_what_is_back() == 0
    FoundFile.objects.filter(asset__posts=stopped).update(gone_at=None)
    assert removed_files.take_up_what_is_back() == 1
    assert [Post.objects.get(pk=each.pk).state for each in (stopped, discarded)] == ["draft", "discarded"]


def test_what_somebody_discarded_stays_so_whatever_became_of_its_file(ann: User) -> None:
    post = factories.post(ann, factories.channel(ann))
    Post.objects.filter(pk=post.pk).update(**Post.hold.columns(TakenAway()))
    approving.discard(post, by=Caller.of(ann))
    assert removed_files.take_up_what_is_back() == 0


@pytest.mark.parametrize("reason", [TakenAway.code, ""])
def test_of_what_was_cancelled_only_that_can_be_posted_after_all(ann: User, reason: str) -> None:
    page = factories.channel(ann)
    row = factories.delivery(factories.post(ann, page), page, "cancelled", reason_code=reason)
    assert manual_actions.may_be_posted(row) is bool(reason)
    if not reason:
        with pytest.raises(NotPossible):
            manual_actions.post_now(row, by=Caller.of(ann))
        return
    manual_actions.post_now(row, by=Caller.of(ann))
    manual_actions.forget(row, by=Caller.of(ann))
    row.refresh_from_db()
    assert not manual_actions.may_be_posted(row)


def test_what_the_gate_stops_for_its_file_is_undone_with_its_post(ann: User) -> None:
    page = factories.channel(ann)
    post = factories.post(ann, page, picture=factories.file(ann).asset)
    row = factories.delivery(post, page)
    FoundFile.objects.filter(asset__posts=post).update(gone_at=clock.now())
    why = preflight.gate(row)
    assert why is not None
    refused_sends.stop(row, why)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("cancelled", TakenAway())
    Post.objects.filter(pk=post.pk).update(state=Post.State.APPROVED, decided_by=ann)
    post.refresh_from_db()
    assert approval_undo.undo(post, by=Caller.of(ann)) == []
    row.refresh_from_db()
    assert (row.reason_code == TakenAway.code, row.undone_at is not None, manual_actions.may_be_posted(row)) == (
        False,
        True,
        False,
    )
