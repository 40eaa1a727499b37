"""Two workers that ask for the same words, answers that never come, and what vanishes while somebody writes."""

from __future__ import annotations

import pytest

from media.images import BadPicture
from media.reasons import ShortOfMemory
from poster.errors import Refused, Unanswered
from poster.permissions import TERMINAL, Caller, NotPossible
from publishing.describing.describing import describe
from publishing.models import Post
from publishing.posts.approving import approve
from publishing.posts.composing import compose_ready
from publishing.posts.writing_again import write_again
from tests.facts import Said
from tests.held import files, original
from tests.house import House
from tests.watches.staged import EVENTS
from tests.watches.test_races import held, ready, sleep_through_the_lease, watch
from watches import watch_service
from watches.fetching import MOST_TRIES
from watches.models import FoundFile, Watch
from watches.reasons.files import UnreadForAnHour
from writing.models import AiCall, Suggestion

__all__ = ["watch"]  # a fixture


def wordless(house: House) -> Post:
    """A post whose picture was just fetched."""
    Watch.objects.update(captioner="staged")
    ready(house)
    assert compose_ready() == 1
    return read(Post.objects.get())


def read(post: Post) -> Post:
    """As a worker reads it."""
    return Post.objects.select_related("owner", "file", "watch__prompt_template").get(pk=post.pk)


def test_the_second_answer_of_two_captioners_is_dropped_and_its_cost_noted(house: House, watch: Watch) -> None:
    post = wordless(house)
    sleeper = held(read(post))
    sleep_through_the_lease(house)
    describe(held(read(post)))
    describe(sleeper)
    assert Suggestion.objects.count() == 1
    assert set(AiCall.objects.values_list("outcome", flat=True)) == {"words", "late"}


def test_a_model_that_never_answers_in_full_is_asked_three_times_and_then_a_person(house: House, watch: Watch) -> None:
    """Each call may have cost money."""

    def silence() -> None:
        EVENTS["described"] = silence
        raise Unanswered(Said(words="The model was asked and gave no complete answer."))

    EVENTS["described"] = silence
    post = wordless(house)
    for asked in range(1, 7):
        describe(held(read(post)))
        assert AiCall.objects.filter(outcome="unanswered").count() == asked
        given_up = read(post).wants_words == Post.Words.PERSON
        assert given_up == (asked % 3 == 0)
        if given_up:
            write_again(read(post), by=Caller.of(house.owner))
        house.later(200)


def test_a_picture_that_the_machine_could_not_read_just_now_is_described_later_and_not_for_ever(
    house: House, watch: Watch
) -> None:
    """The sentence says "we try it again": so we do."""

    def short_of_memory() -> None:
        EVENTS["described"] = short_of_memory
        raise BadPicture(ShortOfMemory(name="a.jpg"), may_pass=True)

    post = wordless(house)
    for tries in range(1, MOST_TRIES + 1):
        EVENTS["described"] = short_of_memory
        describe(held(read(post)))
        assert (read(post).wants_words, read(post).tries) == (Post.Words.CAPTIONER, tries)
        house.later(5000)
    describe(held(read(post)))
    assert (read(post).wants_words, read(post).wordless_because) == (
        Post.Words.PERSON,
        UnreadForAnHour(name=read(post).items.get().asset.name),
    )
    EVENTS.clear()
    write_again(read(post), by=Caller.of(house.owner))
    describe(held(read(post)))
    assert Suggestion.objects.get().turn == 2


@pytest.mark.parametrize("moment", ["before", "while"])
def test_a_watch_that_is_removed_while_its_picture_is_described_ends_without_a_post(
    house: House, watch: Watch, moment: str
) -> None:
    post = held(wordless(house))
    if moment == "before":
        watch_service.remove(Watch.objects.get(), by=TERMINAL)
    else:
        EVENTS["described"] = lambda: watch_service.remove(Watch.objects.get(), by=TERMINAL)
    describe(post)
    house.round()
    assert read(post).state == Post.State.DISCARDED
    assert house.box.feed() == []


def test_an_owner_who_is_deleted_while_his_picture_is_described_stops_nobody(house: House, watch: Watch) -> None:
    post = held(wordless(house))
    EVENTS["described"] = lambda: house.owner.delete()
    describe(post)
    assert (FoundFile.objects.count(), Post.objects.count(), Suggestion.objects.count()) == (0, 0, 0)


def test_one_that_vanishes_from_the_spool_is_fetched_again(house: House, watch: Watch) -> None:
    post = wordless(house)
    asset = post.assets.get()
    for file in files(asset.pk):
        file.unlink()
    describe(held(read(post)))
    assert Suggestion.objects.count() == 1
    assert original(asset).exists()


def test_a_draft_that_is_written_again_keeps_its_words_when_its_watch_is_removed(house: House, watch: Watch) -> None:
    Watch.objects.update(approval=Watch.Approval.ASK)
    describe(held(wordless(house)))
    write_again(read(Post.objects.get()), by=Caller.of(house.owner))
    watch_service.remove(Watch.objects.get(), by=TERMINAL)
    post = Post.objects.get()
    assert (post.state, post.wants_words, post.text) == (Post.State.DRAFT, Post.Words.THERE, "Bread.")
    with pytest.raises(NotPossible):
        write_again(post, by=Caller.of(house.owner))


def test_where_no_other_words_come_the_draft_keeps_its_own_and_says_why(house: House, watch: Watch) -> None:
    def refuse() -> None:
        raise Refused(Said(words="The model does not take this picture."))

    Watch.objects.update(approval=Watch.Approval.ASK)
    describe(held(wordless(house)))
    write_again(read(Post.objects.get()), by=Caller.of(house.owner))
    EVENTS["described"] = refuse
    describe(held(read(Post.objects.get())))
    post = Post.objects.get()
    assert (post.wants_words, post.text, "does not take" in post.waits_because) == (Post.Words.THERE, "Bread.", True)
    assert approve(post, by=Caller.of(house.owner))
