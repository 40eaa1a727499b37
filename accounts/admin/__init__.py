"""People and their accounts in the dashboard."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django_q.models import Failure, OrmQ, Schedule, Success

from accounts.admin import (
    ai_keys,
    announcements,
    channels,
    invitations,
    logins,
    people,
    requests,
    security_log,
    sign_ups,
)

__all__ = [
    "ai_keys",
    "announcements",
    "channels",
    "invitations",
    "logins",
    "people",
    "requests",
    "security_log",
    "sign_ups",
]

# What other packages put into the admin. People are our own page, groups and permissions are not used, and the queue
# has a page where nothing can be changed.
FOREIGN: tuple[type[Model], ...] = (
    *(Group, EmailAddress, Authenticator, UserSession, SocialAccount, SocialApp, SocialToken),
    *(Schedule, Success, Failure, OrmQ),
)
for model in FOREIGN:
    if admin.site.is_registered(model):
        admin.site.unregister(model)
