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
from watches import spool

RANGE = re.compile(r"bytes=(\d+)-(\d*)$")


@login_not_required
@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """The bytes behind a signed address. Answers HEAD and ranges: Meta asks for both (error 2207077)."""
    path = _file(token)
    whole = path.read_bytes()
    asked = RANGE.match(request.headers.get("Range", ""))
    if asked is None:
        return _answer(whole)
    first, last = int(asked[1]), min(int(asked[2] or len(whole) - 1), len(whole) - 1)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(whole)}"})
    response = _answer(whole[first : last + 1], status=206)
    response["Content-Range"] = f"bytes {first}-{last}/{len(whole)}"
    return response


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
