"""The ledger is append-only from here on: see poster.guarding."""

from __future__ import annotations

from django.db import migrations

from poster.guarding import guard, unguard

TABLES = ["publishing_step"]


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial"), ("poster", "0002_append_only")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: guard(editor.connection, TABLES), lambda apps, editor: unguard(editor.connection, TABLES)
        )
    ]
