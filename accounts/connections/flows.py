"""The rows of log-ins that are under way: begun, taken away by whoever comes back with the state, held for choosing.

A flow is bound to a person, a provider and a purpose, and until its way back to a session. Taking the row away is a
compare-and-swap: of two callbacks at once, one goes on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import asdict, replace
from typing import Any, NoReturn
from uuid import UUID

from authlib.common.security import generate_token
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.connections.grants import Found
from accounts.local_time import read_by
from accounts.models import Credential, Flow, User
from accounts.notices import warn_surely
from accounts.providers import PROVIDERS, Grant, Place, Profile
from accounts.reasons.connecting import (
    BegunByAnother,
    LinkUsed,
    MixedUp,
    OtherBrowser,
    SignedOutMeanwhile,
    TookTooLong,
    TooManyBegun,
)
from accounts.reasons.login_events import FinishedAnothers, InAnothersSession, WithoutSession
from poster import clock
from poster.ledger.security_log import Kind, record
from poster.permissions import NotPossible
from poster.reasons.fields import loaded, stored
from poster.secrets.keyring import Undecryptable

LIFE = dt.timedelta(minutes=10)  # from the button to the way back
CHOICE = dt.timedelta(minutes=30)  # for choosing what becomes a channel
AT_ONCE = 20  # begun by one person and not ended
RANDOM = 43  # letters of 62: 256 bits


def start(request: HttpRequest, provider: str, credential: Credential | None = None) -> tuple[str, str]:
    """A new flow: (state, verifier), which only the browser and the sealed row know. Raises NotPossible."""
    mine = Flow.objects.filter(owner_id=request.user.pk)
    if mine.filter(created_at__gt=clock.now() - LIFE).count() >= AT_ONCE:
        raise NotPossible(TooManyBegun())
    state, verifier = generate_token(RANDOM), generate_token(64)
    Flow.objects.create(
        owner=request.user,  # type: ignore[misc]  # nobody else gets to this page
        provider=provider,
        state=_digest(state),
        session=_digest(request.session.session_key or ""),
        verifier=verifier,
        credential=credential,
    )
    return state, verifier


def take(request: HttpRequest, provider: str, state: str) -> Flow:
    """The flow that this browser may finish; its row is gone. Raises NotPossible, and tells who should know."""
    flow = Flow.objects.filter(state=_digest(state), found__isnull=True).select_related("owner", "credential").first()
    if flow is None or not Flow.objects.filter(pk=flow.pk).delete()[0]:
        raise NotPossible(LinkUsed())
    if not request.user.is_authenticated:
        record(Kind.REFUSED, WithoutSession(provider=_label(flow)), person=flow.owner_id)
        raise NotPossible(SignedOutMeanwhile())
    if flow.owner_id != request.user.pk:
        _a_stranger(request, flow)
    if flow.session != _digest(request.session.session_key or ""):
        raise NotPossible(OtherBrowser())
    if flow.provider != provider:
        raise NotPossible(MixedUp())
    if flow.created_at < clock.now() - LIFE:
        raise NotPossible(TookTooLong())
    return flow


def hold(flow: Flow, found: Found) -> Flow:
    """Keep what was found, sealed, until its owner has chosen."""
    content = asdict(replace(found, problem=None))
    content["problem"] = stored([found.problem] if found.problem else [])
    for name in ("expires_at", "ends_at"):
        moment = content["grant"][name]
        content["grant"][name] = moment.isoformat() if moment else None
    return Flow.objects.create(
        owner=flow.owner,
        provider=flow.provider,
        state=_digest(generate_token(RANDOM)),  # there is no other way back
        session=flow.session,
        credential=flow.credential,
        found=content,
    )


def held(request: HttpRequest, pk: UUID) -> Flow:
    """The flow in which this person is choosing, also in another session. Raises Flow.DoesNotExist.

    The way back was bound to its browser (`take`). What it brought is this person's own: their session may end, and
    they need not log in at the provider again.
    """
    living = Flow.objects.filter(found__isnull=False, created_at__gt=clock.now() - CHOICE)
    return living.filter(owner_id=request.user.pk).select_related("owner", "credential").get(pk=pk)


def found_in(flow: Flow) -> Found:
    """What was found. Raises NotPossible when our keys do not open it any more."""
    try:
        content: Any = flow.found
    except Undecryptable:
        raise NotPossible(TookTooLong()) from None
    grant = {
        **content["grant"],
        "scopes": tuple(content["grant"]["scopes"]),
        "expires_at": _moment(content["grant"]["expires_at"]),
        "ends_at": _moment(content["grant"]["ends_at"]),
    }
    places = [Place(**{**place, "missing": tuple(place["missing"])}) for place in content["places"]]
    problem = next(iter(loaded(content["problem"])), None)
    return Found(Grant(**grant), Profile(**content["profile"]), places, problem)


def take_away(flow: Flow) -> bool:
    """Whether it was still there; it is not any more."""
    return bool(Flow.objects.filter(pk=flow.pk).delete()[0])


def _a_stranger(request: HttpRequest, flow: Flow) -> NoReturn:
    """Somebody else's session brings the answer: a link was sent around, or two people share a browser."""
    label = _label(flow)
    record(Kind.REFUSED, InAnothersSession(provider=label), person=flow.owner_id)
    record(Kind.REFUSED, FinishedAnothers(provider=label), person=request.user.pk, request=request)
    _tell_its_owner(flow.owner, label, flow)
    raise NotPossible(BegunByAnother())


def _tell_its_owner(owner: User, label: str, flow: Flow) -> None:
    with read_by(owner):
        warn_surely(
            owner,
            about=f"stranger:{flow.pk}",
            subject=_("%(provider)s was not connected") % {"provider": label},
            words=_(
                "You began to connect %(provider)s. The answer came back in somebody else's session, so it was refused "
                "and nothing was connected. If you did not send anybody a link, change your password there and here."
            )
            % {"provider": label},
        )


def _label(flow: Flow) -> str:
    return PROVIDERS.label(flow.provider)


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
