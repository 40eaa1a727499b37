"""Words into the draft that they were written for; and out with it, when its watch posts by itself."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Case, F, TextField, Value, When

from accounts.models import Channel
from media.models import Asset
from poster.permissions import NotPossible
from poster.reasons import Reason
from publishing.describing.doubts import why_it_waits
from publishing.models import Post
from publishing.posts.approving import approve_by_watch
from publishing.posts.writers import Writer, is_own
from watches.models import Watch
from writing.models import Suggestion


def adopt(post: Post, watch: Writer, suggestion: Suggestion) -> bool:
    """Keep the words, and take them into the draft; False when somebody decided, typed or asked anew meanwhile.

    Raises IntegrityError when its question was answered already.
    """
    channels = list(post.channels.filter(owner_id=post.owner_id).select_related("credential"))
    assets = list(Asset.objects.filter(posts=post.pk))
    # Before the transaction, as it may read long. Whoever comes in between meets this one at the gate.
    hold = why_it_waits(suggestion.whole, channels, suggestion.holds, assets)
    with transaction.atomic():
        if not Post.objects.select_for_update(no_key=True).filter(pk=post.pk).values_list("pk").first():
            return False  # it was deleted, and nothing is kept of it
        suggestion.save(force_insert=True)
        adopted = _swap(post, suggestion, hold)
        if adopted:
            _go_on(post, watch, channels)
    return adopted


def _swap(post: Post, suggestion: Suggestion, hold: Reason | None) -> bool:
    """The question decides, and no lease: of two workers that asked it, the first that is answered is heard."""
    asked = Post.objects.filter(
        pk=post.pk, turn=suggestion.turn, state=Post.State.DRAFT, wants_words=Post.Words.CAPTIONER
    )
    swapped = asked.update(
        text=suggestion.whole,
        words_before=F("text"),
        words_before_from=F("words_from"),
        words_from=suggestion,
        revision=F("revision") + 1,
        wants_words=Post.Words.THERE,
        tries=0,
        deaths=0,
        leased_until=None,
        fence=F("fence") + 1,
        **Post.wordless_because.columns(None),
        **_unless_held(hold),
    )
    items = post.items.filter(alt_text="") if is_own(post) else post.items.all()  # what a person typed stays
    for item in items if swapped else ():
        post.items.filter(pk=item.pk).update(alt_text=suggestion.alt_texts.get(str(item.asset_id), item.alt_text))
    return bool(swapped)


def _unless_held(hold: Reason | None) -> dict[str, Case]:
    """What made it wait before still does."""
    columns = Post.hold.columns(hold)
    return {
        name: Case(When(hold_code="", then=Value(told)), default=F(name), output_field=TextField())
        for name, told in columns.items()
    }


def _go_on(post: Post, watch: Writer, channels: list[Channel]) -> None:
    """The owner's standing order says yes, where nothing speaks against it."""
    post.refresh_from_db()
    if watch.approval != Watch.Approval.AUTO or post.hold or not channels:
        return
    try:
        with transaction.atomic():
            approve_by_watch(post)
    except NotPossible as error:  # its channels were switched off this moment
        Post.objects.filter(pk=post.pk).update(**Post.hold.columns(error.reason))
