"""What this app says about itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from poster.manifests import (
    FIRST,
    MORE,
    Check,
    Manifest,
    MenuEntry,
    Owned,
    Page,
    Personal,
    Removal,
    Retention,
    Round,
    Searched,
)
from publishing.models import ApprovalLink, Delivery, Post, PostAsset, PostTag, Series, Slot, Tag, Variant

MANIFEST = Manifest(
    reasons="publishing.reasons",
    urls="publishing.urls",
    menu=(
        MenuEntry(_("Posts"), "posts", "publishing.post", group=FIRST, order=20, on_a_phone=True),
        MenuEntry(_("Calendar"), "calendar", "calendar", group=FIRST, order=30, on_a_phone=True),
        MenuEntry(_("Deliveries"), "deliveries", "publishing.delivery", group=MORE, order=10),
        MenuEntry(_("Repeated posts"), "refresh", "publishing.series", group=MORE, order=20),
        MenuEntry(_("Posting times"), "clock", "publishing.slot", group=MORE, order=30),
    ),
    pages=(
        Page("calendar", "calendar/", "publishing.admin.calendar.calendar"),
        Page("steps_away", "first-steps/away/", "publishing.overview.put_steps_away"),
        Page("review", "review/", "publishing.admin.review.begin"),
        Page("review_post", "review/<uuid:pk>/", "publishing.admin.review.one"),
        Page("post_words", "review/<uuid:pk>/writing/", "publishing.admin.review.progress"),
        Page("calendar_move", "calendar/<uuid:pk>/move/", "publishing.admin.calendar.move"),
    ),
    rounds=(
        Round(
            "publishing.describing.tasks.round",
            _("Posts: composing, writing words"),
            due="publishing.describing.tasks.due",
            oldest="publishing.describing.due.oldest",
            moments="publishing.describing.due.moments",
        ),
        Round(
            "publishing.tasks.round",
            _("Posts: repeating, files taken away, pictures no longer needed"),
            order=100,
            due="publishing.tasks.due",
            moments="publishing.tasks.moments",
        ),
    ),
    leased=(Post,),
    searched=(Searched(Post, "text"), Searched(Delivery, "text", by="outgoing_ptr")),
    owned=(
        Owned(Post, ties=("watch", "file", "words_from", "series")),
        Owned(Variant, by="post", ties=("channel",)),
        Owned(PostAsset, by="post", ties=("asset",)),
        Owned(Tag),
        Owned(ApprovalLink, ties=("post",)),
        Owned(Series, ties=("post",)),
        Owned(Slot, ties=("channel",)),
        Owned(PostTag, by="post", ties=("tag",)),
        Owned(Delivery, by="outgoing_ptr", ties=("post",)),
    ),
    kinds=("publishing.kind.PostKind",),
    faults=("publishing.delivery.post_outcomes.faults",),
    checks=(
        Check("publishing.doctor.words", 16),
        Check("publishing.doctor.graph", 80),
        Check("publishing.doctor.address", 100),
    ),
    tones={
        Post.Words.CAPTIONER: ("live", "captions"),
        Post.Words.PERSON: ("wait", "captions"),
        Post.State.DRAFT: ("wait", "clock"),
        Post.State.APPROVED: ("good", "check"),
        Post.State.DISCARDED: ("quiet", "minus"),
        Series.State.REPEATING: ("live", "refresh"),
        Series.State.ENDED: ("quiet", "minus"),
    },
    personal=(
        Personal("posts", "publishing.Post", ("owner",), "Your posts."),
        Personal(
            "post_pictures",
            "publishing.PostAsset",
            ("post__owner",),
            "Which picture is in which post, and its alt text.",
        ),
        Personal(
            "post_places",
            "publishing.Variant",
            ("post__owner",),
            "Which channels a post is for, and where in them.",
        ),
        Personal("series", "publishing.Series", ("owner",), "Which posts are repeated, when, and until when."),
        Personal("slots", "publishing.Slot", ("owner",), "The times of a week at which your channels are posted to."),
        Personal(
            "approval_links",
            "publishing.ApprovalLink",
            ("owner",),
            "Which posts you were mailed about, and when you used the link; for four days.",
            frozenset({"proof"}),
        ),
        Personal("tags", "publishing.Tag", ("owner",), "Words by which you find your posts again."),
        Personal("post_tags", "publishing.PostTag", ("post__owner",), "Which post has which of them."),
        Personal("deliveries", "publishing.Delivery", ("owner",), "Each post on its way to each channel."),
        Personal(
            "restores",
            "publishing.Reconciled",
            ("channel__owner",),
            "What a channel showed when a backup was put back.",
        ),
    ),
    removals=(
        Removal("publishing.Delivery", "publishing.posts.deletion.remove_deliveries"),
        Removal("publishing.ApprovalLink"),
        Removal("publishing.Series"),
        Removal("publishing.Post"),
        Removal("publishing.Tag"),
        Removal("publishing.Slot"),
    ),
    in_the_cache={
        "month_strip": "How many posts went out on which day, for minutes.",
        "weekly": "Whose week was looked at in this hour.",
        "link_pages": "How often a mailed link was opened from an address: times.",
    },
    retention=(
        Retention(
            "approval_links",
            ngettext_lazy("%d approval link", "%d approval links"),
            "Links that were mailed to approve a post",
            "publishing.approval.links.forget",
            "two days after they end; of a post that still waits, as long as it waits",
        ),
        Retention(
            "pictures",
            ngettext_lazy("%d picture", "%d pictures"),
            "The bytes of pictures, once they are published or given up; of drafts that wait, after a day",
            "publishing.retention.pictures",
            "only while they are needed",
        ),
    ),
    answers={
        "accounts.connected": "publishing.describing.wake_ups.after_connecting",
        "poster.clock_put": "publishing.clock_repair.after_clock_put",
        "accounts.signed_out": "publishing.approval.links.end_all",
        "media.shown": "publishing.delivery.channel_pictures.show",
        "media.used_in": "publishing.posts.uses.of",
        "media.new_post": "publishing.admin.writing.address",
        "poster.icons": "publishing.platforms.icons",
        "poster.front_page": "publishing.overview.front_page",
        "accounts.ai_key_changed": "publishing.describing.wake_ups.after_ai_key",
        "watches.captioner_changed": "publishing.describing.wake_ups.after_changing",
        "watches.removing": "publishing.describing.wake_ups.forget_watch",
    },
)
