from __future__ import annotations

from django.db import migrations

from recognition.models.word import fill_keys


def fill(apps, schema_editor):
    """Give each word its key. Doubles stay without; `bootstrap` and `merge_classes` name them."""
    for model in ("DoodleClass", "WordProposal"):
        fill_keys(apps.get_model("recognition", model))


class Migration(migrations.Migration):

    dependencies = [
        ('recognition', '0029_word_keys'),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
