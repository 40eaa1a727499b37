"""Links that approve one post: whoever holds one sees that post alone, and may say yes or no to it, once.

A GET changes nothing, so that a scanner of mails may open it. A link ends after 48 hours, when it was used, when the
post was decided otherwise, with a new password, and when its person signs out everywhere.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import notices
from accounts.mailer import link
from accounts.models import User
from poster import clock
from poster.permissions import Caller, Door, NotPossible, Scope
from poster.retention import BATCH
from publishing.models import ApprovalLink, Delivery, Post
from publishing.posts import approval_undo, approving
from publishing.reasons.posts import LinkOver

VALID = dt.timedelta(hours=48)
SIGNER = Signer(salt="publishing.approval.links", sep=".")
SCOPES = frozenset({Scope.DRAFT, Scope.PUBLISH})


def may_use(person: User) -> bool:
    """Whether mails to them hold links: as they wish; where they said nothing, without a second factor."""
    if person.approve_by_link is not None:
        return person.approve_by_link
    return not Authenticator.objects.filter(user=person).exists()


def make(person: User, post: Post) -> ApprovalLink | None:
    """One for this post, as it is now; None when they have been told of it already."""
    made = {"revision": post.revision, "proof": _proof(person), "until": clock.now() + VALID}
    row, new = ApprovalLink.objects.get_or_create(owner=person, post=post, defaults=made)
    return row if new else None


def address(row: ApprovalLink) -> str:
    """As it stands in a mail."""
    return link("approve_by_link", SIGNER.sign(row.pk.hex))


def about(key: UUID) -> str:
    """What the notice is about whose first link this is."""
    return f"approve:{key}"


def opened(token: str) -> ApprovalLink:
    """The link that this belongs to, with its post. Raises NotPossible when it opens nothing (any more)."""
    try:
        key = UUID(SIGNER.unsign(token))
    except (BadSignature, ValueError):
        raise NotPossible(LinkOver()) from None
    row = ApprovalLink.objects.select_related("owner", "post").filter(pk=key, until__gt=clock.now()).first()
    if row is None or not row.owner.is_active or not constant_time_compare(row.proof, _proof(row.owner)):
        raise NotPossible(LinkOver())
    return row


def caller(row: ApprovalLink) -> Caller:
    """Who comes by it: its person, at that door."""
    return Caller(row.owner, Door.LINK, SCOPES)


def approve(row: ApprovalLink, *, revision: int) -> list[Delivery]:
    """Their yes to what the page showed (`revision`). Raises NotPossible, also when the link was used meanwhile."""
    with transaction.atomic():
        _use(row)
        return approving.approve(row.post, by=caller(row), undoable=True, revision=revision)


def discard(row: ApprovalLink) -> None:
    """Their no. Raises NotPossible as `approve` does."""
    with transaction.atomic():
        _use(row)
        approving.discard(row.post, by=caller(row))


def undo(row: ApprovalLink) -> list[Delivery]:
    """What they said by this link is taken back, and the link is good again. Raises NotPossible when it is too late."""
    with transaction.atomic():
        if not ApprovalLink.objects.filter(pk=row.pk, used_at__isnull=False).update(used_at=None):
            raise NotPossible(LinkOver())
        return approval_undo.undo(row.post, by=caller(row))


def end_all(person: UUID) -> int:
    """They ended sessions of theirs: links end along. How many."""
    return ApprovalLink.objects.filter(owner=person, until__gt=clock.now()).update(until=clock.now())


def forget() -> int:
    """Those that were over long ago (`Manifest.retention`); of posts that still wait, nobody is told twice."""
    old = ApprovalLink.objects.filter(until__lt=clock.now() - VALID).exclude(post__state=Post.State.DRAFT)
    gone = 0
    while keys := list(old.values_list("pk", flat=True)[:BATCH]):
        notices.forget(map(about, keys))
        gone += ApprovalLink.objects.filter(pk__in=keys).delete()[0]
    return gone


def _use(row: ApprovalLink) -> None:
    if not ApprovalLink.objects.filter(pk=row.pk, used_at=None).update(used_at=clock.now()):
        raise NotPossible(LinkOver())


def _proof(person: User) -> str:
    return salted_hmac("publishing.approval.links", person.password, algorithm="sha256").hexdigest()
