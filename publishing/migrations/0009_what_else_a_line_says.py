from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("publishing", "0008_what_was_undone"),
    ]

    operations = [
        migrations.AddField(
            model_name="step",
            name="says",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
