"""What a request may bring along: little, and at one address the pictures that a phone shares."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings as ours
from django.urls import reverse

from media.models import Asset
from media.sharing import MOST_TOGETHER
from operations import web_server
from operations.shared_bodies import AT_ONCE
from tests import factories, pictures
from tests.operations.served import PATIENCE, Web, serve
from tests.security.conftest import signed_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SHARE, NEW, SETTINGS = (reverse(name) for name in ("admin:share", "admin:publishing_post_add", "my_account"))
MB = 2**20
HASTY = web_server.Limits(request=1.0)


@pytest.fixture
def web(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Web]:
    settings.SPOOL, settings.VAR = tmp_path / "spool", tmp_path
    with serve(web_server.Limits()) as running:
        yield running


@pytest.fixture
def cookies(transactional_db: None) -> dict[str, str]:
    """Ann's session."""
    client = signed_in(factories.person("Ann"))
    return {ours.SESSION_COOKIE_NAME: client.cookies[ours.SESSION_COOKIE_NAME].value}


def head(path: str, size: int) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n\r\n".encode()


def answered(door: socket.socket) -> int:
    """The status; 0: thrown out."""
    try:
        told = door.recv(4096)
    except ConnectionError:
        return 0
    return int(told.split(b" ")[1]) if told else 0


def sent(web: Web, path: str, size: int) -> int:
    """What comes of a body of nothing."""
    with web.door(head(path, size)) as door:
        try:
            for _ in range(0, size, MB):
                door.sendall(bytes(MB))
        except ConnectionError:
            pass
        return answered(door)


def test_large_pictures_come_through_one_address(web: Web, cookies: dict[str, str], tmp_path: Path) -> None:
    photo = pictures.photo(tmp_path / "large.png", 1200, 900, compress_level=0)
    assert photo.stat().st_size > 3 * MB
    with photo.open("rb") as file:
        files = [("pictures", ("large.png", file, "image/png"))]
        told = requests.post(web.root + SHARE, files=files, cookies=cookies, allow_redirects=False, timeout=PATIENCE)
    assert (told.status_code, told.headers["Location"]) == (302, NEW)
    assert Asset.objects.get().width == 1200
    assert not any((tmp_path / "scratch").iterdir())


def test_at_every_other_address_two_megabytes_are_the_most(web: Web) -> None:
    assert sent(web, SETTINGS, 3 * MB) == 413
    assert sent(web, SHARE + "more/", 3 * MB) == 413
    assert sent(web, SHARE, 3 * MB) == 302  # to sign in


def test_what_is_more_than_may_come_is_read_and_kept_nowhere(web: Web, tmp_path: Path) -> None:
    assert sent(web, SHARE, MOST_TOGETHER + MB) == 302
    assert (web.seen["CONTENT_LENGTH"], web.seen["HTTP_BODY_LEFT_OUT"]) == ("0", "too much")


def test_a_few_come_at_a_time_and_their_places_are_free_again(web: Web) -> None:
    with ExitStack() as under_way:
        doors = [under_way.enter_context(web.door(head(SHARE, 3 * MB) + bytes(MB))) for _ in range(AT_ONCE)]
        told = []
        while "busy" not in told:  # their heads are read in their order, and a moment after they were sent
            assert sent(web, SHARE, 3 * MB) == 302
            told.append(web.seen.get("HTTP_BODY_LEFT_OUT", ""))
        for door in doors:
            door.sendall(bytes(2 * MB))
            assert answered(door) == 302
    assert sent(web, SHARE, 3 * MB) == 302
    assert "HTTP_BODY_LEFT_OUT" not in web.seen


def test_who_goes_on_has_the_time_for_it_and_who_does_not_is_thrown_out(web: Web) -> None:
    large = head(SHARE, 3 * MB)
    with serve(HASTY) as hasty, hasty.door(large) as idle, hasty.door(large + bytes(MB)) as steady:
        assert answered(idle) == 0
        steady.sendall(bytes(2 * MB))
        assert answered(steady) == 302
