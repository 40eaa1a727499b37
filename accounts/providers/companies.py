"""Who is behind several services, as the privacy page names them."""

from __future__ import annotations

from poster.reasons import _

META = _("Meta Platforms (for people in Europe: Meta Platforms Ireland Ltd)")
GOOGLE = _("Google (for people in Europe: Google Ireland Ltd)")
