"""Whether the machine carries an erasure out was the beginning of a sentence, and its doubts a part of one."""

import re

from django.db import migrations, models

DOUBTS = re.compile(r" ?(In doubt: .*?look there\.)")


def from_sentences(apps, schema_editor):
    Request = apps.get_model("accounts", "Request")
    for request in Request.objects.filter(kind="erasure", answer__startswith="Erased: "):
        told = DOUBTS.search(request.answer)
        Request.objects.filter(pk=request.pk).update(
            begun_at=request.created_at, doubts=told[1] if told else "", answer=DOUBTS.sub("", request.answer)
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_why_is_a_code")]

    operations = [
        migrations.AddField(
            model_name="request",
            name="begun_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="begun"),
        ),
        migrations.AddField(
            model_name="request",
            name="doubts",
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.RunPython(from_sentences, migrations.RunPython.noop),
    ]
