"""Files that no person has to decide about, and that are no post with words yet."""

from __future__ import annotations

from django.db.models import Q

from watches.models import FoundFile

WITHOUT_WORDS = Q(state=FoundFile.State.TAKEN, gone_at=None) & (
    Q(post=None) | Q(post__state="draft", post__wants_words="captioner")
)
ARRIVING = Q(state__in=FoundFile.State.coming()) | WITHOUT_WORDS
