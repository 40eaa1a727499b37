"""Mails to people, and the addresses in them."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from threading import Thread

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from poster.web import canonical_host

log = logging.getLogger(__name__)
THREAD = "mail"


def has_server() -> bool:
    """Whether mails leave this install. Without a server they lie as files in `mail` in VAR."""
    return bool(settings.EMAIL_URL)


def link(page: str, *args: object) -> str:
    """The address of a page of ours as a mail holds it."""
    return f"{canonical_host.root()}{reverse(page, args=args)}"


def post(message: EmailMessage) -> None:
    """Send a mail. Through a server it goes in a thread of its own.

    So a page about an address that we know answers as fast as one about an address that we do not, and a slow mail
    server holds nobody up. What cannot be sent is told in the log of the install; the person asks once more.
    """
    if has_server():
        Thread(name=THREAD, target=_send, args=(message,)).start()
    else:
        _send(message)


def post_now(message: EmailMessage) -> bool:
    """Send a mail and wait for it. Whether the mail server took it, or it lies as a file in `mail` in VAR."""
    return _send(message)


def _send(message: EmailMessage) -> bool:
    try:
        return bool(message.send())
    except (OSError, SMTPException) as error:
        log.error("A mail was not sent (%s): %s", message.subject, type(error).__name__)  # its text names people
        return False
