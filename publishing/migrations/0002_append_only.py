"""The ledger is append-only from here on: see publishing.guarding."""

from __future__ import annotations

from django.db import migrations

from publishing.guarding import guard, unguard


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: guard(editor.connection), lambda apps, editor: unguard(editor.connection)
        )
    ]
