"""How often the promotion gate lets a version pass, by what it loses and by the number of test drawings.

    make bench B=gate

Simulated candidates answer 4 % of the test drawings differently from the champion, half of them better, or fewer, so
that they lose as many points as a column says. Class sizes are those of the test drawings in QUICKDRAW_DIR, scaled; the
largest size has 1,000 drawings of each of 345 classes, as the official files have. The anchor is the champion. There
are 1,000 test drawings of people who were trained on and 1,000 of others. A cell is the share of candidates that pass
all statistical checks.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

import bench.django_setup  # noqa: F401  # before the imports below, which need it
from training.data.quickdraw_data import read_test_drawings
from training.evaluation import gate
from training.evaluation.paired import Paired
from training.quickdraw.catalog import categories
from training.quickdraw.folder import QuickDrawFolder

SIZES = (1_864, 4_000, 9_343, 17_343, 345_000)
FULL_SIZE = 345_000
LOST_POINTS = (0.0, 0.3, 0.5, 0.7, 1.0, 2.0)
DIFFERING = 0.04
ACCURACY = 0.84
COLLECTED = 1_000
LABELS = [str(target) for target in range(345)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--candidates", type=int, default=1_000)
    options = parser.parse_args()
    folder = QuickDrawFolder(Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")))
    real = np.array([len(read_test_drawings(folder, name)) for name in categories()])
    print("| test drawings | classes of 50 or more |", *(f" −{lost:g} points |" for lost in LOST_POINTS), sep="")
    print(f"|{'---|' * (2 + len(LOST_POINTS))}")
    for size in SIZES:
        shares = np.full(len(real), 1 / len(real)) if size == FULL_SIZE else real / real.sum()
        targets = np.repeat(np.arange(len(real), dtype=np.int32), np.round(shares * size).astype(int))
        cells = [f"{passing_share(targets, lost / 100, options.candidates):.1%}" for lost in LOST_POINTS]
        thick = int((np.bincount(targets) >= gate.MIN_CLASS_SUPPORT).sum())
        print(f"| {len(targets):,} | {thick} | {' | '.join(cells)} |", flush=True)


def passing_share(targets: npt.NDArray[np.int32], lost: float, candidates: int) -> float:
    """Return the share of candidates that pass all checks. lost: a share."""
    random = np.random.default_rng(0)
    return float(np.mean([passes(targets, lost, random) for _ in range(candidates)]))


def passes(targets: npt.NDArray[np.int32], lost: float, random: np.random.Generator) -> bool:
    base = simulated(targets, lost, random)
    collected = [simulated(np.zeros(COLLECTED, np.int32), lost, random) for _ in range(2)]
    checks = [
        *gate.check_base(base),
        gate.check_classes(base, LABELS),
        *gate.check_anchor(base, "the champion"),
        *(gate.check_collected("user drawings", drawings) for drawings in collected),
    ]
    return all(check.passed for check in checks)


def simulated(targets: npt.NDArray[np.int32], lost: float, random: np.random.Generator) -> Paired:
    """Return answers of a champion, and of a candidate that loses a share of the drawings."""
    fate = random.random(len(targets))
    # Losses, gains and the rest: together DIFFERING of the drawings, and as many more losses than gains as are lost.
    is_lost = fate < (DIFFERING + lost) / 2
    is_gained = ~is_lost & (fate < max(DIFFERING, lost))
    agreed = random.random(len(targets)) < ACCURACY
    return Paired((agreed & ~is_lost) | is_gained, (agreed & ~is_gained) | is_lost, targets)


if __name__ == "__main__":
    main()
