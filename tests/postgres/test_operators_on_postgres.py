"""An install never loses its last operator, also when two of them are at it at the very same moment."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from accounts.models import User
from tests.accounts.doors import confirm, inside, quick_door, somebody  # noqa: F401 - a fixture
from tests.postgres.meeting import meeting
from tests.whole.servers import Postgres


def test_two_operators_that_demote_each_other_do_not_both_succeed(on_postgres: Postgres) -> None:
    olga, oskar = somebody("Olga", operator=True), somebody("Oskar", operator=True)

    def demote(me: User, other: User) -> Callable[[], int]:
        browser = inside(me)
        confirm(browser)
        wish = {"email": other.email, "name": other.name, "is_active": "on"}
        return lambda: browser.post(reverse("admin:accounts_user_change", args=[other.pk]), wish).status_code

    assert meeting(on_postgres, demote(olga, oskar), demote(oskar, olga)) == [302, 200]
    assert User.objects.get(is_superuser=True, is_active=True) == olga
