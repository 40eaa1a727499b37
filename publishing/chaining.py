"""The chain over the ledger: each line's digest, and each digest bound to all before it, with a key of this install.

Who can write to the database but does not hold the key (AUDIT_KEY, or `var/audit_key`) cannot change, remove, move or
add a line unnoticed. Cutting off the newest lines is noticed by whoever kept an older head: `verify` takes one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from publishing.models import Erasure, Link, Step

START = "0" * 64
LOCK = 7_461_109  # any number, the same everywhere: PostgreSQL's lock for the end of the chain
CONTENT = [field.attname for field in Step._meta.concrete_fields]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, at which link."""

    number: int
    sentence: str


def digest(step: Step) -> str:
    """Of everything that the line says."""
    content = {name: str(getattr(step, name)) for name in CONTENT}
    return _sign(json.dumps(content, sort_keys=True))


def append(step: Step) -> None:
    """The next link. The caller is in a transaction; of two writers one waits."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    made = digest(step)
    Link.objects.create(step=step.pk, delivery=step.delivery_id, digest=made, chain=_sign(head() + made))


def head() -> str:
    """The end of the chain: keep it somewhere else, and a cut-off tail is noticed."""
    return Link.objects.order_by("-number").values_list("chain", flat=True).first() or START


def verify(known_head: str = "") -> list[Fault]:
    """Everything that is wrong with the ledger; [] when nothing is."""
    faults = list(_broken_links())
    if known_head not in ("", START) and not Link.objects.filter(chain=known_head).exists():
        faults.append(Fault(0, "The head that was kept is not in the chain: lines were cut off after it was noted."))
    linked = Link.objects.values("step")
    faults += [
        Fault(0, f"The line {step} was put in past us: it has no link.")
        for step in Step.objects.exclude(pk__in=linked).values_list("pk", flat=True)
    ]
    return faults


def _broken_links() -> Iterator[Fault]:
    before = START
    erased = set(Erasure.objects.values_list("delivery", flat=True))
    for link in Link.objects.order_by("number").iterator(chunk_size=1000):
        if link.chain != _sign(before + link.digest):
            yield Fault(link.number, f"Link {link.number} does not follow the one before: a line was moved.")
        step = Step.objects.filter(pk=link.step).first()
        if step is None and link.delivery not in erased:
            yield Fault(link.number, f"The line of link {link.number} is gone, and nobody asked for its erasure.")
        if step is not None and digest(step) != link.digest:
            yield Fault(link.number, f"The line of link {link.number} was changed after it was written.")
        before = link.chain


def _sign(text: str) -> str:
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
