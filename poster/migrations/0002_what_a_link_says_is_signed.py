"""A link tells its table, the version of the signed columns and its time, and its number has no gaps."""

from __future__ import annotations

from django.db import migrations, models

from poster import clock


class Migration(migrations.Migration):
    dependencies = [("poster", "0001_initial")]

    operations = [
        migrations.AlterField("link", "number", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
        migrations.AddField("link", "table", models.CharField(default="", max_length=60), preserve_default=False),
        migrations.AddField("link", "version", models.PositiveSmallIntegerField(default=0), preserve_default=False),
        migrations.AddField("link", "made_at", models.DateTimeField(default=clock.now), preserve_default=False),
    ]
