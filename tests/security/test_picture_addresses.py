"""The address under which a platform fetches a picture (S42): opened by its signature, and by nothing else."""

from __future__ import annotations

import random
import string
import time
from pathlib import Path

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from publishing.models import Delivery
from publishing.public_pictures import addresses
from tests import factories
from tests.held import rendition, show
from tests.security.conftest import signed_in

BYTES = b"\xff\xd8\xff the bytes of a picture"
LETTERS = string.ascii_letters + string.digits + "-_:"


class Yesterday(signing.TimestampSigner):
    """Signs as it would have been signed 26 hours ago."""

    def timestamp(self) -> str:
        return signing.b62_encode(int(time.time()) - 26 * 3600)


@pytest.fixture
def waiting(db: None, settings, tmp_path: Path) -> Delivery:
    """A delivery on its way, whose picture lies ready to be fetched."""
    settings.SPOOL, settings.PUBLIC_URL = tmp_path / "spool", "https://poster.example"
    alice = factories.person("Alice")
    page = factories.channel(alice, "instagram")
    delivery = factories.delivery(factories.post(alice, page), page, "prepared")
    show(delivery, BYTES)
    return delivery


def token_of(delivery: Delivery) -> str:
    return addresses.token(delivery, 0)


def got(token: str, client: Client | None = None) -> int:
    answer = (client or Client()).get(reverse("picture", args=[token]))
    answer.getvalue()  # to its end, so that the file is closed
    return answer.status_code


def test_it_opens_with_its_signature_without_a_cookie_and_says_what_it_is(waiting: Delivery) -> None:
    response = Client().get(reverse("picture", args=[token_of(waiting)]))
    assert response.getvalue() == BYTES
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_no_guess_opens_it(waiting: Delivery) -> None:
    """Letters of the address changed in turn, and a hundred by chance."""
    whole = token_of(waiting)
    changed = [f"{whole[:at]}{'A' if letter != 'A' else 'B'}{whole[at + 1 :]}" for at, letter in enumerate(whole[:-1])][
        ::4
    ]
    lot = random.Random(42)
    guesses = ["".join(lot.choices(LETTERS, k=len(whole))) for _ in range(100)]
    assert {got(each) for each in [*changed, *guesses, str(waiting.pk), "x"]} == {404}


def test_a_signature_of_something_else_of_ours_opens_nothing(waiting: Delivery) -> None:
    for salt in ("django.core.signing", "accounts.sign_in.invitations.mailed", "account"):
        assert got(signing.dumps([str(waiting.pk), 0, waiting.fence], salt=salt)) == 404
    assert got(signing.dumps({"delivery": str(waiting.pk)}, salt=addresses.SALT)) == 404
    assert got(signing.dumps(["../../etc/passwd", 0, 0], salt=addresses.SALT)) == 404


def test_it_ends_after_a_day_and_with_the_delivery(waiting: Delivery) -> None:
    old = Yesterday(salt=addresses.SALT).sign_object([str(waiting.pk), 0, waiting.fence])
    assert got(old) == 404
    fresh = token_of(waiting)
    assert got(fresh) == 200
    Delivery.objects.update(state=Delivery.State.CANCELLED)
    assert got(fresh) == 404


def test_who_is_signed_in_has_no_other_rights_here(waiting: Delivery) -> None:
    """The address is the key: a session neither opens nor shuts it, and there is no list."""
    bob = signed_in(factories.person("Bob"))
    assert got(str(waiting.pk), bob) == 404
    assert got(token_of(waiting), bob) == 200
    for path in ("/picture/", f"/picture/{waiting.pk}/", "/spool/", "/var/"):
        assert bob.get(path).status_code == 404


@pytest.mark.parametrize("what", ["its file is away", "other bytes are in its place"])
def test_bytes_that_are_not_here_are_not_told_as_gone_and_no_others_are_shown(waiting: Delivery, what: str) -> None:
    if what == "its file is away":
        rendition(waiting).unlink()
    else:
        hold_anew(waiting)
    assert got(token_of(waiting)) == 503


def hold_anew(delivery: Delivery) -> None:
    """Made anew for somebody else, with other bytes than this delivery has laid down."""
    noted = delivery.renditions
    show(delivery, b"other bytes")
    Delivery.objects.update(renditions=noted)
