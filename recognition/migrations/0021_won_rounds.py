from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recognition", "0020_classes_of_new_versions")]

    operations = [
        migrations.AddField(
            model_name="drawing",
            name="won",
            field=models.BooleanField(
                db_default=False, default=False, help_text="the game guessed the word before the drawing was finished"
            ),
        ),
    ]
