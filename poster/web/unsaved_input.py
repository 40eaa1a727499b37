"""What a person sent and no view took, because it was refused or their session had ended: it comes back.

Every form carries a mark (`{% csrf_token %}` writes it, `poster.templatetags.marking`): whose it is and on which page
it stands, signed. Typed words that were posted and not taken are laid by for an hour, for that person and that page
alone, and those of a form that keeps itself as one types (`keep`) for a week; the page shows them in the form again.
What was only pressed, when the session had ended, is offered once more
(`poster.web.resumed_acts`). Nothing is carried out by itself. What looks like a secret is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.signing import BadSignature, Signer
from django.forms import BaseForm, PasswordInput
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.template.response import SimpleTemplateResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from poster.web import resumed_acts, stash
from poster.web.post_only import post_only

MARK = "typed_here"
HOUR, WEEK = 3600, 7 * 24 * 3600
SIGNER = Signer(salt="poster.web.unsaved_input")
NOT_KEPT = re.compile(r"password|secret|token|key|code|^_|^back$|^action$|typed_here", re.IGNORECASE)
REACHED, REFUSED, STALE, OURS = "typed_reached", "typed_refused", "typed_stale", "typed_ours"  # on the request
Purpose = stash.Purpose
Answering = Callable[[HttpRequest], HttpResponseBase]


def mark(request: HttpRequest) -> str:
    """What a form on the page of this request carries. The same each time, so that a page can be compared."""
    return SIGNER.sign_object([str(request.user.pk), request.path])


def refused(request: HttpRequest, seconds: int = HOUR) -> None:
    """A view has looked at what was typed, and did not take it: it is kept for its page, for so long."""
    setattr(request, REFUSED, seconds)


@post_only("admin:index")
def keep(request: HttpRequest) -> HttpResponse:
    """A form is sent here as one types in it."""
    refused(request, WEEK)
    return HttpResponse(status=204)


@post_only("admin:index")
def forget(request: HttpRequest) -> HttpResponseRedirect:
    """They begin anew on the page of this form: what is taken comes back no more (`Keeping`)."""
    where = _where(request)
    return HttpResponseRedirect(where[1] if where else resolve_url(settings.LOGIN_REDIRECT_URL))


def stale(request: HttpRequest) -> None:
    """The form is of a session that has ended. If what was sent is kept, its page is the better answer."""
    setattr(request, STALE, True)


def begun(request: HttpRequest, page: str) -> QueryDict | None:
    """What this person typed on another page of theirs, and nobody took."""
    found = stash.read(str(request.user.pk), Purpose.WORDS, page)
    return QueryDict(found["typed"]) if found else None


def lay_by(request: HttpRequest, page: str, filled: QueryDict) -> bool:
    """The form of a page is filled for them: they find it so within a week. Whether it could be kept."""
    return _lay_by(str(request.user.pk), page, filled, WEEK)


def of(request: HttpRequest) -> QueryDict | None:
    """What this person typed on this page, and nobody took."""
    if not hasattr(request, OURS):
        setattr(request, OURS, begun(request, request.path))
    ours: QueryDict | None = getattr(request, OURS)
    return ours


class Keeping:
    """Middleware, outside of whatever may refuse a form, and inside of what keeps messages."""

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "POST" or response.status_code >= 500 or (where := _where(request)) is None:
            return response
        if _taken(request, response):
            stash.drop(where[0], Purpose.WORDS, where[1])
            return response
        if _ended(request, response, where[0]):
            return _back(request, *where)
        if not resumed_acts.pressed(request.POST):
            _lay_by(*where, request.POST, getattr(request, REFUSED, HOUR))
        return response

    def process_template_response(
        self, request: HttpRequest, response: SimpleTemplateResponse
    ) -> SimpleTemplateResponse:
        """The forms of a page have in them what was typed there before."""
        if request.user.is_authenticated and (context := response.context_data) is not None:
            words = SimpleLazyObject(lambda: of(request)) if request.method == "GET" else request.POST
            forms = [getattr(each, "form", each) for each in context.values()] if request.method == "GET" else []
            filled = [_fill(request, each) for each in forms if isinstance(each, BaseForm)]
            response.context_data = {"typed": any(filled), "typed_words": words, **context}
        return response


class Reaching:
    """Middleware, inside of all others: who comes here was stopped by none of them."""

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        setattr(request, REACHED, True)


def door(place: str, why: str) -> HttpResponseRedirect:
    """To the sign-in page, which says why one is there: "ended", or "kept" when what was sent is kept."""
    asked = urlencode({REDIRECT_FIELD_NAME: place, "why": why})
    return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{asked}")


def _taken(request: HttpRequest, response: HttpResponseBase) -> bool:
    """A view that is reached takes what it does not refuse: with what is wrong, the words are in the form already."""
    return hasattr(request, REACHED) and not hasattr(request, REFUSED) and response.status_code < 400


def _ended(request: HttpRequest, response: HttpResponseBase, whose: str) -> bool:
    """Whether it was stopped since the session of its form is over; not when somebody else has signed in since."""
    if hasattr(request, REACHED):
        return False
    if not request.user.is_authenticated:
        return hasattr(request, STALE) or response.status_code == 302
    return hasattr(request, STALE) and str(request.user.pk) == whose


def _back(request: HttpRequest, whose: str, page: str) -> HttpResponseBase:
    """To where it can be sent again, by way of the sign-in page where that is needed."""
    act = bool(resumed_acts.pressed(request.POST))
    kept = resumed_acts.keep(request, whose, page) if act else _lay_by(whose, page, request.POST)
    place = resumed_acts.asked_again() if act and kept else page
    if not request.user.is_authenticated:
        return door(place, "kept" if kept else "ended")
    if not act or not kept:
        here = _("You have signed in again since, so nothing was done yet. What you typed is here.")
        messages.info(request, here if kept else _("You have signed in again since, so nothing was done yet."))
    return HttpResponseRedirect(place)


def _where(request: HttpRequest) -> tuple[str, str] | None:
    """Whose form it is, and on which page, by its mark."""
    try:
        whose, page = SIGNER.unsign_object(request.POST.get(MARK, ""))
    except (BadSignature, ValueError):
        return None
    return whose, page


def _typed(sent: QueryDict) -> str:
    """As a query string, without what is ours or secret."""
    kept = QueryDict(mutable=True)
    for name, values in sent.lists():
        if not NOT_KEPT.search(name) and name != "csrfmiddlewaretoken":
            kept.setlist(name, values)
    return kept.urlencode()


def _lay_by(whose: str, page: str, sent: QueryDict, seconds: int = HOUR) -> bool:
    typed = _typed(sent)
    return bool(typed) and stash.put(whose, Purpose.WORDS, page, {"typed": typed}, seconds)


def _fill(request: HttpRequest, form: BaseForm) -> bool:
    """Whether this is the form that was typed into."""
    names = [] if form.is_bound else [name for name, field in form.fields.items() if not field.disabled]
    words = of(request) if names else None
    widgets = {name: form.fields[name].widget for name in names}
    if words is None or all(form.add_prefix(name) not in words for name in names):
        return False
    for name, widget in widgets.items():
        if not isinstance(widget, PasswordInput):
            form.initial[name] = widget.value_from_datadict(words, {}, form.add_prefix(name))
    form.typed = True  # type: ignore[attr-defined]  # its template says so
    return True
