"""A mail that nobody took was not told: it is sent again after a pause that grows, and once only."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

import pytest
from django.core import mail

from accounts.models import Notice, User
from accounts.warning import PAUSE, warn_once
from poster import clock
from tests.factories import person

pytestmark = pytest.mark.django_db
TAKES, DOWN = "django.core.mail.backends.locmem.EmailBackend", "tests.accounts.doors.NoServer"


class Time:
    ahead = 0.0

    def later(self, span: dt.timedelta) -> None:
        self.ahead += span.total_seconds() + 1


@pytest.fixture
def time_passes() -> Iterator[Time]:
    passing = Time()
    clock.use(lambda: time.time() + passing.ahead)
    yield passing
    clock.use(time.time)


def tell(owner: User) -> bool:
    return warn_once(owner, about="ends:1", subject="Connect again", words="It ends.")


@pytest.mark.parametrize("server", ["smtp://localhost", ""])
def test_a_mail_that_was_not_taken_is_tried_again_until_it_is(settings, time_passes, server) -> None:
    ann = person("Ann")
    settings.EMAIL_URL, settings.EMAIL_BACKEND = server, DOWN
    for refusals in (1, 2):
        assert (tell(ann), Notice.objects.exists()) == (False, False)
        settings.EMAIL_BACKEND = TAKES
        time_passes.later(PAUSE.after(refusals) - dt.timedelta(minutes=1))
        assert (tell(ann), mail.outbox) == (False, [])  # not every minute
        time_passes.later(dt.timedelta(minutes=1))
        settings.EMAIL_BACKEND = DOWN
    settings.EMAIL_BACKEND = TAKES
    assert (tell(ann), len(mail.outbox), Notice.objects.count()) == (True, 1, 1)
    time_passes.later(PAUSE.most)
    assert (tell(ann), len(mail.outbox)) == (False, 1)
