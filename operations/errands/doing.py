"""What each errand comes to: a report for its page. What cannot be done is a NotPossible."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from accounts import mail_test
from accounts.models import User
from operations.backups import held
from operations.backups.backup import back_up
from operations.doctor import examine
from operations.models import Errand
from operations.reasons import AskerGone, LedgerVerified
from poster.ledger import hash_chain, security_log, verification
from poster.models import Link
from poster.permissions import NotPossible

Report = dict[str, Any]
MOST_FAULTS = 100  # that are kept; their number is told whole


def doctor(errand: Errand) -> Report:
    """The same looks as `manage.py doctor`."""
    began = time.monotonic()
    findings = [asdict(each) for each in examine()]
    return {"findings": findings, "seconds": round(time.monotonic() - began, 1)}


def ledger(errand: Errand) -> Report:
    """The same as `manage.py audit_verify`."""
    began = time.monotonic()
    faults, head = verification.verify(), hash_chain.head()
    lines = Link.objects.count()
    security_log.record(security_log.Kind.OPERATION, LedgerVerified(lines=lines, faults=len(faults)))
    told = [{"sentence": each.sentence} for each in faults[:MOST_FAULTS]]
    found = {"lines": lines, "head": head, "faults": told, "all": len(faults)}
    return found | {"seconds": round(time.monotonic() - began, 1)}


def backup(errand: Errand) -> Report:
    """Without keys: where they go is for a person to say, at the terminal."""
    back_up()
    return {}


def backup_check(errand: Errand) -> Report:
    """Whether a backup is still what was written; the report names it, as the next wish may be about another one."""
    held.check(held.named(errand.about))
    return {"whole": errand.about}


def mail(errand: Errand) -> Report:
    """One mail to the person who asked for it."""
    people = User.objects.filter(is_active=True)
    person = people.filter(pk=errand.asked_by).first() if errand.asked_by else None
    if person is None:
        raise NotPossible(AskerGone())
    sent = mail_test.send(person.email)
    return {"sent": sent.sent, "said": sent.said, "through": sent.through}


DO: dict[str, Callable[[Errand], Report]] = {
    Errand.Kind.DOCTOR: doctor,
    Errand.Kind.LEDGER: ledger,
    Errand.Kind.BACKUP: backup,
    Errand.Kind.BACKUP_CHECK: backup_check,
    Errand.Kind.MAIL: mail,
}
