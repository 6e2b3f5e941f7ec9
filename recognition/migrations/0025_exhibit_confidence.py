from __future__ import annotations

from django.db import migrations, models


def copy_confidence(apps, schema_editor):
    """Copy the confidence of the first guess, whose version the gallery knows already."""
    first = apps.get_model("recognition", "Prediction").objects.filter(
        drawing=models.OuterRef("pk"), model_version__number=models.OuterRef("version")
    )
    apps.get_model("recognition", "Exhibit").objects.update(confidence=models.Subquery(first.values("confidence")))


class Migration(migrations.Migration):

    dependencies = [
        ('recognition', '0024_pens'),
    ]

    operations = [
        migrations.AddField(
            model_name='exhibit',
            name='confidence',
            field=models.FloatField(help_text='of the first guess; empty: nothing was said', null=True),
        ),
        migrations.AddIndex(
            model_name='exhibit',
            index=models.Index(fields=['confidence', 'drawing'], name='exhibit_confidence'),
        ),
        migrations.AddIndex(
            model_name='exhibit',
            index=models.Index(fields=['label', 'confidence', 'drawing'], name='exhibit_label_confidence'),
        ),
        migrations.AddIndex(
            model_name='exhibit',
            index=models.Index(fields=['right', 'confidence', 'drawing'], name='exhibit_right_confidence'),
        ),
        migrations.RunPython(copy_confidence, migrations.RunPython.noop),
    ]
