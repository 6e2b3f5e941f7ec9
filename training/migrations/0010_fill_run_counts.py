"""Counts the classes and drawings of runs that ended before they were columns."""

from django.db import migrations


def fill(apps, schema_editor):
    runs = apps.get_model("training", "TrainingRun").objects
    for pk, summary in runs.filter(class_count=None, summary__isnull=False).values_list("pk", "summary").iterator(100):
        if classes := summary["classes"]:
            drawings = sum(counts["base"] + counts["collected"] for counts in classes)
            runs.filter(pk=pk).update(class_count=len(classes), drawing_count=drawings)


class Migration(migrations.Migration):
    dependencies = [("training", "0009_run_records")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
