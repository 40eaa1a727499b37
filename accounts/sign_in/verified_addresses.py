"""Which e-mail addresses count as verified."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User


def vouch(person: User) -> None:
    """This person's address is theirs: the operator wrote it down, or a mailed link was opened."""
    address = person.email.lower()
    with transaction.atomic():
        EmailAddress.objects.filter(user=person).exclude(email=address).delete()
        EmailAddress.objects.update_or_create(user=person, email=address, defaults={"verified": True, "primary": True})


def vouch_for_the_operators_own(person: User) -> None:
    """An account without any address on record was made by the operator, here or with a command."""
    if not EmailAddress.objects.filter(user=person).exists():
        vouch(person)


def is_verified(person: User) -> bool:
    """Whether the address of this account is known to be this person's."""
    vouch_for_the_operators_own(person)
    return bool(EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True).exists())


def is_in_doubt(person: User) -> bool:
    """Somebody said that this address is not theirs (`not_me`), and the operator has written down no other yet.

    A new person's address is not verified either; but they have a password.
    """
    return not person.has_usable_password() and not is_verified(person)
