"""What the doctor looks at here: words, the address of pictures, and how long Meta answers us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings

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
        yield warning(f"limit of {met.person}", met.sentence)
    for account in held_accounts():
        yield problem(f"captioner {account.name}", f"{account.sentence} Pictures that wait: {account.waiting}.")


def address(*, offline: bool) -> Iterator[Finding]:
    """Can the platforms that fetch pictures from us reach us?"""
    used = Channel.objects.filter(state=Channel.State.ACTIVE, credential__practice=settings.PRACTICE)
    platforms = used.values_list("platform", flat=True)
    asking = sorted(one for one in platforms.distinct().order_by() if limits_of(one).needs_address)
    if not asking:
        return
    if not addresses.reachable():
        yield problem(
            "public address",
            f"{', '.join(asking)} fetch pictures from a public https address, and there is none. "
            "Set PUBLIC_URL, or BUCKET_URL and BUCKET_PUBLIC_URL.",
        )
    elif settings.BUCKET_URL or offline:
        yield ok("public address", "Pictures have an address.")
    else:
        yield _reached()


def _reached() -> Finding:
    """At home a router may not lead us back to ourselves: not to get there proves nothing."""
    found = reachability.hindrance()
    if found is None:
        return ok("public address", f"A picture can be fetched from {settings.PUBLIC_URL}.")
    say = warning if found == reachability.Hindrance.UNREACHED else problem
    return say("public address", reachability.SENTENCES[found].format(url=settings.PUBLIC_URL))


def graph(*, offline: bool, day: dt.date | None = None) -> Iterator[Finding]:
    """How long does Meta answer the version of its Graph API that we speak? `day`: today."""
    name, ends = f"Graph API {versions.VERSION}", versions.ENDS
    left = ends - (day or clock.now().date())
    if left <= dt.timedelta(0):
        yield problem(name, f"Meta ended it on {ends:%d %B %Y}, and answers as it likes since. Update ai-poster now.")
    elif left <= AHEAD:
        yield warning(name, f"Meta ends it on {ends:%d %B %Y}. Update ai-poster before.")
    else:
        yield ok(name, f"Meta answers it until {ends:%d %B %Y}.")
