"""Django's own, which also finds what stands in `_n()`."""

from __future__ import annotations

from django.core.management.commands.makemessages import Command as Makemessages


class Command(Makemessages):
    xgettext_options = [*Makemessages.xgettext_options, "--keyword=_n:1,2"]
