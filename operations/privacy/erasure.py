"""Erasing one person, and nothing of another: in batches, so that it can be killed anywhere and be carried on.

    begin     at once: nobody signs in any more, nothing is looked for, what is certainly not out is cancelled
    carry_on  waits for a call that is under way, asks once about what is in doubt, gives the logins back to the
              providers, then removes file by file and row by row; the last row is the person's own
    finish    the receipt is mailed, and its row loses the address

An `Erasure` with the person's id says that it has begun; it allows the database to let their lines go, and stays.
What else stays: the links of the chain (checksums), and the request as the receipt: code, time, numbers.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.connections import disconnection
from accounts.connections.expiry import end
from accounts.connections.revocations import KEPT
from accounts.data_rights import data_requests
from accounts.local_time import read_in
from accounts.mailer import post
from accounts.models import Credential, Flow, Request, User
from accounts.people import hold_operators, is_the_only_operator
from operations.privacy import inventory, unsettled
from operations.privacy.deletion import remove_person
from operations.privacy.restriction import rest
from operations.reasons import AccountErased, Erased, ErasureBegan, ErasureGoesOn, ErasureWaits, LastOperator
from outbox import ledger
from outbox.ledger import Kind
from outbox.reasons.gate import OwnerLeaves
from outbox.reasons.steps import OwnerLeft
from poster import clock
from poster.database import word_index
from poster.ledger import security_log
from poster.ledger.erasure_permits import permit, sign
from poster.models import Erasure
from poster.permissions import MACHINE, Caller, NotPossible, require_self
from poster.reasons import Reason, Term
from poster.reasons.fields import stored
from poster.work import time_budget
from publishing.models import Delivery, Post
from watches.models import FoundFile
from watches.reasons import files

log = logging.getLogger(__name__)
State = Delivery.State
TOLD = ("logins", "channels", "watches", "pictures", "posts", "deliveries", "ledger", "security_events")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. `done`: the person is gone; else `waits` says what for."""

    receipt: Request
    done: bool
    waits: Reason | None = None

    @property
    def sentence(self) -> str:
        return str(self.waits or self.receipt.told)


def may_go(person: User) -> None:
    """Raises NotPossible for the last operator: an install that nobody looks after is nobody's friend."""
    if is_the_only_operator(person):
        raise NotPossible(LastOperator(var=str(settings.VAR)))


def begin(person: User, *, by: Caller, request: HttpRequest | None = None) -> Request:
    """From here it is carried on to its end, by the command or by the rounds. Repeated, it returns the same receipt.

    Raises NotPossible, and User.DoesNotExist when the person is gone by now.
    """
    require_self(person, by)
    with transaction.atomic():
        hold_operators()
        may_go(person)
        new = permit([person.pk])
        if not User.objects.filter(pk=person.pk).update(is_active=False):
            raise User.DoesNotExist
        cancelled = _stopped(person)
        receipt = _receipt(person)
        if new:  # last: workers take their row first and the end of the ledger then, and so do we
            receipt = receipt or data_requests.ask(data_requests.Kind.ERASURE, owner=person)
            Request.objects.filter(pk=receipt.pk).update(
                outcomes=stored([_told(person)]), begun_at=clock.now(), words=""
            )
        _tell(cancelled)
        if new and receipt:
            sign(new)
            security_log.record(
                security_log.Kind.DELETION, ErasureBegan(receipt=receipt.code), person=person.pk, request=request
            )
    assert receipt is not None  # noqa: S101 - it was made with the Erasure, in one transaction
    receipt.refresh_from_db()
    return receipt


def _told(person: User) -> Erased:
    """What goes, in numbers."""
    held = {kind.name: number for kind, number in inventory.counts(person) if number}
    kinds = [name for name in TOLD if name in held]
    return Erased(things=tuple(Term(f"held.{name}") for name in kinds), numbers=tuple(held[name] for name in kinds))


def stop(person: User) -> None:
    """Nothing new begins, and what is certainly not out never goes out."""
    with transaction.atomic():
        _tell(_stopped(person))


def _stopped(person: User) -> list[Delivery]:
    """The rows of that, and which deliveries were cancelled: a worker that holds such a row loses it.

    (It marks the row *publishing* by a compare-and-swap on the fence, which moves here.)
    """
    rest(person, by=MACHINE)
    Post.objects.filter(owner=person, state=Post.State.DRAFT).update(
        state=Post.State.DISCARDED, decided_at=clock.now(), **Post.hold.columns(OwnerLeaves())
    )
    FoundFile.objects.filter(owner=person).exclude(state=FoundFile.State.GONE).update(
        state=FoundFile.State.GONE,
        fence=F("fence") + 1,
        leased_until=None,
        **FoundFile.reason.columns(files.OwnerLeft()),
    )
    rows = Delivery.objects.filter(owner=person, state__in=State.waiting_unsent())
    values = {"state": State.CANCELLED, "fence": F("fence") + 1, "leased_until": None}
    return [row for row in rows.order_by("pk") if rows.filter(pk=row.pk).update(**values)]


def _tell(cancelled: list[Delivery]) -> None:
    """Their lines, after all rows of the transaction: as workers do."""
    for delivery in cancelled:
        delivery.refresh_from_db()
        ledger.moved(delivery, Kind.HUMAN, OwnerLeft())


