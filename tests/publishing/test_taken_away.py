"""A file that its owner has taken away stops what is made of it; when it is back, that can go on."""

from __future__ import annotations

import pytest

from accounts.models import User
from poster import clock
from poster.asking import NotPossible
from publishing.delivery import deciding, finishing
from publishing.models import Post
from publishing.posts import undoing
from tests import factories
from watches import taken_away

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return factories.person("Ann")


def test_the_words_that_stored_rows_are_found_by_are_the_same_for_ever() -> None:
    """Other words would leave what was stopped before an update stopped, without any way on."""
    assert taken_away.FROM_PICTURE == "The file was taken away."
    assert taken_away.FROM_DELIVERY == "The file was taken away before it went out."


def test_a_draft_that_was_stopped_waits_again_when_its_file_is_back_and_one_that_was_discarded_does_not(
    ann: User,
) -> None:
    page = factories.channel(ann)
    stopped, discarded = (factories.post(ann, page, picture=factories.asset(ann)) for _ in range(2))
    stopped.assets.update(gone_at=clock.now())
    Post.objects.filter(pk=discarded.pk).update(state=Post.State.DISCARDED)
    assert finishing.stop_what_was_taken_away() == 1
    assert finishing.take_up_what_is_back() == 0
    stopped.assets.update(gone_at=None)
    assert finishing.take_up_what_is_back() == 1
    assert [Post.objects.get(pk=each.pk).state for each in (stopped, discarded)] == ["draft", "discarded"]


@pytest.mark.parametrize(("said", "possible"), [(taken_away.FROM_DELIVERY, True), (undoing.UNDONE, False)])
def test_of_what_was_cancelled_only_that_can_be_posted_after_all(ann: User, said: str, *, possible: bool) -> None:
    page = factories.channel(ann)
    row = factories.delivery(factories.post(ann, page), page, "cancelled", error=said)
    assert deciding.may_be_posted(row) is possible
    if not possible:
        with pytest.raises(NotPossible):
            deciding.post_now(row, by=ann)
