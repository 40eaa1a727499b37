import accounts.models.logins
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_theme'),
    ]

    operations = [
        migrations.AlterField(
            model_name='channel',
            name='name',
            field=models.CharField(max_length=200, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='channel',
            name='state',
            field=models.CharField(choices=[('active', 'ready'), ('off', 'switched off'), ('blocked', 'reconnect')], default='active', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='credential',
            name='name',
            field=models.CharField(blank=True, max_length=200, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='credential',
            name='provider',
            field=models.CharField(choices=accounts.models.logins.provider_choices, max_length=20, verbose_name='provider'),
        ),
        migrations.AlterField(
            model_name='credential',
            name='state',
            field=models.CharField(choices=[('active', 'connected'), ('blocked', 'reconnect')], default='active', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='invitation',
            name='invited_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invitations', to=settings.AUTH_USER_MODEL, verbose_name='invited by'),
        ),
        migrations.AlterField(
            model_name='providerapp',
            name='provider',
            field=models.CharField(choices=accounts.models.logins.provider_choices, max_length=20, unique=True, verbose_name='provider'),
        ),
        migrations.AlterField(
            model_name='request',
            name='kind',
            field=models.CharField(choices=[('access', 'see my data'), ('correction', 'correct my data'), ('erasure', 'erase my data'), ('restriction', 'restrict the use of my data'), ('objection', 'object to the use of my data'), ('portability', 'take my data elsewhere'), ('question', 'something else'), ('platform', 'erasure asked for at the platform')], max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='user',
            name='name',
            field=models.CharField(blank=True, max_length=150, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='user',
            name='time_zone',
            field=models.CharField(blank=True, max_length=60, verbose_name='time zone'),
        ),
    ]
