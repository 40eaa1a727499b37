"""The one door without a login: a picture for the platform that was given its address."""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from publishing.models import Delivery
from publishing.pictures import addresses
from publishing.pictures.reaching import PIXEL
from watches import spool

RANGE = re.compile(r"bytes=(?:(\d+)-(\d*)|-(\d+))$")


@login_not_required
@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """The bytes behind a signed address. Answers HEAD and ranges: Meta asks for both (error 2207077)."""
    whole = PIXEL if addresses.is_probe(token) else _file(token).read_bytes()
    asked = RANGE.match(request.headers.get("Range", ""))
    if asked is None:
        return _answer(whole)
    first, last = _part(asked, len(whole))
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(whole)}"})
    response = _answer(whole[first : last + 1], status=206)
    response["Content-Range"] = f"bytes {first}-{last}/{len(whole)}"
    return response


def _part(asked: re.Match[str], length: int) -> tuple[int, int]:
    """The first and the last byte wanted (RFC 9110 14.1.2); the first is behind the last when there is none."""
    if asked[3]:
        return max(length - int(asked[3]), 0) if int(asked[3]) else length, length - 1
    return int(asked[1]), min(int(asked[2] or length - 1), length - 1)


def _file(token: str) -> Path:
    try:
        delivery, position = addresses.read(token)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Http404("No such picture.") from error
    path = spool.rendition(delivery, position)
    if not path.exists() or not Delivery.objects.unfinished().filter(pk=delivery).exists():
        raise Http404("No such picture.")
    return path


def _answer(body: bytes, status: int = 200) -> HttpResponse:
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
    return HttpResponse(body, status=status, content_type="image/jpeg", headers=headers)
