"""What this app says about itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from poster.manifests import MORE, Manifest, MenuEntry, Owned, Personal, Removal, Searched
from writing.models import AiCall, Suggestion

MANIFEST = Manifest(
    reasons="writing.reasons",
    menu=(MenuEntry(_("Captions"), "captions", "writing.suggestion", group=MORE, order=50),),
    owned=(Owned(Suggestion), Owned(AiCall)),
    searched=(Searched(Suggestion, "text"),),
    personal=(
        Personal(
            "suggestions",
            "writing.Suggestion",
            ("owner",),
            _("Words that were written for your posts, with the prompt as it was sent."),
            many=_("captions"),
        ),
        Personal(
            "ai_calls",
            "writing.AiCall",
            ("owner",),
            _("Each call of an AI service: tokens, cost, seconds, its answer."),
            many=_("calls of AI services"),
        ),
    ),
    removals=(Removal("writing.Suggestion"), Removal("writing.AiCall")),
)
