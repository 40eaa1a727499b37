"""A line of the ledger that moves a delivery tells what its row says from then on."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial")]

    operations = [
        migrations.AddField("step", "state", models.CharField(blank=True, max_length=12, default=""), preserve_default=False),
        migrations.AddField("step", "remote_id", models.CharField(blank=True, max_length=200, default=""), preserve_default=False),
        migrations.AddField("step", "permalink", models.CharField(blank=True, max_length=1000, default=""), preserve_default=False),
    ]
