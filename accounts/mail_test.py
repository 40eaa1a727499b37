"""Does mail leave this install? One mail to the operator, and what the server answered to it."""

from __future__ import annotations

from dataclasses import dataclass
from smtplib import SMTP, SMTPException, SMTPResponseException
from typing import cast

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext_lazy as _

from accounts import mailer
from poster.secrets.redaction import redact

SUBJECT = _("A mail from ai-poster, to try it")
BODY = _("You asked ai-poster to try whether its mails reach you. This one did.")
MOST = 300  # letters of an answer


@dataclass(frozen=True, slots=True)
class Sent:
    """`said`: what the server answered, in its own words; `through`: which server, "" for a file on this machine."""

    sent: bool
    said: str
    through: str


def send(address: str) -> Sent:
    """Send it now, and wait for the answer: for a worker, as a server may take its time."""
    message = EmailMessage(str(SUBJECT), f"{BODY}\n", to=[address])
    if not mailer.has_server():
        return Sent(mailer.post_now(message), "", "")
    through = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        return Sent(sent=True, said=_told(*_handed_over(message)), through=through)
    except SMTPResponseException as error:
        return Sent(sent=False, said=_told(error.smtp_code, error.smtp_error), through=through)
    except (OSError, SMTPException) as error:
        return Sent(sent=False, said=redact(f"{type(error).__name__}: {error}", limit=MOST), through=through)


def _handed_over(message: EmailMessage) -> tuple[int, bytes]:
    """Command by command: `send` keeps the answer to itself. Raises what smtplib raises."""
    connection = EmailBackend()
    connection.open()
    try:
        server = cast(SMTP, connection.connection)
        server.ehlo_or_helo_if_needed()
        for code, said in (server.mail(message.from_email), *(server.rcpt(each) for each in message.to)):
            if code >= 300:
                raise SMTPResponseException(code, said)
        code, said = server.data(message.message().as_bytes(linesep="\r\n"))  # type: ignore[call-arg]
        if code >= 300:
            raise SMTPResponseException(code, said)
        return code, said
    finally:
        connection.close()


def _told(code: int, said: bytes | str) -> str:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return redact(f"{code} {words}", limit=MOST)
