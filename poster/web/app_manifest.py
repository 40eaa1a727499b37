"""What a phone has to know to put the dashboard among its apps, and into its share sheet. There is no service worker.

Linked on pages of the dashboard alone, and asked for with the session, so that it is in the language of the person.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from poster.manifests import the

TARGET = "poster.share_target"  # () -> what is taken from the share sheet, and where: W3C Web Share Target
PAPER, ACCENT = "#faf9f7", "#2746c8"  # as tokens.css has them; a manifest knows one of each
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-whole.png", "512x512", "maskable"),
)


@require_safe
@login_not_required
def manifest(request: HttpRequest) -> JsonResponse:
    """W3C Web Application Manifest. It tells nothing of anybody."""
    told = {
        "id": reverse("admin:index"),
        "name": "ai-poster",
        "short_name": "ai-poster",
        "description": gettext("Your pictures, with words, on your channels."),
        "lang": get_language(),
        "start_url": reverse("admin:index"),
        "scope": "/",  # signing in and Settings stand beside the dashboard
        "display": "standalone",
        "theme_color": ACCENT,
        "background_color": PAPER,
        "icons": [
            {"src": static(f"poster/{name}"), "sizes": size, "type": "image/png", "purpose": purpose}
            for name, size, purpose in ICONS
        ],
        "share_target": the(TARGET)(),
    }
    return JsonResponse(told, content_type="application/manifest+json")
