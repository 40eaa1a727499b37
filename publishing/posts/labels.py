"""What people have to be told of a post: that it was made with AI, that it is for adults.

What the install, its person, its source or the channel *always* labels, nobody below takes off. Where a platform has
no field for it, its words carry a line; where that cannot be, the place does not take the post.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Channel
from poster.reasons import Reason, Term
from publishing.models import Post
from publishing.platforms import PLATFORMS, Form, Label
from publishing.posts.text_limits import limits_of
from publishing.reasons import content as why
from watches.models import Watch


def always(post: Post, *channels: Channel) -> dict[Label, str]:
    """What is labelled whatever the post says, and who wants it so, for people."""
    sources = [(_("the source %(name)s") % {"name": watch}, watch) for watch in _watches(post)]
    orders = [
        (pgettext("always labelled, as set for", "you"), post.owner),
        *sources,
        *((str(channel), channel) for channel in channels),
    ]
    found = {Label(name): _("this install") for name in settings.ALWAYS_LABEL}
    for who, order in orders:
        for label, wanted in ((Label.AI, order.always_ai), (Label.ADULT, order.always_adult)):
            if wanted:
                found.setdefault(label, who)
    return found


def _watches(post: Post) -> QuerySet[Watch]:
    """Its own, and those that found one of its pictures."""
    brought = Q(pk=post.watch_id) | Q(files__asset__items__post=post.pk)
    return Watch.objects.filter(brought, Q(always_ai=True) | Q(always_adult=True)).distinct()


def labels_of(post: Post, *channels: Channel) -> frozenset[Label]:
    """All that holds for it in one of these."""
    own = [label for label, said in ((Label.AI, post.made_with_ai), (Label.ADULT, post.adult)) if said]
    return frozenset([*own, *always(post, *channels)])


def line(post: Post, channel: Channel, form: Form) -> str:
    """What its words end with there, as there is no field for it; "" for nothing."""
    if Label.AI not in labels_of(post, channel) or _has_field(channel, form, Label.AI):
        return ""
    return settings.AI_LINE if limits_of(channel.platform, form).text else ""


def with_line(text: str, line: str) -> str:
    """The words as they are sent. Who has written it themselves has it once."""
    if not line or line.casefold() in text.casefold():
        return text
    return f"{text.rstrip()}\n\n{line}" if text.strip() else line


def findings(post: Post, channel: Channel, form: Form) -> Iterator[Reason]:
    """What cannot be told there."""
    for label in sorted(labels_of(post, channel)):
        told = label is Label.AI and limits_of(channel.platform, form).text
        if not told and not _has_field(channel, form, label):
            yield why.LabelNotTold(label=Term(f"label.{label.value}"))


def _has_field(channel: Channel, form: Form, label: Label) -> bool:
    return label in PLATFORMS[channel.platform].labels.get(form, frozenset())
