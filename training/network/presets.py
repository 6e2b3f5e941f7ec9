"""What each preset costs and buys: the network, how long it is trained and on how many drawings."""

from __future__ import annotations

from dataclasses import dataclass, field

from training.augmentation.sampling import Mixture
from training.config import Preset
from training.network.cnn import Architecture

MOST_EPOCHS = 100


@dataclass(frozen=True)
class Hyperparameters:
    architecture: Architecture
    epochs: int  # at least
    shown: int  # drawings, in all epochs together, at least
    rows_per_class: int  # base drawings trained on at most
    variations: int  # drawings as other hands might have drawn them
    outliers: int  # pictures of nothing that it knows, of each kind; few that come again and again are learnt by heart
    learning_rate: float = 1e-2  # at its peak
    mixture: Mixture = field(default_factory=Mixture)

    def epochs_for(self, drawings: int) -> int:
        """Return how often to go through so many drawings: few of them more often, as mirroring and bending allows."""
        return max(self.epochs, min(MOST_EPOCHS, self.shown // max(1, drawings)))


PRESETS = {
    Preset.QUICK: Hyperparameters(
        Architecture(channels=(16, 32, 64, 128), blocks=(0, 0, 0, 0)),
        epochs=8,
        shown=0,
        rows_per_class=3_000,
        variations=3_000,
        outliers=2_000,
        # In so short a time the drawings themselves have to come first.
        mixture=Mixture(augmented_share=0.1, outlier_share=0.04),
    ),
    Preset.STANDARD: Hyperparameters(
        Architecture(channels=(16, 32, 64, 128), blocks=(0, 0, 1, 1)),
        epochs=25,
        shown=800_000,
        rows_per_class=5_000,
        variations=30_000,
        outliers=8_000,
    ),
    Preset.BEST: Hyperparameters(
        Architecture(channels=(16, 32, 72, 160), blocks=(0, 0, 1, 1)),
        epochs=24,
        shown=1_500_000,
        rows_per_class=20_000,
        variations=120_000,
        outliers=20_000,
    ),
}
