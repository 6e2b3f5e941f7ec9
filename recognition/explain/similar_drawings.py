"""The drawings that the network in service finds most alike: by what its last layer sees of them.

Each host keeps the vectors of the newest public drawings in DOODLE_VAR, for the version in service; it makes them
itself from the bitmaps, so that nothing is shared and nothing goes stale. A new version means new vectors: 20 s of
computing for 100,000 drawings, in the background, the newest first.

What is deleted is erased here at once on the host that deletes it, and within an hour of the next visit on others.
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
from recognition.serving.loaded_model import Network
from recognition.serving.model_loader import NoModelInService, champion

logger = logging.getLogger(__name__)

CAPACITY = 100_000  # drawings
PAGE = 100  # drawings looked at in one go, and while somebody waits
SHOWN = 12
ALIKE = 0.15  # likeness from which on; of pairs of test drawings beyond it, 57 % are of one class, below it 1 %
SWEPT_EVERY = 3600  # seconds
AT_ONCE = 500  # drawings that are looked up in one query
SPARE = 4  # times as many are looked for, as some of them were deleted or hidden since

_filling = threading.Lock()
_filled: set[str] = set()  # versions whose vectors this process has seen complete; what came later is on the first page


@dataclass(frozen=True)
class Neighbour:
    exhibit: Exhibit
    likeness: float  # -1 to 1


def neighbours_of(drawing: Drawing) -> list[Neighbour]:
    """Return the public drawings of other people that are most like this one, best first.

    None without a network in service, or with one that does not tell what it sees.
    """
    try:
        network = champion()
    except NoModelInService:
        return []
    if network.features is None:
        return []
    vectors = _vectors_of(network)
    has_more = _fill_page(vectors, network, after=None)
    if (has_more and network.version.sha256 not in _filled) or vectors.age() > SWEPT_EVERY:
        _fill_in_background(network)
    [direction] = network.features.directions(network.classifier.run(drawing.pixels()).embeddings)
    nearest = [one for one in vectors.nearest(direction, SHOWN * SPARE) if one[1] >= ALIKE]
    others = Exhibit.objects.exclude(contributor=drawing.contributor_id).select_related("label")
    found = others.in_bulk([pk for pk, _ in nearest])
    return [Neighbour(found[pk], likeness) for pk, likeness in nearest if pk in found][:SHOWN]


def fill(network: Network) -> None:
    """Make the vectors that are missing, from the newest drawing back to the oldest that there is room for."""
    vectors = _vectors_of(network)
    after: Exhibit | None = None
    for _ in range(CAPACITY // PAGE):
        after = _fill_page(vectors, network, after)
        if after is None:
            break
    _filled.add(network.version.sha256)


def erase(ids: Collection[UUID]) -> int:
    """Erase what this host keeps of these drawings; return of how many it kept anything."""
    vectors = _kept()
    return vectors.erase(list(ids)) if vectors else 0


def sweep() -> int:
    """Erase what this host keeps of drawings that are not in the gallery any more; return of how many."""
    vectors = _kept()
    if vectors is None:
        return 0
    vectors.mark_swept()
    here, gone = vectors.ids(), []
    for start in range(0, len(here), AT_ONCE):
        some = here[start : start + AT_ONCE]
        there = set(Exhibit.objects.filter(pk__in=some).order_by().values_list("pk", flat=True))
        gone += [one for one in some if one not in there]
    return vectors.erase(gone) if gone else 0


def _kept() -> VectorFile | None:
    """Return the file of the version in service if this host has any; files of no use are thrown away."""
    root = settings.VAR / "neighbours"
    if not root.exists():
        return None
    try:
        network = champion()
    except NoModelInService:
        shutil.rmtree(root, ignore_errors=True)
        return None
    return _vectors_of(network) if network.features else None


def _vectors_of(network: Network) -> VectorFile:
    """Return the file for a version; those of other versions are thrown away, as is one that has grown too long."""
    root = settings.VAR / "neighbours"
    folder = root / network.version.sha256[:16]
    if not folder.exists():
        shutil.rmtree(root, ignore_errors=True)
    vectors = VectorFile(folder, len(network.features.mean) if network.features else 0)
    if len(vectors) > 2 * CAPACITY:
        shutil.rmtree(folder, ignore_errors=True)
        return _vectors_of(network)
    return vectors


def _fill_page(vectors: VectorFile, network: Network, after: Exhibit | None) -> Exhibit | None:
    """Make what is missing among the next drawings; return the last of them, None when there are no more."""
    exhibits = Exhibit.objects.only("drawing", "drawn_at")
    if after:
        older = Q(drawn_at=after.drawn_at, drawing__lt=after.drawing_id) | Q(drawn_at__lt=after.drawn_at)
        exhibits = exhibits.filter(older, drawn_at__lte=after.drawn_at)  # the latter lets the index be entered there
    page = list(exhibits[:PAGE])
    missing = vectors.missing([one.drawing_id for one in page])
    if missing:
        _add(vectors, network, missing)
    return page[-1] if len(page) == PAGE else None


def _add(vectors: VectorFile, network: Network, ids: Sequence[UUID]) -> None:
    rows = dict(Drawing.objects.filter(pk__in=ids).order_by().values_list("pk", "bitmap"))
    if rows and network.features:
        bitmaps = np.frombuffer(b"".join(bytes(row) for row in rows.values()), np.uint8).reshape(-1, SIZE, SIZE)
        vectors.add(list(rows), network.features.directions(network.classifier.run(bitmaps).embeddings))


def _fill_in_background(network: Network) -> None:
    if _filling.acquire(blocking=False):
        threading.Thread(target=_fill_and_close, args=(network,), name="neighbours", daemon=True).start()


def _fill_and_close(network: Network) -> None:
    try:
        fill(network)
        if _vectors_of(network).age() > SWEPT_EVERY:
            sweep()
    except Exception:  # drawings without their neighbours are shown all the same; the next visitor tries again
        logger.exception("Cannot look at all drawings.")
    finally:
        connection.close()
        _filling.release()
