"""What this app says about itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from poster.manifests import COMING_IN, SET_UP, Check, Manifest, MenuEntry, Owned, Personal, Removal, Round
from watches.models import Asset, Caption, PromptTemplate, Stream, Watch

MANIFEST = Manifest(
    urls="watches.urls",
    menu=(
        MenuEntry("Watches", "watches", "watches.watch", group=COMING_IN, order=10),
        MenuEntry("Pictures", "pictures", "watches.asset", group=COMING_IN, order=20, on_a_phone=True),
        MenuEntry("Captions", "captions", "watches.caption", group=COMING_IN, order=30),
        MenuEntry("Prompt templates", "prompts", "watches.prompttemplate", group=SET_UP, order=30),
    ),
    rounds=(
        Round(
            "watches.tasks.round",
            _("Watches: looking, fetching, writing"),
            due="watches.tasks.due",
            oldest="watches.due.oldest",
            moments="watches.due.moments",
        ),
    ),
    leased=(Stream, Asset),
    owned=(
        Owned(PromptTemplate),
        Owned(Stream, ties=("credential",)),
        Owned(Watch, ties=("stream", "prompt_template", "channels")),
        Owned(Asset, ties=("watch",)),
        Owned(Caption, by="asset"),
    ),
    checks=(
        Check("watches.doctor.held", 15),
        Check("watches.doctor.watches", 60),
        Check("watches.doctor.captioners", 90),
    ),
    tones={
        Asset.State.FOUND: ("live", "clock"),
        Asset.State.INCOMPLETE: ("doubt", "clock"),
        Asset.State.READY: ("good", "check"),
        Asset.State.RECORDED: ("quiet", "minus"),
        Asset.State.HELD: ("wait", "hand"),
        Asset.State.WORDLESS: ("wait", "captions"),
        Asset.State.DUPLICATE: ("quiet", "pictures"),
        Asset.State.SKIPPED: ("bad", "cross"),
        Asset.State.ASIDE: ("quiet", "minus"),
        Asset.State.GONE: ("quiet", "trash"),
        Watch.State.ACTIVE: ("good", "check"),
        Watch.State.PAUSED: ("quiet", "pause"),
        Watch.State.BROKEN: ("bad", "hand"),
    },
    personal=(
        Personal("templates", "watches.PromptTemplate", ("owner",), "Your prompt templates."),
        Personal(
            "streams",
            "watches.Stream",
            ("owner",),
            "The accounts and folders that your watches look into.",
            frozenset({"cursor"}),
        ),
        Personal("watches", "watches.Watch", ("owner",), "Your standing orders."),
        Personal("pictures", "watches.Asset", ("owner",), "Pictures that were seen: name, size, source."),
        Personal(
            "captions",
            "watches.Caption",
            ("asset__owner",),
            "Words that were written, with the prompt as it was sent.",
        ),
        Personal(
            "caption_calls",
            "watches.CaptionCall",
            ("owner",),
            "Each call of an AI service: tokens, cost, seconds, its answer.",
        ),
    ),
    removals=(
        Removal("watches.Asset", "watches.deletion.remove_assets"),
        Removal("watches.Watch"),
        Removal("watches.Stream"),
        Removal("watches.PromptTemplate"),
    ),
    answers={
        "accounts.connected": "watches.wake_ups.after_connecting",
        "accounts.ai_key_changed": "watches.wake_ups.after_ai_key",
        "accounts.try_ai_key": "watches.model_checks.try_key",
        "poster.clock_put": "watches.clock_repair.after_clock_put",
        "operations.work_now": "watches.due.look_now",
    },
)
