"""Pictures that no person has to decide about, and that are no post yet."""

from __future__ import annotations

from django.db.models import Q

from watches.models import Asset

WITHOUT_WORDS = Q(state=Asset.State.READY, caption__isnull=True, posts__isnull=True, gone_at=None)
ARRIVING = Q(state__in=[Asset.State.FOUND, Asset.State.INCOMPLETE]) | WITHOUT_WORDS
