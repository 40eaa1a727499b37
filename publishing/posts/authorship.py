"""Who or what wrote the words of a post, and what it cost: for whoever has to approve them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from publishing.models import Post
from writing.models import AiCall
from writing.names import captioner_name


@dataclass(frozen=True, slots=True)
class Authorship:
    """`captioner`: "" where a person wrote it. `changed`: by a person, since. `calls`: how often a model was asked.

    `cost`: US dollars, as far as prices are known; None where none is.
    """

    captioner: str
    model: str
    changed: bool
    calls: int
    cost: Decimal | None
    unpriced: int

    @property
    def is_free(self) -> bool:
        """Whether nothing was paid."""
        return not self.unpriced and not self.cost


def of(post: Post) -> Authorship:
    """Of the words that are in it now, and of all questions about it."""
    told = AiCall.objects.filter(subject=post.pk).aggregate(
        calls=Count("pk"), paid=Sum("cost"), unpriced=Count("pk", filter=Q(cost=None))
    )
    written = post.words_from
    return Authorship(
        captioner=captioner_name(written.captioner) if written else "",
        model=written.model if written else "",
        changed=written is not None and post.text != written.whole.strip(),
        calls=told["calls"],
        cost=told["paid"],
        unpriced=told["unpriced"],
    )
