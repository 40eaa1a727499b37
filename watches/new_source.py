"""The page of a new source: one form, whose buttons show a folder, search, or try the words, before anything is saved.

Each of them sends the whole form, and the page comes back with all that was typed. Nothing is checked but what is asked
for; only saving makes the watch (`watches.forms.NewWatchForm`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Channel, Credential, User
from media.showing import CannotShow
from media.thumbnails import not_shown
from poster.errors import OutsideError
from poster.permissions import Caller, NotPossible, in_dashboard
from poster.web.cache_headers import kept_by_this_browser
from watches import forecast, picking, trying_out
from watches.forecast import Intent
from watches.models import PromptTemplate
from watches.names import source_name
from watches.picking import Where
from watches.reasons.orders import NothingToTry
from watches.sources import SOURCES, Found, Matches, Opened, about
from watches.trying_out import PICTURES, Tried, Wanted

OPEN, SEARCH, LOOK, TRY, PROGRESS = "open", "search", "look", "try", "progress"
STEPS = (SEARCH, TRY, PROGRESS, OPEN, LOOK)
FEW_MINUTES = 600  # seconds that a browser keeps a picture of the picker
LONGEST_PROMPT = 4000  # characters, as the form takes
LONGEST = 1000  # characters of a name or an id in an address


def step_of(data: QueryDict) -> str:
    """The button that was pressed; "" for the one that saves."""
    return next((step for step in STEPS if step in data), "")


@dataclass(slots=True)
class Page:
    """What the page shows beside its form. `found`: of a search; None where nothing was searched for."""

    where: Where | None = None
    opened: Opened | None = None
    found: Matches | None = None
    words: str = ""
    suggested: str = ""  # the name that we made up for it: another folder gives another one
    problem: str = ""
    wrong: str = ""  # about the try
    forecast: list[str] = field(default_factory=list)
    batch: str = ""
    tried: Sequence[Tried] = ()

    @property
    def shows(self) -> str:
        told = about(self.where.source).shows if self.where else ""
        return _(str(told)) if told else ""  # of an empty text a catalogue tells about itself

    @property
    def label(self) -> str:
        return source_name(self.where.source) if self.where else ""

    @property
    def pictures(self) -> list[tuple[Found, str]]:
        """Some of the open folder, and where each is shown."""
        some = self.opened.some if self.opened else ()
        return [(each, picture_address(self.where, each)) for each in some if self.where]

    @property
    def results(self) -> list[tuple[Tried, str]]:
        return [(each, picture_address(each.where, each.found)) for each in self.tried]

    @property
    def under_way(self) -> bool:
        return any(not each.over for each in self.tried)

    @property
    def done(self) -> int:
        return sum(each.over for each in self.tried)

    @property
    def cost(self) -> str:
        """Of those that are there, in US dollars; "" where none says, or they are free."""
        known = sum(each.cost for each in self.tried if each.cost is not None)
        return f"{known:.4f}" if known else ""


def begun(person: User, sent: QueryDict) -> Page:
    """The page before anything was pressed, or after saving was refused."""
    page = _as_sent(person, sent)
    page.tried = _tried(person, page.batch)
    return page


def _as_sent(person: User, sent: QueryDict) -> Page:
    words, suggested, batch = (sent.get(name, "") for name in ("words", "suggested", "trial"))
    return Page(_where(person, sent), words=words, suggested=suggested, batch=batch)


def taken(request: HttpRequest) -> tuple[QueryDict, Page]:
    """One step: what stands in the form afterwards, and what the page shows. Raises nothing that is for people."""
    person, by = cast(User, request.user), in_dashboard(request)
    data, step = request.POST.copy(), step_of(request.POST)
    page = _as_sent(person, data)
    try:
        _walk(page, data, step, by)
    except (NotPossible, OutsideError) as error:
        page.problem = str(error)
    if page.opened:
        page.forecast = forecast.sentences(page.opened, _intent(person, data))
    if step == TRY:
        _try(person, page, data, by)
    page.tried = _tried(person, page.batch)
    for each in STEPS:
        data.pop(each, None)
    return data, page


def _walk(page: Page, data: QueryDict, step: str, by: Caller) -> None:
    if page.where is None or step == PROGRESS:
        return
    if step == SEARCH and page.words.strip():
        page.found = picking.search_folders(page.where, page.words[:LONGEST], data.get("place", "").strip(), by=by)
        return
    text = data.get(OPEN, "") if step == OPEN else data.get("place", "")
    if step != OPEN and not text.strip():
        return
    page.opened = picking.open_folder(page.where, text, by=by)
    if page.opened.place:
        data["place"] = page.opened.address or page.opened.id
        if data.get("name", "").strip() in {"", page.suggested}:
            data["name"] = page.suggested = page.opened.name[:100]


def _try(person: User, page: Page, data: QueryDict, by: Caller) -> None:
    try:
        if page.where is None or page.opened is None or not page.opened.some:
            raise NotPossible(NothingToTry())
        wanted = Wanted(
            page.where,
            page.opened.some[:PICTURES],
            _channels(person, data),
            data.get("captioner", ""),
            data.get("model", "").strip(),
            _prompt(person, data),
            data.get("language", ""),
            made_with_ai="always_ai" in data,
        )
        page.batch = str(trying_out.begin(wanted, by=by))
    except NotPossible as error:
        page.wrong = str(error)


def _where(person: User, data: QueryDict) -> Where | None:
    source = data.get("source", "")
    if source not in SOURCES:
        return None
    key = _key(data.get("credential"))
    login = Credential.objects.filter(owner=person, pk=key).first() if key else None
    return Where(person, source, login if about(source).provider else None)


def _channels(person: User, data: QueryDict) -> list[Channel]:
    keys = [key for value in data.getlist("channels") if (key := _key(value))]
    return list(Channel.objects.filter(owner=person, pk__in=keys))


def _prompt(person: User, data: QueryDict) -> str:
    """As it will be asked: what is typed, or else the template that is chosen."""
    typed, key = data.get("prompt", "").replace("\r\n", "\n").strip(), _key(data.get("prompt_template"))
    template = PromptTemplate.objects.filter(owner=person, pk=key).first() if key and not typed else None
    return template.text if template else typed[:LONGEST_PROMPT]


def _intent(person: User, data: QueryDict) -> Intent:
    most, begin, end = data.get("most_per_day", ""), _time(data.get("quiet_from")), _time(data.get("quiet_until"))
    return Intent(
        _channels(person, data),
        data.get("approval", ""),
        data.get("backlog", ""),
        subfolders="subfolders" in data,
        in_queue="in_queue" in data,
        most_per_day=int(most) if most.isascii() and most.isdigit() and len(most) < 6 else None,
        quiet=(begin, end) if begin and end else None,
    )


def _tried(person: User, batch: str) -> Sequence[Tried]:
    key = _key(batch)
    return trying_out.seen(person.pk, key) if key else ()


def _key(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _time(text: str | None) -> dt.time | None:
    try:
        return dt.time.fromisoformat(text or "")
    except ValueError:
        return None


def picture_address(where: Where, found: Found) -> str:
    """Where a picture of the picker is shown: whoever asks for it may see it, or not, by themselves."""
    asked = {
        "source": where.source,
        "credential": str(where.credential.pk) if where.credential else "",
        "folder": found.place_id,
        "file": found.external_id,
        "revision": found.revision,
        "name": found.name,
    }
    return f"{reverse('admin:source_picture')}?{urlencode(asked)}"


@require_safe
def picture(request: HttpRequest) -> HttpResponseBase:
    """A small picture from a folder that somebody looks at, passed through and not kept."""
    person: Any = request.user
    where = _where(person, request.GET)
    folder, file, revision, name = (
        request.GET.get(each, "")[:LONGEST] for each in ("folder", "file", "revision", "name")
    )
    if where is None or not file:
        return HttpResponse(status=404)
    try:
        shown = picking.picture(where, Found(folder, file, revision, name), by=in_dashboard(request))
    except NotPossible:
        return HttpResponse(status=404)
    except CannotShow as cannot:
        return not_shown(cannot.reason)
    return kept_by_this_browser(HttpResponse(shown, content_type="image/jpeg"), FEW_MINUTES)
