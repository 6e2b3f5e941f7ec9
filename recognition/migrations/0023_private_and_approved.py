from __future__ import annotations

from django.db import migrations, models


def mark_approved(apps, schema_editor):
    """Mark the drawings in the gallery that staff have approved, as the samples were."""
    apps.get_model("recognition", "Exhibit").objects.filter(drawing__moderation="approved").update(approved=True)


class Migration(migrations.Migration):
    dependencies = [("recognition", "0022_import_retry")]

    operations = [
        migrations.AlterField(
            model_name="drawing",
            name="moderation",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "nobody objected"),
                    ("reported", "reported, hidden until looked at"),
                    ("approved", "looked at and shown"),
                    ("hidden", "looked at and hidden"),
                    ("private", "kept private by who drew it"),
                ],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="exhibit",
            name="approved",
            field=models.BooleanField(db_default=False, default=False, help_text="a person has looked at it"),
        ),
        migrations.AddIndex(
            model_name="exhibit",
            index=models.Index(
                condition=models.Q(("approved", True)),
                fields=["-drawn_at", "-drawing"],
                name="exhibit_approved",
            ),
        ),
        migrations.RunPython(mark_approved, migrations.RunPython.noop),
    ]
