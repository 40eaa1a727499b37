"""No log line leaves with a secret in it."""

from __future__ import annotations

import logging

from poster.redacting import redact

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
