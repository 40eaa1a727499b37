"""What one source says of whether something is out: our words about it, never theirs. Lines of the ledger, signed."""

from __future__ import annotations

from poster.reasons import Actor, Fact, Group, Reason, Term, _, _n
from poster.reasons.rendering import TERMS

TERMS |= {
    "source.container": _("the status of what we prepared"),
    "source.posts": _("the list of posts"),
    "source.stories": _("the list of stories"),
    "source.post": _("the post that we laid down"),
    "source.photo": _("the photo that we laid down"),
    "source.page": _("the Page"),
    "container.finished": _("ready, and not published"),
    "container.published": _("published"),
    "container.expired": _("expired, and never published"),
    "container.in_progress": _("still being worked on"),
    "container.error": _("spoilt"),
    "container.unknown": _("nothing that we know"),
}

CONTAINER, PAGE = Term("source.container"), Term("source.page")
POSTS, STORIES = Term("source.posts"), Term("source.stories")
POST, PHOTO = Term("source.post"), Term("source.photo")


class NothingLaidDown(Fact, code="publishing.nothing_laid_down"):
    text = _("Nothing was laid down, so there is nothing to ask about.")


class ContainerIs(Fact, code="publishing.container_is"):
    """What we prepared, as they call it."""

    text = _("What we prepared is: %(state)s.")
    state: Term


class WithoutWords(Fact, code="publishing.without_words"):
    text = _("A post without words cannot be told from others.")


class NoneWithWords(Fact, code="publishing.none_with_words"):
    text = _("No post with these words since we asked.")


class SeveralWithWords(Fact, code="publishing.several_with_words"):
    text = _n(
        "%(posts)d post has these words since we asked, and does not say which it is.",
        "%(posts)d posts have these words since we asked.",
        "posts",
    )
    posts: int


class OneWithWords(Fact, code="publishing.one_with_words"):
    text = _("One post has these words since we asked.")


class PostIsPublished(Fact, code="publishing.post_is_published"):
    text = _("It is published.")


class PostIsNotPublished(Fact, code="publishing.post_is_not_published"):
    text = _("It is not published.")


class PostDoesNotSay(Fact, code="publishing.post_does_not_say"):
    text = _("It does not say whether it is published.")


class PhotoNamesNone(Fact, code="publishing.photo_names_none"):
    text = _("It names no post that shows it. That alone proves nothing.")


class PhotoShownBy(Fact, code="publishing.photo_shown_by"):
    """`post`: what they call it."""

    text = _("It is shown by the post %(post)s.")
    post: str


class NoStoryShows(Fact, code="publishing.no_story_shows"):
    text = _("No story since we asked shows our photo.")


class AStoryShows(Fact, code="publishing.a_story_shows"):
    text = _("A story shows our photo.")


class NoPostShows(Fact, code="publishing.no_post_shows"):
    text = _("No post since we asked shows our photo.")


class APostShows(Fact, code="publishing.a_post_shows"):
    """`post`: what they call it."""

    text = _("The post %(post)s shows our photo.")
    post: str


# --- why a channel cannot be asked at all


class OtherWorld(Reason, code="publishing.other_world", group=Group.ACCOUNT, actor=Actor.OPERATOR):
    text = _("Practice and real accounts are never asked together.")
    fix = _("The operator starts with practice on or off, as this account needs it.")


class ListsNothing(Reason, code="publishing.lists_nothing", group=Group.OUTSIDE, actor=Actor.YOU):
    """`service`: the platform's name."""

    text = _("%(service)s lists no posts.")
    fix = _("Look there, and say what you see.")
    service: str
