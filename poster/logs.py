"""No log line leaves with a secret in it."""

from __future__ import annotations

import logging

from poster.redacting import redact


class Redacting(logging.Filter):
    """Rewrites a record's message without tokens and keys."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage(), limit=4000), ()
        return True
