from __future__ import annotations

from django.db import migrations, models


def mark_automatic(apps, schema_editor):
    """Mark the promotions by the gate of older releases, by the reason that it always gave."""
    promotions = apps.get_model("recognition", "Promotion").objects
    promotions.filter(reason__regex=r"^run [0-9]+ passed the gate$").update(automatic=True)


class Migration(migrations.Migration):
    dependencies = [("recognition", "0017_certainty")]

    operations = [
        migrations.AddField(
            model_name="promotion",
            name="automatic",
            field=models.BooleanField(db_default=False, default=False, help_text="the gate decided, not a person"),
        ),
        migrations.RunPython(mark_automatic, migrations.RunPython.noop),
    ]