def carry_on(person: User, *, by: Caller, over: time_budget.Over = time_budget.never) -> Progress:
    """The next of it: up to the end, unless a call to a platform is under way or `over` says that it is enough for now.

    Safe to repeat after being killed anywhere.
    """
    return go_on(person, begin(person, by=by), over)


def go_on(person: User, receipt: Request, over: time_budget.Over = time_budget.never) -> Progress:
    """The same once it has begun. Others may be at it too, and be done before."""
    try:
        return _next(person, receipt, over)
    except (IntegrityError, ObjectDoesNotExist):  # a worker wrote about a row while it went, or took it out before us
        log.info("Two were at one row of somebody who leaves; the rest goes the next time.")
        return Progress(receipt, done=False, waits=ErasureGoesOn())


def _next(person: User, receipt: Request, over: time_budget.Over) -> Progress:
    if unsettled.under_way(person):
        return Progress(receipt, done=False, waits=ErasureWaits())
    if doubt := unsettled.settle_or_name(person):
        receipt.doubt = doubt
        Request.objects.filter(pk=receipt.pk).update(**Request.doubt.columns(doubt))
    stop(person)  # what was found to be not there would go out again
    _give_back(person, receipt)
    if not remove_person(person, over):
        return Progress(receipt, done=False, waits=ErasureGoesOn())
    receipt.refresh_from_db()
    finish(receipt)
    return Progress(receipt, done=True)


def carry_on_all(over: time_budget.Over = time_budget.never) -> int:
    """What was begun and not ended: for the rounds. Returns how many people are gone now."""
    left, parts = 0, time_budget.Parts()
    for person in User.objects.filter(pk__in=Erasure.objects.values("about")):
        left += parts.run(_carried_on, person, over, otherwise=False)
    unmailed = Request.objects.filter(kind=Request.Kind.ERASURE, owner=None, answered_at=None)
    for receipt in unmailed.filter(begun_at__isnull=False):
        parts.run(finish, receipt, otherwise=None)
    parts.end()
    return left


def _carried_on(person: User, over: time_budget.Over) -> bool:
    with contextlib.suppress(User.DoesNotExist):  # another worker was faster
        return carry_on(person, by=MACHINE, over=over).done
    return False


def finish(receipt: Request) -> None:
    """The person is gone: mail the receipt, and forget the address. Of two that come here at once, one does it."""
    address, language = receipt.email, receipt.language
    mine = Request.objects.filter(pk=receipt.pk, answered_at=None)
    won = mine.update(answered_at=clock.now(), email="", words="", language="")
    receipt.refresh_from_db()
    if not won:
        return
    security_log.record(security_log.Kind.DELETION, AccountErased(receipt=receipt.code))
    _overwrite()
    if address:
        with read_in(language):
            subject = gettext("Your account is erased (%(code)s)") % {"code": receipt.code}
            post(EmailMessage(subject, letter(receipt), to=[address]))


def letter(receipt: Request) -> str:
    """The receipt in words, with what stays and why."""
    when = date_format(receipt.answered_at or clock.now(), "d F Y, H:i")
    return "\n".join(
        [
            gettext("Your account and everything that belongs to it was erased."),
            "",
            gettext("Receipt  %(code)s") % {"code": receipt.code},
            gettext("When     %(when)s UTC") % {"when": when},
            receipt.told,
            "",
            what_stays(),
            "",
        ]
    )


def what_stays() -> str:
    """Named wherever an erasure is offered or confirmed, from the real settings."""
    told = gettext(
        "What stays: this receipt without your name; checksums of the ledger, which hold no content; lines of the web "
        "server's log, for %(logs)d days; copies in backups that this install made, for %(backups)d days; and, where a "
        "provider could not be reached to take its permission back, a sealed order to ask for that, for %(asked)d days "
        "at most. What you published stays where it was published: remove it there. Originals stay in your own Drive "
        "or folder."
    )
    return told % {"logs": settings.LOG_DAYS, "backups": settings.BACKUP_DAYS, "asked": KEPT.days}


def _receipt(person: User) -> Request | None:
    """The one that `begin` made."""
    mine = Request.objects.filter(owner=person, kind=Request.Kind.ERASURE, answered_at=None)
    return mine.filter(begun_at__isnull=False).first()


def _give_back(person: User, receipt: Request) -> None:
    """Revoked at the providers as far as they can be reached, and emptied here. What is left to do there is noted."""
    for flow in Flow.objects.filter(owner=person).select_related("owner"):
        end(flow)
    for login in Credential.objects.filter(owner=person).exclude(state=Credential.State.BLOCKED, expires_at=None):
        told = disconnection.give_back(login)
        disconnection.close(login, told, receipt=receipt.code)
        if told.actor:
            _note(receipt, told)


def _note(receipt: Request, left: Reason) -> None:
    """What is left to do, once."""
    [row] = stored([left])
    if row not in receipt.outcomes:
        receipt.outcomes = [*receipt.outcomes, row]
        Request.objects.filter(pk=receipt.pk).update(outcomes=receipt.outcomes)


def _overwrite() -> None:
    """What was removed is overwritten (PRAGMA secure_delete); here also in the index of words and in the log."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        word_index.forget(connection)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
