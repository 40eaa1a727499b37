"""No log line leaves with a secret in it, and no stranger writes more than a line."""

from __future__ import annotations

import logging

from poster.secrets.redaction import brief, redact

LONGEST, LONGEST_TRACE = 4000, 40_000


class Redacting(logging.Filter):
    """Rewrites a record's message, and what was raised, without tokens and keys."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage(), limit=LONGEST), ()
        if record.exc_info and record.exc_info[0]:
            told = record.exc_text or logging.Formatter().formatException(record.exc_info)
            record.exc_text = redact(told, limit=LONGEST_TRACE)  # a formatter takes this, and does not look again
        if record.stack_info:
            record.stack_info = redact(record.stack_info, limit=LONGEST_TRACE)
        return True


class Brief(logging.Filter):
    """Of what Django tells about requests: one short line, and how it came to it only where something of ours broke.

    Whatever has an error page is told by `poster.web.error_pages`; Django's own line of it would say the same again.
    """

    TOLD = frozenset({400, 403, 404})

    def filter(self, record: logging.LogRecord) -> bool:
        refused = record.name.startswith("django.security")
        if not refused and record.name != "django.request":
            return True
        status = getattr(record, "status_code", None)
        if status in self.TOLD:
            return False
        if refused or (status is not None and status < 500):
            record.exc_info = record.exc_text = None
        record.msg, record.args = brief(record.getMessage()), ()
        return True
