from django.db import migrations, models


def tell_by_code(apps, schema_editor):
    """What was told by its sentence alone."""
    delivery, post = apps.get_model("publishing", "Delivery"), apps.get_model("publishing", "Post")
    stopped = delivery.objects.filter(state="cancelled", error="The file was taken away before it went out.")
    stopped.update(reason="taken_away")
    post.objects.filter(state="discarded", hold="The file was taken away.").update(reason="taken_away")


class Migration(migrations.Migration):

    dependencies = [
        ("publishing", "0009_what_else_a_line_says"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="reason",
            field=models.CharField(blank=True, default="", editable=False, max_length=20),
        ),
        migrations.AddField(
            model_name="post",
            name="reason",
            field=models.CharField(blank=True, default="", editable=False, max_length=20),
        ),
        migrations.RunPython(tell_by_code, migrations.RunPython.noop),
    ]
