"""What this app says about itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from poster.manifests import (
    GOING_OUT,
    Check,
    Manifest,
    MenuEntry,
    Owned,
    Personal,
    Removal,
    Retention,
    Round,
    Walled,
)
from publishing.models import Delivery, Post, PostAsset, Step, Variant

MANIFEST = Manifest(
    reasons="publishing.reasons",
    urls="publishing.urls",
    menu=(
        MenuEntry("Posts", "posts", "publishing.post", group=GOING_OUT, order=10, on_a_phone=True),
        MenuEntry("Deliveries", "deliveries", "publishing.delivery", group=GOING_OUT, order=20, on_a_phone=True),
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
            _("Posts: publishing, checking"),
            due="publishing.tasks.due",
            oldest="publishing.due.oldest",
            moments="publishing.due.moments",
        ),
    ),
    leased=(Post, Delivery),
    owned=(
        Owned(Post, ties=("watch", "file", "words_from")),
        Owned(Variant, by="post", ties=("channel",)),
        Owned(PostAsset, by="post", ties=("asset",)),
        Owned(Delivery, ties=("post", "channel")),
    ),
    walled=(Walled(Step, keys=(("id",), ("delivery_id", "number")), about=("delivery_id", "id")),),
    faults=("publishing.delivery.outcomes.faults",),
    checks=(
        Check("publishing.doctor.words", 16),
        Check("publishing.doctor.deliveries", 50),
        Check("publishing.doctor.graph", 80),
        Check("publishing.doctor.address", 100),
    ),
    tones={
        Post.Words.CAPTIONER: ("live", "captions"),
        Post.Words.PERSON: ("wait", "captions"),
        Post.State.DRAFT: ("wait", "clock"),
        Post.State.APPROVED: ("good", "check"),
        Post.State.DISCARDED: ("quiet", "minus"),
        Delivery.State.QUEUED: ("live", "clock"),
        Delivery.State.PREPARED: ("live", "arrow"),
        Delivery.State.PUBLISHING: ("live", "deliveries"),
        Delivery.State.ACCEPTED: ("live", "clock"),
        Delivery.State.CHECKING: ("doubt", "search"),
        Delivery.State.NEEDS_YOU: ("wait", "hand"),
        Delivery.State.BLOCKED: ("bad", "plug"),
        Delivery.State.PUBLISHED: ("good", "check"),
        Delivery.State.FAILED: ("bad", "cross"),
        Delivery.State.CANCELLED: ("quiet", "minus"),
        Delivery.State.MISSED: ("bad", "clock"),
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
        Personal("deliveries", "publishing.Delivery", ("owner",), "Each post on its way to each channel."),
        Personal(
            "restores",
            "publishing.Reconciled",
            ("channel__owner",),
            "What a channel showed when a backup was put back.",
        ),
        Personal(
            "ledger",
            "publishing.Step",
            ("delivery__owner",),
            "Every step of it: what we asked, and what they said.",
            many="lines of the ledger",
        ),
    ),
    no_table={"receipts": "Answers of platforms until the database has them: minutes."},
    removals=(
        Removal("publishing.Delivery", "publishing.posts.deletion.remove_deliveries"),
        Removal("publishing.Post"),
    ),
    retention=(
        Retention(
            "pictures",
            ngettext_lazy("%d picture", "%d pictures"),
            "The bytes of pictures, once they are published or given up; of drafts that wait, after a day",
            "publishing.retention.pictures",
            "only while they are needed",
        ),
    ),
    answers={
        "accounts.connected": "publishing.delivery.wake_ups.after_connecting",
        "poster.clock_put": "publishing.delivery.clock_repair.after_clock_put",
        "poster.icons": "publishing.platforms.icons",
        "poster.front_page": "publishing.overview.front_page",
        "accounts.ai_key_changed": "publishing.describing.wake_ups.after_ai_key",
        "watches.captioner_changed": "publishing.describing.wake_ups.after_changing",
        "watches.removing": "publishing.describing.wake_ups.forget_watch",
        "watches.one_post": "publishing.admin.writing.address",
    },
)
