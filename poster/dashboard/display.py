"""How states, times and pictures look: small pieces of HTML, the same on every page. Never colour alone."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from functools import cache

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from poster import clock
from poster.dashboard.verbs import Button
from poster.manifests import Tone, asked, manifests

ICONS = "poster.icons"  # () -> {name of a provider or platform: a symbol of the sprite, or the path of a drawing}
UNKNOWN: Tone = ("quiet", "minus")


@cache
def icon(name: str) -> SafeString:
    """A small picture, for the eye only: of the sprite `static/poster/icons.svg`, or one that an adapter has drawn."""
    shape = icons().get(name, name)
    if not shape.isidentifier():
        drawn = '<svg class="icon" aria-hidden="true" viewBox="0 0 24 24"><path d="{}"/></svg>'
        return format_html(drawn, shape)
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("poster/icons.svg"), shape
    )


@cache
def icons() -> dict[str, str]:
    """What stands for the names of other apps' adapters: a symbol of the sprite, or the path of a drawing."""
    return {name: shape for tell in asked(ICONS) for name, shape in tell().items()}


@cache
def tones() -> dict[str, Tone]:
    """How each state looks: what the manifests say, as one table for all rows."""
    return {str(state): tone for manifest in manifests() for state, tone in manifest.tones.items()}


def badge(state: str, label: str) -> SafeString:
    """A state as colour, shape and word."""
    return mark(*tones().get(state, UNKNOWN), label)


def mark(tone: str, shape: str, label: str) -> SafeString:
    """Something that has a kind, as a badge: colour, shape and word."""
    return format_html('<span class="badge {}">{}{}</span>', tone, icon(shape), label)


def tag(shape: str, label: str) -> SafeString:
    """A small label, such as a channel's name."""
    return format_html('<span class="tag">{}{}</span>', icon(shape), label)


def moment(when: dt.datetime | None) -> SafeString | str:
    """A time as people say it; the exact one on hover and for machines."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    exact = date_format(local, "D j M Y, H:i:s T")
    return format_html('<time datetime="{}" title="{}">{}</time>', when.isoformat(), exact, said(when))


def lasted(seconds: float) -> str:
    """How long something took, as people say it."""
    if seconds < 90:
        digits = 1 if seconds < 10 else 0
        return _("%(seconds)s s") % {"seconds": number_format(f"{seconds:.{digits}f}", digits)}
    minutes = round(seconds / 60)
    if minutes < 90:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}


def said(when: dt.datetime) -> str:
    """`5 min ago`, `in 2 h`, `tomorrow 09:30`, `12 Mar, 14:02`."""
    seconds = (when - clock.now()).total_seconds()
    if abs(seconds) < 45:
        return _("now") if seconds > 0 else _("just now")
    if abs(seconds) < 6 * 3600:
        return _near(abs(seconds), future=seconds > 0)
    return day_and_hour(when)


def day_and_hour(when: dt.datetime) -> str:
    """`today 14:02`, `tomorrow 09:30`, `12 Mar, 14:02`: what stays true on a page that is not drawn again."""
    return _far(timezone.localtime(when), timezone.localtime(clock.now()))


def _near(seconds: float, *, future: bool) -> str:
    minutes, hours = max(1, round(seconds / 60)), round(seconds / 3600)
    if seconds < 3600:
        return (_("in %(minutes)d min") if future else _("%(minutes)d min ago")) % {"minutes": minutes}
    return (_("in %(hours)d h") if future else _("%(hours)d h ago")) % {"hours": hours}


def _far(local: dt.datetime, now: dt.datetime) -> str:
    named = {-1: _("yesterday %(hour)s"), 0: _("today %(hour)s"), 1: _("tomorrow %(hour)s")}
    days = (local.date() - now.date()).days
    if days in named:
        return named[days] % {"hour": date_format(local, "H:i")}
    return date_format(local, "j M, H:i" if local.year == now.year else "j M Y")


def tags(labels: Iterable[tuple[str, str]]) -> SafeString:
    """Several labels in a row, as icons alone when there is more than one; "" when there are none."""
    pairs = list(labels)
    show = tag if len(pairs) <= 1 else short_tag
    shown = format_html_join("", "{}", ((show(shape, label),) for shape, label in pairs))
    return format_html('<span class="tags">{}</span>', shown) if shown else shown


def short_tag(shape: str, label: str) -> SafeString:
    """A label whose words are on hover, and read aloud."""
    words = format_html('<span class="visually-hidden">{}</span>', label)
    return format_html('<span class="tag short" title="{}">{}{}</span>', label, icon(shape), words)


def with_reason(shown: SafeString, reason: str) -> SafeString:
    """A piece with the sentence that explains it."""
    return format_html('{}<span class="why">{}</span>', shown, reason) if reason else shown


def two_lines(text: str, reason: str = "") -> SafeString:
    """A text cut off after two lines by the browser, and why its row is as it is."""
    shown = format_html('<span class="two">{}</span>', text)
    return with_reason(shown, reason)


def row_button(buttons: Iterable[Button]) -> SafeString:
    """The nearest verb, in a list: the list's own form sends it. The others are on the row's page."""
    first = next((each for each in buttons if not each.ask), None)
    if first is None:
        return SafeString()
    pressed = '<button class="button small" formaction="{}" formmethod="post" name="pressed" value="{}">{}{}</button>'
    return format_html(f'<div class="verbs">{pressed}</div>', first.url, first.label, icon(first.icon), first.label)


def thumb(asset_id: object, alt: str = "") -> SafeString:
    """The small picture of an asset; an empty frame where there is none yet."""
    if asset_id is None:
        return format_html('<span class="thumb none">{}</span>', icon("pictures"))
    return format_html('<img class="thumb" {} alt="{}" loading="lazy" width="44" height="44">', seen(asset_id), alt)


def seen(asset_id: object, into: str = "src", itself: str = "") -> SafeString:
    """The attributes of an image that shows an asset: what is here at once, and where the picture itself comes from.

    The second is for `static/poster/pictures.js`; without it the first stays. `itself`: its address, if it has its own.
    """
    address = itself or reverse("seen", args=[asset_id])
    return format_html('{}="{}" data-seen="{}"', into, reverse("thumbnail", args=[asset_id]), address)


def tally(states: Iterable[tuple[str, str]]) -> SafeString:
    """Several states as badges, each once, with how many there are."""
    counts = Counter(states)
    rows = ((badge(state, f"{number} {label}" if number > 1 else label),) for (state, label), number in counts.items())
    return format_html('<span class="tags">{}</span>', format_html_join("", "{}", rows))


def outside_link(url: str, label: str, look: str = "out") -> SafeString:
    """A link that leaves the dashboard; only to the web."""
    if not url.startswith(("https://", "http://")):
        return format_html("{}", label)
    return format_html(
        '<a class="{}" href="{}" target="_blank" rel="noopener noreferrer">{}{}</a>', look, url, label, icon("external")
    )
