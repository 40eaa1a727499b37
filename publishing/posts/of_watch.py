"""What became of the pictures of a watch, for its own page (`watches.outcomes`)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from outbox.states import OutgoingState
from publishing.models import Delivery, Post
from watches.models import Watch
from watches.outcomes import MOST, Outcome


def outcomes(watch: Watch) -> Iterator[Outcome]:
    """Its posts by their state, and what is out."""
    labels = {
        Post.State.DRAFT: _("posts waiting for you or their words"),
        Post.State.APPROVED: _("approved posts"),
        Post.State.DISCARDED: _("discarded posts"),
    }
    for state, label in labels.items():
        where = urlencode({"watch__id__exact": str(watch.pk), "state__exact": state})
        number = Post.objects.filter(watch=watch, state=state).order_by()[: MOST + 1].count()
        yield Outcome(label, number, f"{reverse('admin:publishing_post_changelist')}?{where}")
    out = Delivery.objects.filter(post__watch=watch, state=OutgoingState.PUBLISHED).order_by()[: MOST + 1].count()
    where = urlencode({"watch__id__exact": str(watch.pk), "state__exact": Post.State.APPROVED})
    yield Outcome(_("published, on all channels"), out, f"{reverse('admin:publishing_post_changelist')}?{where}")
