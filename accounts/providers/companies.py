"""Who is behind several services, as the privacy page names them."""

from __future__ import annotations

META = "Meta Platforms (for people in Europe: Meta Platforms Ireland Ltd)"
GOOGLE = "Google (for people in Europe: Google Ireland Ltd)"
