"""What became of the pictures of a watch, for its own page (`watches.outcomes`)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext

from publishing.models import Delivery, Post
from watches.models import Watch
from watches.outcomes import Outcome, counted


def outcomes(watch: Watch) -> Iterator[Outcome]:
    """Its posts by their state, and what is out: of a post on three channels that is three."""
    posts = reverse("admin:publishing_post_changelist")
    for state in (Post.State.DRAFT, Post.State.APPROVED, Post.State.DISCARDED):
        number = counted(Post.objects.filter(watch=watch, state=state))
        where = urlencode({"watch__id__exact": str(watch.pk), "state__exact": state})
        yield Outcome(_posts(state, number), number, f"{posts}?{where}")
    out = counted(Delivery.objects.filter(post__watch=watch, state=Delivery.State.PUBLISHED))
    where = urlencode({"post__watch__id__exact": str(watch.pk), "stage": "published"})
    label = ngettext("time published on a channel", "times published on a channel", out)
    yield Outcome(label, out, f"{reverse('admin:publishing_delivery_changelist')}?{where}")


def _posts(state: Post.State, number: int) -> str:
    if state == Post.State.DRAFT:
        return ngettext("post waiting for you or its words", "posts waiting for you or their words", number)
    if state == Post.State.APPROVED:
        return ngettext("approved post", "approved posts", number)
    return ngettext("discarded post", "discarded posts", number)
