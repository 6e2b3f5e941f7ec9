"""Which classes the network in service has yet to learn, and what can be said of them from what people drew so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import numpy as np
from django.db.models import Count, Max

from recognition.imaging.bitmap import SIZE, Bitmap
from recognition.inference.classifier import Classifier
from recognition.inference.feature_space import FeatureSpace
from recognition.inference.prototypes import MAX_DRAWINGS, MIN_DRAWINGS, NewClass, learn_class
from recognition.models import DoodleClass, Drawing

ENOUGH_OF_ONE = 20  # drawings by one contributor; twice as many teach hardly more, see bench/just_learnt.py
LOOKED_AT = 1_000  # the newest drawings, among which they are chosen

# The classes that can be answered, with what tells whether more was drawn of them: number of drawings, newest one.
State = tuple[tuple[int, str, int, object], ...]


def state_of_newcomers(known: Sequence[str]) -> State:
    """Find the active classes that a network does not know, but of which enough drawings are accepted."""
    unknown = DoodleClass.objects.active().exclude(name__in=known).values_list("pk", "name")
    names = dict(unknown)
    if not names:
        return ()
    accepted = Drawing.objects.accepted().filter(label__in=names).order_by().values("label")
    counted = accepted.annotate(count=Count("pk"), newest=Max("created_at")).filter(count__gte=MIN_DRAWINGS)
    return tuple(sorted((one["label"], names[one["label"]], one["count"], one["newest"]) for one in counted))


def learn_newcomers(classifier: Classifier, space: FeatureSpace, state: State) -> tuple[NewClass, ...]:
    """Learn each class from its newest drawings; takes 15 ms a class at most."""
    return tuple(_learn(classifier, space, pk, name) for pk, name, _, _ in state)


def _learn(classifier: Classifier, space: FeatureSpace, pk: int, name: str) -> NewClass:
    outputs = classifier.run(_newest(pk))
    confidences = classifier.calibration.probabilities(outputs.logits).max(axis=1)
    return learn_class(name, outputs.embeddings, confidences, space, len(classifier.labels))


def _newest(pk: int) -> Bitmap:
    """Return the newest drawings of a class, of nobody so many that they could crowd out what all others drew."""
    accepted = Drawing.objects.accepted().filter(label=pk).order_by("-created_at", "-id")
    chosen: list[UUID] = []
    count: Counter[UUID] = Counter()
    for drawing, contributor in accepted.values_list("pk", "contributor")[:LOOKED_AT]:
        count[contributor] += 1
        if count[contributor] <= ENOUGH_OF_ONE:
            chosen.append(drawing)
    rows = accepted.filter(pk__in=chosen[:MAX_DRAWINGS]).values_list("bitmap", flat=True)
    return np.stack([np.frombuffer(row, np.uint8).reshape(SIZE, SIZE) for row in rows])
