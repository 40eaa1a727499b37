"""What the operator allows one person of disk, money and work."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_revocation'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='ai_budget',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='US dollars a month for captions'),
        ),
        migrations.AddField(
            model_name='user',
            name='most_held_mb',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='megabytes of pictures held'),
        ),
        migrations.AddField(
            model_name='user',
            name='most_pictures',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='pictures a day'),
        ),
        migrations.AddField(
            model_name='user',
            name='most_watches',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='watches'),
        ),
        migrations.AddField(
            model_name='user',
            name='shortest_interval',
            field=models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='shortest interval in seconds'),
        ),
    ]
