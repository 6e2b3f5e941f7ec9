"""Prototypes of new classes, which the model in service was not trained on, from the newest accepted drawings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import numpy as np
from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.inference.classifier import Classifier
from recognition.inference.feature_space import FeatureSpace
from recognition.inference.prototypes import MAX_DRAWINGS, MIN_DRAWINGS, NewClass, learn_class, with_joint_threshold
from recognition.infra.words import word_key
from recognition.models import DoodleClass, Drawing

MAX_DRAWINGS_PER_CONTRIBUTOR = 20  # twice as many hardly improve a prototype, see bench/just_learnt.py
NEWEST_DRAWINGS = 1_000  # from which the drawings of a prototype are chosen

# Per new class: primary key, name, number of accepted drawings, time of the newest. Changes with each new drawing.
State = tuple[tuple[int, str, int, object], ...]


def new_class_state(known: Sequence[str]) -> State:
    """Return the active classes that are not in `known` and have enough accepted drawings for a prototype."""
    is_known = Q(name__in=known) | Q(key__in=[word_key(name) for name in known])
    unknown = DoodleClass.objects.active().exclude(is_known).values_list("pk", "name")
    names = dict(unknown)
    if not names:
        return ()
    accepted = Drawing.objects.accepted().filter(label__in=names).order_by().values("label")
    counted = accepted.annotate(count=Count("pk"), newest=Max(Coalesce("stored_at", "created_at"))).filter(
        count__gte=MIN_DRAWINGS
    )
    return tuple(sorted((row["label"], names[row["label"]], row["count"], row["newest"]) for row in counted))


def learn_new_classes(classifier: Classifier, space: FeatureSpace, state: State) -> tuple[NewClass, ...]:
    """Compute the prototype of each class from its newest drawings; takes at most 15 ms per class."""
    new = [learn_prototype(classifier, space, name, _newest(pk)) for pk, name, _, _ in state]
    return with_joint_threshold(new, space)


def learn_prototype(classifier: Classifier, space: FeatureSpace, name: str, bitmaps: Bitmap) -> NewClass:
    """Compute the prototype of a class from its drawings, uint8 (n, 28, 28) or (n, 784)."""
    outputs = classifier.run(bitmaps.reshape(-1, SIZE, SIZE))
    confidences = classifier.calibration.probabilities(outputs.logits).max(axis=1)
    return learn_class(name, outputs.embeddings, confidences, space, len(classifier.labels))


def _newest(pk: int) -> Bitmap:
    """Return bitmaps (n, 28, 28) of a class's newest drawings, with a limit per contributor to keep them diverse."""
    accepted = Drawing.objects.accepted().filter(label=pk).order_by("-created_at", "-id")
    chosen: list[UUID] = []
    counts: Counter[UUID] = Counter()
    for drawing, contributor in accepted.values_list("pk", "contributor")[:NEWEST_DRAWINGS]:
        counts[contributor] += 1
        if counts[contributor] <= MAX_DRAWINGS_PER_CONTRIBUTOR:
            chosen.append(drawing)
    rows = accepted.filter(pk__in=chosen[:MAX_DRAWINGS]).values_list("bitmap", flat=True)
    return np.stack([np.frombuffer(row, np.uint8).reshape(SIZE, SIZE) for row in rows])
