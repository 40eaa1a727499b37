"""What a post's picture looks like, as its platform shows it: fetched, looked at in a child process, and dropped."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings

from media import images
from media.images import BadPicture
from poster.errors import OutsideError, Unavailable
from poster.http.client import Answer, Client
from publishing.reasons.sending import BytesMissing

NOT_SEEN = ("", "")


def look_at(address: str, name: str) -> tuple[str, str]:
    """(fingerprint, impression) as an Asset has them; two empty ones where it cannot be seen. `name`: for errors."""
    try:
        content = Client("", _judge, name, private=()).call("GET", address).body
    except OutsideError:
        return NOT_SEEN
    with tempfile.TemporaryDirectory(dir=settings.VAR) as folder:
        path = Path(folder) / "picture"
        path.write_bytes(content)
        try:
            picture = images.look_at(path, name)
        except BadPicture:
            return NOT_SEEN
    return picture.fingerprint, picture.impression


def _judge(_method: str, answer: Answer) -> OutsideError | None:
    return None if answer.status == 200 else Unavailable(BytesMissing())
