"""What this app says about itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from poster.manifests import FIRST, MORE, Check, Manifest, MenuEntry, Owned, Page, Personal, Removal, Round, Searched
from watches.models import FoundFile, PromptTemplate, SourceCursor, Watch

MANIFEST = Manifest(
    menu=(
        MenuEntry(_("Sources"), "folder", "watches.watch", group=FIRST, order=50),
        MenuEntry(_("Found pictures"), "watches", "watches.foundfile", group=MORE, order=40),
        MenuEntry(_("Prompt templates"), "pencil", "watches.prompttemplate", group=MORE, order=60),
    ),
    pages=(Page("source_picture", "watches/picture/", "watches.new_source.picture"),),
    rounds=(
        Round(
            "watches.tasks.round",
            _("Sources: looking, fetching"),
            due="watches.tasks.due",
            oldest="watches.due.oldest",
            moments="watches.due.moments",
        ),
    ),
    reasons="watches.reasons",
    leased=(SourceCursor, FoundFile),
    searched=(Searched(FoundFile, "name"),),
    owned=(
        Owned(PromptTemplate),
        Owned(SourceCursor, ties=("credential",)),
        Owned(Watch, ties=("stream", "prompt_template", "channels")),
        Owned(FoundFile, ties=("watch", "asset")),
    ),
    checks=(
        Check("watches.doctor.held", 15),
        Check("watches.doctor.watches", 60),
        Check("watches.doctor.captioners", 90),
    ),
    tones={
        FoundFile.State.FOUND: ("live", "clock"),
        FoundFile.State.INCOMPLETE: ("doubt", "clock"),
        FoundFile.State.TAKEN: ("good", "check"),
        FoundFile.State.RECORDED: ("quiet", "minus"),
        FoundFile.State.HELD: ("wait", "hand"),
        FoundFile.State.DUPLICATE: ("quiet", "pictures"),
        FoundFile.State.SKIPPED: ("bad", "cross"),
        FoundFile.State.ASIDE: ("quiet", "minus"),
        FoundFile.State.GONE: ("quiet", "trash"),
        Watch.State.ACTIVE: ("good", "check"),
        Watch.State.PAUSED: ("quiet", "pause"),
        Watch.State.BROKEN: ("bad", "hand"),
    },
    personal=(
        Personal("templates", "watches.PromptTemplate", ("owner",), _("Your prompt templates."), many=_("templates")),
        Personal(
            "source_cursors",
            "watches.SourceCursor",
            ("owner",),
            _("The accounts and folders that your sources look into."),
            frozenset({"cursor"}),
            many=_("source cursors"),
        ),
        Personal(
            "sightings",
            "watches.Sighting",
            ("stream__owner",),
            _("What is remembered of each file there."),
            many=_("sightings"),
        ),
        Personal("watches", "watches.Watch", ("owner",), _("Your standing orders."), many=_("watches")),
        Personal(
            "files",
            "watches.FoundFile",
            ("owner",),
            _("Files that your sources found: name, size, source."),
            many=_("files"),
        ),
    ),
    removals=(
        Removal("watches.FoundFile", "watches.deletion.remove_files"),
        Removal("watches.Watch"),
        Removal("watches.SourceCursor"),
        Removal("watches.PromptTemplate"),
    ),
    origins={"found": "watches.fetching.again"},
    answers={
        "media.shown": "watches.showing.show",
        "poster.icons": "watches.sources.icons",
        "accounts.connected": "watches.wake_ups.after_connecting",
        "accounts.try_ai_key": "watches.model_checks.try_key",
        "poster.clock_put": "watches.clock_repair.after_clock_put",
        "operations.work_now": "watches.due.look_now",
    },
)
