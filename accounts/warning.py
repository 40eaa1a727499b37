"""Mails that a person should get once."""

from __future__ import annotations

from django.core.mail import EmailMessage
from django.db import transaction

from accounts.models import Notice, User
from accounts.posting import link, post


def warn_once(owner: User, *, about: str, subject: str, words: str) -> bool:
    """Mail `words` to `owner`, unless he was told `about` this before. Returns whether it was sent now."""
    with transaction.atomic():
        _, new = Notice.objects.get_or_create(owner=owner, about=about[:100])
    if new:
        post(EmailMessage(subject, f"{words}\n\nThe dashboard: {link('admin:index')}", to=[owner.email]))
    return new
