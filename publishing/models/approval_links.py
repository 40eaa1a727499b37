"""A link in a mail by which one person approves one post, without signing in."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from poster.models import Row
from publishing.models.posts import Post


class ApprovalLink(Row):
    """One person, one post, once (`publishing.approval.links`). What is in the mail follows from our secret.

    `revision`: as the mail shows it. `proof`: of the password that they had then; with another one it opens nothing.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="approval_links")
    post = models.ForeignKey(Post, models.CASCADE, related_name="approval_links")
    revision = models.PositiveIntegerField()
    proof = models.CharField(max_length=64)
    until = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["owner", "post"], name="approval_link_once")]

    def __str__(self) -> str:
        return f"{self.post_id}"
