"""The one door without a login: a picture for the platform that was given its address."""

from __future__ import annotations

import re
from io import SEEK_CUR, SEEK_END, SEEK_SET, BytesIO
from typing import BinaryIO, cast

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from media import blobs
from poster.errors import Unavailable
from publishing.models import Delivery
from publishing.public_pictures import addresses
from publishing.public_pictures.reachability import PIXEL

MIME = "image/jpeg"
HEADERS = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
# No picture has so many bytes that it takes more digits; what is no range is ignored, and the whole is sent.
RANGE = re.compile(r"bytes=(?:0*(\d{1,18})-0*(\d{0,18})|-0*(\d{1,18}))", re.ASCII)


@login_not_required
@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """The bytes behind a signed address. Answers HEAD and ranges: Meta asks for both (error 2207077).

    Bytes that are not here are made again when the delivery goes on: that is said as "not at the moment" (503).

    It goes out as a file, whole or in part, which the server reads as fast as the other side does: it is in memory
    nowhere.
    """
    try:
        file = BytesIO(PIXEL) if addresses.is_probe(token) else _opened(token)
    except Unavailable:
        return HttpResponse(status=503, headers={"Retry-After": "60", "X-Robots-Tag": "noindex"})
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    return _whole(file) if asked is None else _piece(file, asked)


def _whole(file: BinaryIO) -> FileResponse:
    response = FileResponse(file, content_type=MIME, headers=HEADERS)
    del response["Content-Disposition"]
    return response


def _piece(file: BinaryIO, asked: re.Match[str]) -> HttpResponseBase:
    length = file.seek(0, SEEK_END)
    first, last = _part(asked, length)
    if first > last:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{length}"})
    response = _whole(cast(BinaryIO, Piece(file, first, last + 1 - first)))
    response.status_code = 206
    response["Content-Range"] = f"bytes {first}-{last}/{length}"
    return response


class Piece:
    """`length` bytes of a file from `first` on, as a file: what servers send by themselves, and tell the length of."""

    def __init__(self, file: BinaryIO, first: int, length: int) -> None:
        self._file, self._first, self._length = file, first, length
        self._at = 0
        self.close = file.close

    def read(self, most: int = -1) -> bytes:
        left = self._length - self._at
        self._file.seek(self._first + self._at)
        got = self._file.read(left if most < 0 else min(most, left))
        self._at += len(got)
        return got

    def tell(self) -> int:
        return self._at

    def seek(self, by: int, whence: int = SEEK_SET) -> int:
        self._at = by + {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: self._length}[whence]
        return self._at

    def seekable(self) -> bool:
        return True


def _part(asked: re.Match[str], length: int) -> tuple[int, int]:
    """The first and the last byte wanted (RFC 9110 14.1.2); the first is behind the last when there is none."""
    if asked[3]:
        return max(length - int(asked[3]), 0) if int(asked[3]) else length, length - 1
    return int(asked[1]), min(int(asked[2] or length - 1), length - 1)


def _opened(token: str) -> BinaryIO:
    try:
        delivery, position = addresses.read(token)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Http404("No such picture.") from error
    row = Delivery.objects.unfinished().filter(pk=delivery).first()
    if row is None:
        raise Http404("No such picture.")
    blob = addresses.shown(row, position)
    return blobs.storage(blob.place).open(blob.key)
