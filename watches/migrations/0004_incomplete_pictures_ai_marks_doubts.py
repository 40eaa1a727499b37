"""Pictures that are not complete yet, what a file says about AI, and why a person should look at a picture."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('watches', '0003_holds_and_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='asset',
            name='ai_mark',
            field=models.CharField(blank=True, choices=[('trainedAlgorithmicMedia', 'made with AI'), ('compositeWithTrainedAlgorithmicMedia', 'partly made with AI'), ('algorithmicMedia', 'made by a program')], max_length=40, verbose_name='says it is'),
        ),
        migrations.AddField(
            model_name='asset',
            name='doubt',
            field=models.CharField(blank=True, choices=[('hole', 'it may have a hole'), ('hdr', 'it is HDR'), ('coarse', 'its dark shades are coarse')], max_length=10, verbose_name='look because'),
        ),
        migrations.AlterField(
            model_name='asset',
            name='state',
            field=models.CharField(choices=[('found', 'found'), ('incomplete', 'not complete yet'), ('ready', 'ready'), ('recorded', 'was there before'), ('held', 'changed: waits for you'), ('wordless', 'no caption: waits for you'), ('duplicate', 'same picture again'), ('skipped', 'cannot be posted'), ('gone', 'taken away')], default='found', max_length=10),
        ),
    ]
