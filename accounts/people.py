"""The people of this install."""

from __future__ import annotations

import secrets

from django.conf import settings

from accounts.models import User


def first_operator() -> tuple[User, str] | None:
    """Make the operator's account, once: (who, password). The password is told here and never again.

    None when there is an operator already.
    """
    if User.objects.filter(is_superuser=True).exists():
        return None
    password = secrets.token_urlsafe(15)
    return User.objects.create_superuser(settings.OPERATOR_EMAIL, password), password


def operator() -> User:
    """Who looks after this install: the first operator. Raises User.DoesNotExist before there is one."""
    return User.objects.filter(is_superuser=True, is_active=True).earliest("created_at")


def is_the_only_operator(person: User) -> bool:
    """Whether nobody else could look after this install. To act on the answer, call `hold_operators` before it."""
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    return person.is_superuser and not others.exists()


def hold_operators() -> None:
    """Of two that make the number of operators smaller, one waits here. The caller is in a transaction."""
    operators = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    list(operators.select_for_update(no_key=True).values_list("pk"))
