"""Adds up the manifests of runs that ended before there were summaries."""

from collections import Counter

from django.db import migrations


def fill(apps, schema_editor):
    TrainingRun = apps.get_model("training", "TrainingRun")
    for pk in TrainingRun.objects.filter(summary__isnull=True).values_list("pk", flat=True):  # one manifest in memory at a time
        manifest = TrainingRun.objects.values_list("manifest", flat=True).get(pk=pk)
        TrainingRun.objects.filter(pk=pk).update(summary=summarize(manifest))


def summarize(manifest):
    classes = manifest.get("classes", {})
    reasons = Counter(
        reason.partition(":")[0] for one in classes.values() for reason in one["collected_left_out"].values()
    )
    return {
        "classes": [summary(name, one) for name, one in classes.items()],
        "left_out": reasons.most_common(),
        "waiting": manifest.get("waiting", {}),
        "style": manifest.get("style", ""),
        "excluded": manifest.get("base_excluded", 0),
    }


def summary(name, one):
    return {
        "name": name,
        "base": one["base"]["train"] + one["base"]["near"],
        "collected": len(one["collected"]["train"]),
        "tested": one["base"]["test"] + len(one["collected"]["test"]),
        "left_out": len(one["collected_left_out"]),
    }


class Migration(migrations.Migration):
    dependencies = [("training", "0004_run_summary")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
