"""Before and after `migrate`: the triggers are taken down, and put up again.

Django tells of it by signals and in no other way. Nothing is taken down when there is nothing to migrate, for other
hosts may be at work meanwhile. A migration that breaks off leaves them down: then nothing is published until the next
`migrate` or `start`.
"""

from __future__ import annotations

import sys
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from poster.database import trigger_sync


def listen(sender: AppConfig) -> None:
    """Once for each `migrate`: before the first app's tables are touched, and after the last one's."""
    pre_migrate.connect(_before, sender=sender)
    post_migrate.connect(_after, sender=sender)


def _before(using: str, plan: list[Any], **more: Any) -> None:  # noqa: ANN401
    if plan:
        trigger_sync.take_down(connections[using])


def _after(using: str, verbosity: int, **more: Any) -> None:  # noqa: ANN401
    connection = connections[using]
    trigger_sync.mend(connection)
    waiting = trigger_sync.differences(connection)
    if waiting and verbosity:
        told = more.get("stdout") or sys.stdout
        told.write(f"  {len(waiting)} triggers are not as they should be; nothing is published until they are:\n")
        told.writelines(f"    {each}\n" for each in waiting)
