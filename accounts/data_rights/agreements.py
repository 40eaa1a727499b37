"""Agreeing to the terms and the privacy policy: asked once, and again when one of them changes materially.

Who joins by invitation agrees there. Everybody else - the first operator, people whom they made accounts for, and all
when a document gets a new version - meets this page on the way into the dashboard, and before an account is connected.
What stands outside stays open: reading the documents, one's own data, leaving.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import ResolverMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.data_rights import documents
from accounts.models import Acceptance, User
from accounts.reasons.events import Agreed
from poster.ledger import security_log
from poster.reasons import Term
from poster.web import resumed_acts
from poster.web.operators import is_operator
from poster.web.visitors import address_of

Document = Acceptance.Document
AGREED = "agreed_to"  # in the session: the versions, so that pages do not ask the database each time
OPEN = ("logout", "jsi18n", "login")
CONNECTING = ("connect", "provider_")  # how the pages are called that connect accounts and set providers up
Answering = Callable[[HttpRequest], HttpResponseBase]


class Agreement:
    """Middleware: nobody works in the dashboard under documents that they have not agreed to."""

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *where: Any) -> HttpResponse | None:  # noqa: ANN401
        """Before a page of the dashboard."""
        match = request.resolver_match
        if match is None or not _is_work(match) or not request.user.is_authenticated or not is_asked(request):
            return None
        place = resumed_acts.afterwards(request)
        if request.method != "GET":
            messages.info(request, " ".join([gettext("Say first that you agree."), resumed_acts.told(place)]))
        return redirect(f"{reverse('agree')}?{urlencode({'next': place})}")


def _is_work(match: ResolverMatch) -> bool:
    """Not the way back from a provider: its address is good for one visit."""
    if match.app_name == "admin":
        return match.url_name not in OPEN
    name = str(match.url_name)
    return name in (resumed_acts.NAME, resumed_acts.ONCE_MORE) or (
        name.startswith(CONNECTING) and name != "connect_back"
    )


def is_asked(request: HttpRequest) -> bool:
    """Whether this person has to agree to something first.

    Not an operator in practice: nothing real is there, it is they who speak in these documents, and the first sight of
    the product is not a form. They are asked when practice is over.
    """
    if settings.PRACTICE and is_operator(request):
        return False
    known = _said()
    if request.session.get(AGREED) == known:
        return False
    if missing(UUID(str(request.user.pk))):
        return True
    request.session[AGREED] = known
    return False


def missing(person: UUID) -> dict[Document, str]:
    """The documents, in the versions of today, that this person (an id) has not agreed to; the age too."""
    given = set(Acceptance.objects.filter(owner_id=person).values_list("document", "version"))
    wanted = {each: version for each, version in documents.current().items() if (each, version) not in given}
    ages = [int(version) for document, version in given if document == Document.AGE]
    return wanted if max(ages, default=0) >= settings.MINIMUM_AGE else {**wanted, Document.AGE: age()}


def age() -> str:
    """How old everybody has to be, as it is written down. Raised, everybody is asked again."""
    return str(settings.MINIMUM_AGE)


def agree(person: User, request: HttpRequest) -> None:
    """Write down what was agreed to: version, time, address, browser."""
    address, browser = address_of(request) or None, request.headers.get("User-Agent", "")[:300]
    for document, version in missing(person.pk).items():
        Acceptance.objects.get_or_create(
            owner=person, document=document, version=version, defaults={"address": address, "browser": browser}
        )
        said = Agreed(document=Term(f"document.{document}"), version=version)
        security_log.record(security_log.Kind.ACCOUNT, said, person=person.pk, request=request)


def ask_age(field: forms.Field) -> None:
    """The words of the tick, by the setting."""
    told = {"age": age()}
    field.label = gettext("I am %(age)s or older") % told
    field.error_messages["required"] = gettext("This service is not for children: you must be %(age)s or older.") % told


class AgreeForm(forms.Form):
    """Two ticks."""

    adult = forms.BooleanField()
    agreed = forms.BooleanField(
        label=_("I accept the terms and the privacy policy"),
        error_messages={
            "required": _("Without the terms and the privacy policy nothing can be done here. You can leave.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        ask_age(self.fields["adult"])


@never_cache
@require_http_methods(["GET", "POST"])
def agreeing(request: HttpRequest) -> HttpResponse:
    """The page."""
    person = User.objects.get(pk=request.user.pk or "")
    form = AgreeForm(request.POST or None)
    wanted = missing(person.pk)
    if Document.AGE not in wanted:
        del form.fields["adult"]
    if not wanted or (request.method == "POST" and form.is_valid()):
        agree(person, request)
        request.session[AGREED] = _said()
        return HttpResponseRedirect(_next(request))
    again = Acceptance.objects.filter(owner=person).exists()
    facts = {"form": form, "wanted": wanted, "again": again, "versions": documents.current(), "next": _next(request)}
    return TemplateResponse(request, "account/agree.html", facts)


def _next(request: HttpRequest) -> str:
    place = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure()):
        return place
    return reverse("admin:index")


def _said() -> str:
    wanted = {**documents.current(), Document.AGE: age()}
    return ",".join(f"{document}={version}" for document, version in sorted(wanted.items()))
