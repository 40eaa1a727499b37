"""What lies in the operator's bucket: each attempt under a name of its own, and nothing after the end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from media import buckets
from poster.errors import OutsideError, Unavailable
from publishing.models import Delivery
from publishing.public_pictures import addresses
from tests import factories
from tests.held import show

pytestmark = pytest.mark.django_db


@dataclass
class Bucket:
    """An S3 that checks no signature. `refuses`: it takes nothing."""

    lies: dict[str, bytes] = field(default_factory=dict)
    refuses: bool = False

    def read(self, url: str) -> bytes | None:
        return self.lies.get(name_of(urlsplit(url).path))


def name_of(path: str) -> str:
    return path.partition("/pictures/")[2]


@pytest.fixture
def bucket(settings) -> Iterator[Bucket]:
    made = Bucket()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not made.refuses:
                made.lies[name_of(urlsplit(self.path).path)] = body
            self.answer(503 if made.refuses else 200)

        def do_DELETE(self) -> None:
            made.lies.pop(name_of(urlsplit(self.path).path), None)
            self.answer(204)

        def answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.REMOTE_ROOT = f"http://127.0.0.1:{server.server_port}"
    settings.BUCKET_URL = "s3://key:secret@s3.example.org/pictures?region=auto"
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def delivery() -> Delivery:
    alice = factories.person("Alice")
    page = factories.channel(alice, "instagram")
    return factories.delivery(factories.post(alice, page), page, "queued")


def attempt(delivery: Delivery, body: bytes) -> str:
    """Taken by a worker that lays its picture down; where it lies then."""
    row = Delivery.objects.get(pk=delivery.pk)
    Delivery.objects.filter(pk=delivery.pk).update(leased_until=None)
    row.leased_until = None
    assert Delivery.objects.take(row)
    show(row, body)
    return addresses.address_of(row, 0)


def test_two_attempts_never_share_a_name_and_a_late_delete_takes_only_its_own(
    bucket: Bucket, delivery: Delivery
) -> None:
    first = attempt(delivery, b"first")
    slow = Delivery.objects.get(pk=delivery.pk)  # somebody is going to remove what the first laid down
    second = attempt(delivery, b"second")
    assert (bucket.read(first), bucket.read(second)) == (b"first", b"second")
    addresses.withdraw(slow)
    assert (bucket.read(first), bucket.read(second)) == (None, b"second")
    addresses.withdraw(Delivery.objects.get(pk=delivery.pk))
    assert bucket.lies == {}


def test_not_even_an_older_copy_of_the_database_uses_a_name_again(bucket: Bucket, delivery: Delivery) -> None:
    first = attempt(delivery, b"first")
    Delivery.objects.filter(pk=delivery.pk).update(fence=delivery.fence, laid=[])
    second = attempt(delivery, b"second")
    assert (bucket.read(first), bucket.read(second)) == (b"first", b"second")


def test_what_was_not_heard_to_be_taken_is_removed_all_the_same(bucket: Bucket, delivery: Delivery) -> None:
    bucket.refuses = True
    with pytest.raises(OutsideError):
        attempt(delivery, b"first")
    (name,) = Delivery.objects.get(pk=delivery.pk).laid
    bucket.lies[name] = b"it came after all"
    addresses.withdraw(Delivery.objects.get(pk=delivery.pk))
    assert bucket.lies == {}


def test_whoever_slept_through_their_lease_lays_nothing_down(bucket: Bucket, delivery: Delivery) -> None:
    sleeper = Delivery.objects.get(pk=delivery.pk)
    second = attempt(delivery, b"second")
    with pytest.raises(Unavailable):
        addresses.address_of(sleeper, 0)
    assert list(bucket.lies.values()) == [b"second"]
    assert bucket.read(second)


def test_nobody_can_guess_a_name(bucket: Bucket, delivery: Delivery) -> None:
    name = name_of(urlsplit(attempt(delivery, b"x")).path)
    assert len(name.rpartition("/")[2].partition("-")[0]) >= 32
    assert buckets.parse("s3://key:secret@s3.example.org/pictures").name == "pictures"
