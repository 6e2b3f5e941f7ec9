"""Measures the memory of a data set of 345 classes × 100,000 drawings, on sparse files of that size.

    make bench B=quickdraw_memory

The files are made in the temporary folder (TMPDIR) and take 345 × 4 kB there, whatever `ls` says. Each figure is the
largest resident size of a separate process, including pages of mapped files. Prints Markdown.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from training.data.drawing_index import Drawings, Part, Pixels
from training.data.quickdraw_data import QuickDrawClass, read_quickdraw_class
from training.quickdraw.catalog import Format, categories, official_path
from training.quickdraw.folder import QuickDrawFolder
from training.quickdraw.npy import HEADER_BYTES, Header, header_bytes

ROWS_PER_CLASS = 100_000
BATCH_ROWS = 256
BATCHES = 100
LOADED_FILES = 3  # with `np.load`


def make_files(root: Path) -> None:
    header = Header(HEADER_BYTES, ROWS_PER_CLASS)
    for name in categories():
        path = root / official_path(name, Format.NPY)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(header_bytes(header))
        with path.open("r+b") as file:
            file.truncate(header.size)


def import_only(root: Path) -> None:
    """Do nothing: measures Python, numpy and this script alone."""


def open_all(root: Path) -> list[Pixels]:
    folder = QuickDrawFolder(root)
    return [folder.bitmaps(name) for name in categories()]


def read_all(root: Path) -> list[QuickDrawClass]:
    """Read and hash every drawing, as each training run does first."""
    folder = QuickDrawFolder(root)
    return [read_quickdraw_class(folder, name, ROWS_PER_CLASS)[0] for name in categories()]


def gather(root: Path) -> None:
    """Gather random batches from one data set of all drawings, as training does."""
    parts = [
        Part(label, source, np.arange(ROWS_PER_CLASS, dtype=np.int32)) for label, source in enumerate(open_all(root))
    ]
    drawings, random = Drawings(parts), np.random.default_rng(0)
    for _ in range(BATCHES):
        drawings.pixels(random.integers(0, len(drawings), BATCH_ROWS))
        drawings.release_pages()


def load_arrays(root: Path) -> None:
    """Load a few files with `np.load`, as most scripts do."""
    arrays = [np.load(root / official_path(name, Format.NPY)) for name in categories()[:LOADED_FILES]]
    for array in arrays:
        array.any()


def peak_of(task: Callable[[Path], object], root: Path) -> float:
    """Run a task in a fresh process; return its largest resident size in MB."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_peak_after, task, root).result()


def _peak_after(task: Callable[[Path], object], root: Path) -> float:
    task(root)
    unit = 1 if sys.platform == "darwin" else 1024  # bytes per unit of getrusage
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def report(root: Path) -> None:
    make_files(root)
    bare, total = peak_of(import_only, root), len(categories()) * ROWS_PER_CLASS
    plain = peak_of(load_arrays, root)
    print("| what | memory |\n|---|---|")
    print(f"| Python and numpy alone | {bare:,.0f} MB |")
    print(f"| {LOADED_FILES} of the files by `np.load` | {plain:,.0f} MB |")
    print(f"| … so all {len(categories())} would take | {(plain - bare) / LOADED_FILES * len(categories()):,.0f} MB |")
    for words, task in {
        f"{total:,} drawings opened": open_all,
        "… every one read, hashed and put on its side": read_all,
        f"… made one data set, {BATCHES:,} random batches of {BATCH_ROWS} gathered": gather,
    }.items():
        print(f"| {words} | {peak_of(task, root):,.0f} MB |", flush=True)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        report(Path(folder))
