"""Where Meta's products tell us that somebody removed our app, or wants their data deleted. Nobody is signed in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.connections import meta_callbacks
from accounts.connections.authorization import our_address
from accounts.connections.meta_callbacks import Forged, Signed
from accounts.providers import PROVIDERS
from accounts.reasons.login_events import CallbackNotSigned
from poster.ledger.security_log import Kind, record

MOST = 16 * 1024  # bytes of a body
HOUR = 3600


@csrf_exempt
@login_not_required
@require_POST
def deletion(request: HttpRequest, provider: str) -> HttpResponse:
    """{"url", "confirmation_code"}, whether we know the person or not."""
    signed = _signed(request, provider)
    if isinstance(signed, HttpResponse):
        return signed
    receipt = meta_callbacks.delete(provider, signed)
    where = f"{our_address()}{reverse('request_status', args=[receipt.code])}"
    return JsonResponse({"url": where, "confirmation_code": receipt.code})


@csrf_exempt
@login_not_required
@require_POST
def deauthorization(request: HttpRequest, provider: str) -> HttpResponse:
    """The logins of this person end."""
    signed = _signed(request, provider)
    if isinstance(signed, HttpResponse):
        return signed
    meta_callbacks.deauthorize(provider, signed)
    return JsonResponse({"success": True})


def _signed(request: HttpRequest, provider: str) -> Signed | HttpResponse:
    """Whom it is about; or the answer for those who are not Meta, without a reason."""
    if provider not in PROVIDERS or not PROVIDERS[provider].about.tells_of_removal:
        return JsonResponse({"error": "not found"}, status=404)
    if _length(request) > MOST:
        return JsonResponse({"error": "too large"}, status=413)
    try:
        return meta_callbacks.read(provider, request.POST.get("signed_request", ""))
    except Forged:
        if cache.add(f"forged:{provider}", 1, HOUR):  # one line an hour: anybody can come here
            record(Kind.REFUSED, CallbackNotSigned(provider=PROVIDERS.label(provider)))
        return JsonResponse({"error": "refused"}, status=403)


def _length(request: HttpRequest) -> int:
    told = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else MOST + 1
