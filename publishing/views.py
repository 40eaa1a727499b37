"""The one door without a login: a picture for the platform that was given its address."""

from __future__ import annotations

import re
from io import SEEK_END, BytesIO
from typing import BinaryIO

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from publishing.models import Delivery
from publishing.pictures import addresses
from publishing.pictures.reaching import PIXEL
from watches import spool

MIME = "image/jpeg"
HEADERS = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
RANGE = re.compile(r"bytes=(?:(\d+)-(\d*)|-(\d+))$")


@login_not_required
@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """The bytes behind a signed address. Answers HEAD and ranges: Meta asks for both (error 2207077).

    The whole goes out as a file, which the server reads as fast as the other side does: it is in memory nowhere.
    """
    file = BytesIO(PIXEL) if addresses.is_probe(token) else _opened(token)
    asked = RANGE.match(request.headers.get("Range", ""))
    if asked is None:
        response = FileResponse(file, content_type=MIME, headers=HEADERS)
        del response["Content-Disposition"]
        return response
    with file:
        return _piece(file, asked)


def _piece(file: BinaryIO, asked: re.Match[str]) -> HttpResponse:
    length = file.seek(0, SEEK_END)
    first, last = _part(asked, length)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{length}"})
    file.seek(first)
    told = {**HEADERS, "Content-Range": f"bytes {first}-{last}/{length}"}
    return HttpResponse(file.read(last + 1 - first), status=206, content_type=MIME, headers=told)


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
    if not Delivery.objects.unfinished().filter(pk=delivery).exists():
        raise Http404("No such picture.")
    try:
        return spool.rendition(delivery, position).open("rb")
    except FileNotFoundError as error:
        raise Http404("No such picture.") from error
