"""Similar drawings: a k-NN search by cosine similarity over the embeddings of the champion.

Each host keeps the vectors of the newest public drawings in DOODLE_VAR and computes them from the bitmaps, so hosts
share nothing. A new champion needs new vectors: 20 s for 100,000 drawings, in the background, the newest first.

The vectors of a deleted drawing are erased at once on the host that deletes it. Other hosts erase them within an hour
of their next visit.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import Q

from recognition.explain.vector_file import VectorFile
from recognition.imaging.bitmap import SIZE
from recognition.models import Drawing, Exhibit
from recognition.serving.loaded_model import LoadedModel
from recognition.serving.model_loader import NoModelInService, champion

logger = logging.getLogger(__name__)

MAX_DRAWINGS = 100_000  # with a vector
PAGE_DRAWINGS = 100  # whose vectors are computed at a time, the first page during a request
MAX_SHOWN = 12
MIN_SIMILARITY = 0.15  # of pairs of test drawings above it, 57 % share a class; below it, 1 %
SWEEP_SECONDS = 3600  # between sweeps
IDS_PER_QUERY = 500
SEARCH_FACTOR = 4  # times MAX_SHOWN are searched, as some may be deleted or hidden

_filling = threading.Lock()
_filled: set[str] = set()  # SHA-256 of versions with complete vectors; newer drawings are on the first page


@dataclass(frozen=True)
class SimilarDrawing:
    """A public drawing and its cosine similarity to another one."""

    exhibit: Exhibit
    similarity: float  # -1 to 1


def find_similar(drawing: Drawing) -> list[SimilarDrawing]:
    """Return the most similar public drawings of other people, the most similar first.

    Returns none if no model is in service, or if it has no feature space.
    """
    try:
        network = champion()
    except NoModelInService:
        return []
    if network.features is None:
        return []
    vectors = _vectors_of(network)
    has_more = _fill_page(vectors, network, after=None)
    if (has_more and network.version.sha256 not in _filled) or vectors.seconds_since_sweep() > SWEEP_SECONDS:
        _fill_in_background(network)
    [direction] = network.features.directions(network.classifier.run(drawing.pixels()).embeddings)
    nearest = vectors.nearest(direction, MAX_SHOWN * SEARCH_FACTOR)
    similarities = {pk: similarity for pk, similarity in nearest if similarity >= MIN_SIMILARITY}
    others = Exhibit.objects.exclude(contributor=drawing.contributor_id).select_related("label")
    exhibits = others.in_bulk(list(similarities))
    similar = [SimilarDrawing(exhibits[pk], similarities[pk]) for pk in similarities if pk in exhibits]
    return similar[:MAX_SHOWN]


def compute_vectors(network: LoadedModel) -> None:
    """Compute the missing vectors of the MAX_DRAWINGS newest public drawings, the newest first."""
    vectors = _vectors_of(network)
    after: Exhibit | None = None
    for _ in range(MAX_DRAWINGS // PAGE_DRAWINGS):
        after = _fill_page(vectors, network, after)
        if after is None:
            break
    _filled.add(network.version.sha256)


def erase_vectors(ids: Collection[UUID]) -> int:
    """Erase the vectors of drawings on this host; return how many there were."""
    vectors = _existing_vectors()
    return vectors.erase(list(ids)) if vectors else 0


def sweep_vectors() -> int:
    """Erase the vectors of drawings that have left the gallery; return how many."""
    vectors = _existing_vectors()
    if vectors is None:
        return 0
    vectors.mark_swept()
    ids, gone = vectors.ids(), []
    for start in range(0, len(ids), IDS_PER_QUERY):
        chunk = ids[start : start + IDS_PER_QUERY]
        public = set(Exhibit.objects.filter(pk__in=chunk).order_by().values_list("pk", flat=True))
        gone += [pk for pk in chunk if pk not in public]
    return vectors.erase(gone) if gone else 0


def _existing_vectors() -> VectorFile | None:
    """Return the vectors of the champion if this host has any; delete those of other versions."""
    root = settings.VAR / "neighbours"
    if not root.exists():
        return None
    try:
        network = champion()
    except NoModelInService:
        shutil.rmtree(root, ignore_errors=True)
        return None
    return _vectors_of(network) if network.features else None


def _vectors_of(network: LoadedModel) -> VectorFile:
    """Return the vector file of a version; delete those of other versions, and one that has grown too long."""
    root = settings.VAR / "neighbours"
    folder = root / network.version.sha256[:16]
    if not folder.exists():
        shutil.rmtree(root, ignore_errors=True)
    vectors = VectorFile(folder, len(network.features.mean) if network.features else 0)
    if len(vectors) > 2 * MAX_DRAWINGS:
        shutil.rmtree(folder, ignore_errors=True)
        return _vectors_of(network)
    return vectors


def _fill_page(vectors: VectorFile, network: LoadedModel, after: Exhibit | None) -> Exhibit | None:
    """Compute the missing vectors of the next page of drawings.

    after: the last drawing of the page before. Returns the last drawing of this page, None if it is the last page.
    """
    exhibits = Exhibit.objects.only("drawing", "drawn_at")
    if after:
        older = Q(drawn_at=after.drawn_at, drawing__lt=after.drawing_id) | Q(drawn_at__lt=after.drawn_at)
        # The second condition is redundant, but lets the database start in the index.
        exhibits = exhibits.filter(older, drawn_at__lte=after.drawn_at)
    page = list(exhibits[:PAGE_DRAWINGS])
    missing = vectors.missing([exhibit.drawing_id for exhibit in page])
    if missing:
        _add(vectors, network, missing)
    return page[-1] if len(page) == PAGE_DRAWINGS else None


def _add(vectors: VectorFile, network: LoadedModel, ids: Sequence[UUID]) -> None:
    rows = dict(Drawing.objects.filter(pk__in=ids).order_by().values_list("pk", "bitmap"))
    if rows and network.features:
        bitmaps = np.frombuffer(b"".join(bytes(row) for row in rows.values()), np.uint8).reshape(-1, SIZE, SIZE)
        vectors.add(list(rows), network.features.directions(network.classifier.run(bitmaps).embeddings))


def _fill_in_background(network: LoadedModel) -> None:
    if _filling.acquire(blocking=False):
        threading.Thread(target=_fill_and_close, args=(network,), name="neighbours", daemon=True).start()


def _fill_and_close(network: LoadedModel) -> None:
    try:
        compute_vectors(network)
        if _vectors_of(network).seconds_since_sweep() > SWEEP_SECONDS:
            sweep_vectors()
    except Exception:  # the page works without similar drawings, and the next visit tries again
        logger.exception("Cannot look at all drawings.")
    finally:
        connection.close()
        _filling.release()
