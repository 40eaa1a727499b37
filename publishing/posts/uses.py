"""Where a picture of the library is shown."""

from __future__ import annotations

from django.urls import reverse

from media.models import Asset
from publishing.models import Post

MOST = 20


def of(asset: Asset) -> list[tuple[str, str, Post]]:
    """(words, address, post) of the newest posts that have it."""
    posts = Post.objects.filter(assets=asset).order_by("-created_at")[:MOST]
    return [(str(post), reverse("admin:publishing_post_change", args=[post.pk]), post) for post in posts]
