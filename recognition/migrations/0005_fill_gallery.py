"""Shows in the gallery what was accepted before there was one."""

from django.db import migrations

BANDS = 5
CHUNK = 1000  # drawings in memory at once


def fill(apps, schema_editor):
    Drawing = apps.get_model("recognition", "Drawing")
    Exhibit = apps.get_model("recognition", "Exhibit")
    Prediction = apps.get_model("recognition", "Prediction")
    accepted = Drawing.objects.filter(status="accepted").select_related("label").defer("bitmap", "strokes")
    chunk = []
    for drawing in accepted.iterator(CHUNK):
        chunk.append(drawing)
        if len(chunk) == CHUNK:
            show(chunk, Exhibit, Prediction)
            chunk = []
    show(chunk, Exhibit, Prediction)


def show(drawings, Exhibit, Prediction):
    said = Prediction.objects.filter(drawing__in=drawings).order_by("-created_at", "-id")
    said = said.values("drawing_id", "label", "confidence", "model_version__number")
    first = {one["drawing_id"]: one for one in said}  # the oldest comes last and stays
    exhibits = [exhibit(Exhibit, drawing, first.get(drawing.pk)) for drawing in drawings]
    Exhibit.objects.bulk_create(exhibits, ignore_conflicts=True)


def exhibit(Exhibit, drawing, said):
    return Exhibit(
        drawing=drawing,
        drawn_at=drawing.created_at,
        contributor_id=drawing.contributor_id,
        label=drawing.label,
        source=drawing.source,
        guess=said["label"] if said else "",
        band=min(int(said["confidence"] * BANDS), BANDS - 1) if said else None,
        right=said["label"] == drawing.label.name if said and drawing.label else None,
        version=said["model_version__number"] if said else None,
    )


class Migration(migrations.Migration):
    dependencies = [("recognition", "0004_gallery")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
