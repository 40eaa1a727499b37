"""What the doctor looks at here: words, the address of pictures, and how long Meta answers us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Channel
from accounts.providers.meta import versions
from poster import clock
from poster.doctor import Finding, ok, problem, warning
from publishing.describing import budgets
from publishing.describing.held_accounts import held_accounts
from publishing.posts.text_limits import limits_of
from publishing.public_pictures import addresses, reachability

AHEAD = dt.timedelta(days=180)  # that an update is due before a version of theirs ends


def words(*, offline: bool) -> Iterator[Finding]:
    """Budgets that are used up, and AI accounts that refuse everything."""
    for met in budgets.met():
        yield warning(_("limit of %(person)s") % {"person": met.person}, met.sentence)
    for account in held_accounts():
        told = {"why": account.sentence, "number": account.waiting}
        said = _("%(why)s Pictures that wait: %(number)d.") % told
        yield problem(_("captioner %(name)s") % {"name": account.name}, said)


def address(*, offline: bool) -> Iterator[Finding]:
    """Can the platforms that fetch pictures from us reach us?"""
    used = Channel.objects.filter(state=Channel.State.ACTIVE, credential__practice=settings.PRACTICE)
    platforms = used.values_list("platform", flat=True)
    asking = sorted(one for one in platforms.distinct().order_by() if limits_of(one).needs_address)
    if not asking:
        return
    if not addresses.reachable():
        said = _(
            "%(platforms)s fetch pictures from a public https address, and there is none. Set PUBLIC_URL, or "
            "BUCKET_URL and BUCKET_PUBLIC_URL."
        )
        yield problem(_("public address"), said % {"platforms": ", ".join(asking)})
    elif settings.BUCKET_URL or offline:
        yield ok(_("public address"), _("Pictures have an address."))
    else:
        yield _reached()


def _reached() -> Finding:
    """At home a router may not lead us back to ourselves: not to get there proves nothing."""
    found = reachability.hindrance()
    if found is None:
        said = _("A picture can be fetched from %(url)s.") % {"url": settings.PUBLIC_URL}
        return ok(_("public address"), said)
    say = warning if found == reachability.Hindrance.UNREACHED else problem
    return say(_("public address"), str(reachability.SENTENCES[found]) % {"url": settings.PUBLIC_URL})


def graph(*, offline: bool, day: dt.date | None = None) -> Iterator[Finding]:
    """How long does Meta answer the version of its Graph API that we speak? `day`: today."""
    name, ends = f"Graph API {versions.VERSION}", versions.ENDS
    left, told = ends - (day or clock.now().date()), {"day": date_format(ends, "d F Y")}
    if left <= dt.timedelta(0):
        yield problem(name, _("Meta ended it on %(day)s, and answers as it likes since. Update ai-poster now.") % told)
    elif left <= AHEAD:
        yield warning(name, _("Meta ends it on %(day)s. Update ai-poster before.") % told)
    else:
        yield ok(name, _("Meta answers it until %(day)s.") % told)
