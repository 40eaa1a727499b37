"""A post that a person writes, and a draft that they change: each edit is a revision."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from poster.permissions import Caller, NotPossible, Scope, require_owner, require_self
from publishing.models import Post
from publishing.posts import contents
from publishing.posts.approving import ONES_OWN_WORDS, hold_open
from publishing.posts.contents import Content
from publishing.reasons import posts as why


def write(owner: User, content: Content, *, by: Caller) -> Post:
    """A draft of this. Raises NotPossible with what is wrong, also with what one of the places does not take."""
    require_self(owner, by, Scope.DRAFT)
    if not content.places:
        raise NotPossible(why.NoPlaceChosen())
    with transaction.atomic():
        post = Post.objects.create(owner=owner, **content.columns)
        contents.put(post, content)
    return post


def edit(post: Post, content: Content, *, by: Caller, revision: int | None = None) -> None:
    """The draft is this from now on. Words that are other ones are a person's: no captioner's answer replaces them.

    `revision`: the one that was changed; None: the one in our hands. Raises NotPossible when it is not the last, for
    what is no draft, and with what one of the places does not take.
    """
    require_owner(post, by, Scope.DRAFT)
    if post.state != Post.State.DRAFT:
        raise NotPossible(why.NoDraft())
    columns = content.columns
    with transaction.atomic():
        hold_open(post, post.revision if revision is None else revision)
        own = ONES_OWN_WORDS if columns["text"] != post.text else {}
        Post.objects.filter(pk=post.pk).update(**columns, **own)
        contents.put(post, content)
