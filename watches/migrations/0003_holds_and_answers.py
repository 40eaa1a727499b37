"""Why a caption waits is told by codes, in place of one yes or no; a call keeps the answer as it came."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

# What "needs a look" meant: the built-in describer always did; of other captioners nobody wrote down why.
UNKNOWN = "unknown"


def tell_by_codes(apps: Any, editor: Any) -> None:
    rows = apps.get_model("watches", "Caption").objects.filter(needs_look=True)
    rows.filter(captioner="describer").update(holds=[{"code": "describer", "found": ""}])
    rows.exclude(captioner="describer").update(holds=[{"code": UNKNOWN, "found": ""}])


def tell_by_one_bit(apps: Any, editor: Any) -> None:
    apps.get_model("watches", "Caption").objects.exclude(holds=[]).update(needs_look=True)


class Migration(migrations.Migration):
    dependencies = [
        ("watches", "0002_what_may_be_out_after_a_restore"),
    ]

    operations = [
        migrations.AddField("caption", "holds", models.JSONField(blank=True, default=list)),
        migrations.AddField("captioncall", "answer", models.TextField("answer as it came", blank=True)),
        migrations.RunPython(tell_by_codes, tell_by_one_bit),
        migrations.RemoveField("caption", "needs_look"),
    ]
