"""What a person typed into a form and no view took, because it was refused or their session had ended: it comes back.

Such a form carries a mark (`{% typed_here %}`): whose it is and on which page it stands, signed. Words of a marked form
that was posted and not taken are laid by for an hour, for that person and that page alone; the page shows them in the
form again. Nothing is carried out by itself. What looks like a secret is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict

from poster import laid_by

MARK = "typed_here"
HOUR = 3600
SALT = "poster.typed"
NOT_KEPT = re.compile(r"password|secret|token|key|code|^_|^back$|^action$|typed_here", re.IGNORECASE)
TAKEN, STALE = "typed_taken", "typed_stale"  # on the request
Purpose = laid_by.Purpose
Answering = Callable[[HttpRequest], HttpResponseBase]


def mark(request: HttpRequest) -> str:
    """What a form on the page of this request carries."""
    return signing.dumps([str(request.user.pk), request.path], salt=SALT)


def taken(request: HttpRequest) -> None:
    """A view has taken what was typed: nothing of it is kept any more."""
    setattr(request, TAKEN, True)
    if (where := _where(request)) is not None:
        laid_by.drop(where[0], Purpose.WORDS, where[1])


def of(request: HttpRequest) -> QueryDict | None:
    """What this person typed on this page, and nobody took."""
    found = laid_by.read(str(request.user.pk), Purpose.WORDS, request.path)
    return QueryDict(found["typed"]) if found else None


class Keeping:
    """Middleware, outside of whatever may refuse a form."""

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "POST" or hasattr(request, TAKEN) or response.status_code >= 500:
            return response
        where = _where(request)
        if where is None or not _lay_by(*where, request.POST):
            return response
        return _back(request, where[1]) if hasattr(request, STALE) else response


def stale(request: HttpRequest) -> None:
    """The form is of a session that has ended. If its words are kept, its page is the better answer."""
    setattr(request, STALE, True)


def _back(request: HttpRequest, page: str) -> HttpResponseBase:
    if not request.user.is_authenticated:
        return redirect_to_login(page, settings.LOGIN_URL)
    messages.info(request, "You have signed in again since, so nothing was done yet. What you typed is here.")
    return HttpResponseRedirect(page)


def _where(request: HttpRequest) -> tuple[str, str] | None:
    """Whose form it is, and on which page, by its mark."""
    try:
        whose, page = signing.loads(request.POST.get(MARK, ""), salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return whose, page


def _typed(sent: QueryDict) -> str:
    """As a query string, without what is ours or secret."""
    kept = QueryDict(mutable=True)
    for name, values in sent.lists():
        if not NOT_KEPT.search(name) and name != "csrfmiddlewaretoken":
            kept.setlist(name, values)
    return kept.urlencode()


def _lay_by(whose: str, page: str, sent: QueryDict) -> bool:
    return laid_by.put(whose, Purpose.WORDS, page, {"typed": _typed(sent)}, HOUR)
