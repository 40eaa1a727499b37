"""Connecting an account by its provider's consent page: out with the browser, and back with what it brings.

    begin    → the address of the consent page
    finish   → what the login opens, held while its owner chooses
    settle   → the account, and the chosen places as channels
    let_go   → given back, when nothing is chosen

Sources: RFC 9700 (OAuth 2.0 Security) 2.1 and 4.4, RFC 9207 (`iss`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.connections import flows
from accounts.connections.grants import Found, keep, key, living_on, look, taken
from accounts.connections.provider_apps import app_of
from accounts.connections.revocations import order_for
from accounts.models import Channel, Credential, Flow
from accounts.providers import PROVIDERS, CodeRefused, Grant, Place, RedirectRefused
from accounts.reasons import connecting
from accounts.reasons.login_events import Connected, ConnectedAgain, NotConnected
from poster.errors import OutsideError, Refused, Unauthorized
from poster.ledger.security_log import Kind, record
from poster.permissions import NotPossible
from poster.reasons import Because, Quoted, Reason
from poster.reasons.rendering import sentence

LONGEST_CODE = 2048
FEW = 20  # places that are ticked beforehand
# `error` in what the browser brings back. Sources: RFC 6749 4.1.2.1; Google "Authorization errors".
ERRORS: dict[str, type[connecting.AtTheConsentPage]] = {
    "access_denied": connecting.Declined,
    "admin_policy_enforced": connecting.AdministratorForbids,
    "policy_enforced": connecting.NoSuchApps,
    "org_internal": connecting.OneOrganisation,
    "server_error": connecting.TheirTrouble,
    "temporarily_unavailable": connecting.TheirTrouble,
    "invalid_scope": connecting.AppMayNotAsk,
}


class WrongAccount(NotPossible):
    """Somebody said yes as another account than `login`, which has to be connected again."""

    def __init__(self, reason: Reason, login: Credential) -> None:
        super().__init__(reason)
        self.login = login


def callback_address(provider: str) -> str:
    """Where this provider sends people back to, as it must be registered there."""
    return f"{our_address()}{reverse('connect_back', args=[provider])}"


def our_address() -> str:
    """The address of this install for browsers; of this machine when the operator has set none."""
    return settings.PUBLIC_URL or f"http://127.0.0.1:{settings.PORT}"


def begin(request: HttpRequest, provider: str, *, credential: Credential | None = None, again: bool = False) -> str:
    """The consent page for this person. `credential`: the account to connect again, and no other.

    Raises NotPossible when the operator has no app there, or the account is not this person's.
    """
    if credential is not None and credential.owner_id != request.user.pk:
        raise NotPossible(connecting.OwnerConnects())
    app = app_of(provider)
    if not (app.client_id and app.client_secret):
        raise NotPossible(connecting.ProviderNotSetUp(provider=PROVIDERS.label(provider)))
    state, verifier = flows.start(request, provider, credential)
    again = again or credential is not None
    return PROVIDERS[provider]().authorize_url(app, callback_address(provider), state, verifier, again=again)


def finish(request: HttpRequest, provider: str) -> Flow:
    """Take what the browser brought back, and find out what it opens. Raises NotPossible; nothing is connected then."""
    answer = request.GET
    try:
        flow = flows.take(request, provider, answer.get("state", ""))
        _consented(provider, answer)
        found = _found(provider, flow, answer)
        _same_account(flow, found)
    except NotPossible as refusal:
        if request.user.is_authenticated:
            fact = NotConnected(provider=PROVIDERS.label(provider), cause=Because(refusal.reason))
            record(Kind.REFUSED, fact, person=request.user.pk, request=request)
        raise
    return flows.hold(flow, found)


def _consented(provider: str, answer: Mapping[str, str]) -> None:
    """The person said yes, and the answer is from whom we asked."""
    name = PROVIDERS.label(provider)
    if error := answer.get("error") or answer.get("error_code"):
        said = answer.get("error_description") or answer.get("error_message") or error
        reason = ERRORS[error](name=name) if error in ERRORS else connecting.NotLetThrough(name=name, said=Quoted(said))
        raise NotPossible(reason)
    issuer = PROVIDERS[provider].issuer
    if issuer and answer.get("iss", issuer) != issuer:
        raise NotPossible(connecting.MixedUp())
    if not 0 < len(answer.get("code", "")) <= LONGEST_CODE:
        raise NotPossible(connecting.NothingBrought(name=name))


def _found(provider: str, flow: Flow, answer: Mapping[str, str]) -> Found:
    adapter = PROVIDERS[provider]()
    try:
        grant = adapter.exchange(app_of(provider), answer["code"], callback_address(provider), str(flow.verifier))
        _enough(provider, grant)
        return look(provider, grant)
    except OutsideError as error:
        raise NotPossible(_said(provider, error)) from None


def _enough(provider: str, grant: Grant) -> None:
    """Without the first scope nothing can be asked at all, not even whose login it is."""
    first = PROVIDERS[provider].scopes[0]
    if grant.scopes and first not in grant.scopes:
        words = PROVIDERS[provider].words[first]
        raise NotPossible(connecting.NotAllowed(words=str(words)))


def _said(provider: str, error: OutsideError) -> Reason:
    name = PROVIDERS.label(provider)
    if isinstance(error, RedirectRefused):
        return redirect_refused(provider)
    if isinstance(error, CodeRefused):
        return connecting.CodeUsed(name=name)
    if isinstance(error, Refused):
        return error.reason
    return connecting.NotAnswered(name=name)


def redirect_refused(provider: str) -> Reason:
    """They send people back to registered addresses alone, and compare every letter."""
    return connecting.RedirectNotRegistered(name=PROVIDERS.label(provider), address=callback_address(provider))


def _same_account(flow: Flow, found: Found) -> None:
    wanted = flow.credential
    if wanted is None or wanted.remote_id == found.profile.remote_id:
        return
    let_go(flow, found)
    raise WrongAccount(
        connecting.OtherAccount(
            found=found.profile.name, wanted=wanted.name or wanted.remote_id, provider=PROVIDERS.label(flow.provider)
        ),
        wanted,
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """A place that a login opens, as it is offered. `why`: the reason why it cannot be chosen; "" when it can."""

    key: str
    place: Place
    ticked: bool
    why: str


def offers(flow: Flow) -> list[Offer]:
    """What there is to choose."""
    places = flows.found_in(flow).places
    others, known = taken(flow.owner, places), _known(flow)
    all_of_them = len(places) <= FEW and not known & {key(place) for place in places}  # what was left out stays out
    return [
        Offer(key(place), place, all_of_them or key(place) in known, _why_not(flow.provider, place, others))
        for place in places
    ]


def _known(flow: Flow) -> set[str]:
    """The places of this person that are channels already."""
    rows = Channel.objects.filter(owner=flow.owner).values_list("platform", "remote_id")
    return {f"{platform}:{remote_id}" for platform, remote_id in rows}


def _why_not(provider: str, place: Place, others: Collection[str]) -> str:
    if key(place) in others:
        return str(connecting.TakenByAnother())
    if place.missing:
        return _("It lacks: %(permissions)s.") % {"permissions": "; ".join(spoken(provider, place.missing))}
    return ""


def spoken(provider: str, scopes: Collection[str]) -> list[str]:
    """Permissions in words, with their names."""
    words = PROVIDERS[provider].words
    return [f"{sentence(words[scope], {})} ({scope})" if scope in words else scope for scope in scopes]


def declined(flow: Flow) -> list[str]:
    """What the person did not allow, in words; nothing when the provider does not tell."""
    scopes = flows.found_in(flow).grant.scopes
    return spoken(flow.provider, [scope for scope in PROVIDERS[flow.provider].scopes if scopes and scope not in scopes])


def settle(request: HttpRequest, flow: Flow, chosen: Collection[str]) -> tuple[Credential, list[Channel]]:
    """Keep the login with the chosen places; nothing of the others stays. Raises NotPossible."""
    found = flows.found_in(flow)
    with transaction.atomic():  # whatever goes wrong, the flow is still there, and what was found can be given back
        if not flows.take_away(flow):
            raise NotPossible(connecting.LinkUsed())
        kept = replace(found, places=_places(flow, found, chosen))
        credential, channels = keep(flow.owner, flow.provider, kept, opens=found.places, practice=settings.PRACTICE)
        how = ConnectedAgain if flow.credential_id else Connected
        record(
            Kind.CONNECT,
            how(login=str(credential), places=len(channels)),
            person=flow.owner_id,
            request=request,
        )
    return credential, channels


def _places(flow: Flow, found: Found, chosen: Collection[str]) -> list[Place]:
    free = {offer.key for offer in offers(flow) if not offer.why}
    places = [place for place in found.places if key(place) in free and key(place) in chosen]
    if not places and PROVIDERS[flow.provider].for_posting:
        raise NotPossible(connecting.NothingChosen())
    known = _known(flow)
    lacking = [place for place in found.places if place.missing and key(place) in known]
    return places + lacking  # what is connected already is kept, and says what it lacks now


def give_up(flow: Flow) -> None:
    """Nothing was chosen: nothing is kept, and the permission goes back where the provider takes it."""
    if flows.take_away(flow):
        let_go(flow, flows.found_in(flow))


def let_go(flow: Flow, found: Found) -> None:
    """Give a fresh login back, unless one of this install lives on the same permission; unanswered, later."""
    if living_on(flow.provider, found.profile.remote_id).exists():
        return
    try:
        PROVIDERS[flow.provider]().revoke(found.grant, app_of(flow.provider))
    except Unauthorized:
        return
    except OutsideError:
        order_for(flow.owner, flow.provider, found.profile.remote_id, found.grant, practice=settings.PRACTICE)
