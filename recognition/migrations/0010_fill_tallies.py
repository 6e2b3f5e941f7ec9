"""Counts what people said about answers before there were tallies."""

from collections import Counter
from datetime import timezone

from django.db import migrations
from django.db.models import F

BANDS, CERTAIN = 10, 10_000
CHUNK = 1000  # judgements in memory at once


def fill(apps, schema_editor):
    Feedback = apps.get_model("recognition", "Feedback")
    by_owner = Feedback.objects.filter(contributor=F("drawing__contributor")).exclude(drawing__source="import")
    tallies = {name: {} for name in ("DayTally", "BandTally", "ClassTally", "PairTally")}
    chunk = []
    for said in by_owner.select_related("label").order_by().iterator(CHUNK):
        chunk.append(said)
        if len(chunk) == CHUNK:
            count(apps, chunk, tallies)
            chunk = []
    count(apps, chunk, tallies)
    for name, rows in tallies.items():
        model = apps.get_model("recognition", name)
        model.objects.bulk_create((model(**dict(key), **sums) for key, sums in rows.items()), batch_size=CHUNK)


def count(apps, chunk, tallies):
    Judgement, Prediction = (apps.get_model("recognition", name) for name in ("Judgement", "Prediction"))
    answers = Prediction.objects.filter(drawing__in=[said.drawing_id for said in chunk]).order_by("-created_at", "-id")
    answers = answers.values("drawing_id", "label", "confidence", "created_at", "model_version__number")
    first = {one["drawing_id"]: one for one in answers}  # the oldest comes last and stays
    judgements = [judgement(Judgement, said, first[said.drawing_id]) for said in chunk if said.drawing_id in first]
    Judgement.objects.bulk_create(judgements)
    for one in judgements:
        add(tallies["DayTally"], one, {"version": one.version, "day": one.day})
        band = min(one.confidence * BANDS // CERTAIN, BANDS - 1)
        add(tallies["BandTally"], one, {"version": one.version, "band": band}, confidence=one.confidence)
        add(tallies["ClassTally"], one, {"version": one.version, "label": one.label})
        add(tallies["PairTally"], one, {"version": one.version, "label": one.label, "guess": one.guess})


def judgement(Judgement, said, answer):
    label = answer["label"] if said.correct else said.label.name if said.label else ""
    return Judgement(
        drawing_id=said.drawing_id,
        version=answer["model_version__number"],
        day=answer["created_at"].astimezone(timezone.utc).date(),
        label=label,
        guess=answer["label"],
        right=said.correct,
        confidence=round(answer["confidence"] * CERTAIN),
    )


def add(rows, one, key, **more):
    rows.setdefault(tuple(key.items()), Counter()).update(judged=1, right=int(one.right), **more)


def empty(apps, schema_editor):
    for name in ("Judgement", "DayTally", "BandTally", "ClassTally", "PairTally"):
        apps.get_model("recognition", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("recognition", "0009_tallies")]

    operations = [migrations.RunPython(fill, empty)]
