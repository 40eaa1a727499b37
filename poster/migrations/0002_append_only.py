"""The ledger is append-only from here on: see poster.guarding."""

from __future__ import annotations

from django.db import migrations

from poster.guarding import guard, unguard

TABLES = ["poster_link", "poster_event"]


class Migration(migrations.Migration):
    dependencies = [("poster", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: guard(editor.connection, TABLES), lambda apps, editor: unguard(editor.connection, TABLES)
        )
    ]
