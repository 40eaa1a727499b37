"""Rows that are tied together belong to one person from here on: see poster.belonging."""

from __future__ import annotations

from django.db import migrations

from poster.belonging import tie, untie


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0002_append_only"),
        ("watches", "0001_initial"),
        ("accounts", "0001_initial"),
    ]
    operations = [
        migrations.RunPython(
            lambda apps, editor: tie(editor.connection), lambda apps, editor: untie(editor.connection)
        )
    ]
