"""The presets: the architecture, how long it is trained, and on how many drawings."""

from __future__ import annotations

from dataclasses import dataclass, field

from training.augmentation.sampling import Mixture
from training.config import Preset
from training.network.cnn import Architecture

MAX_EPOCHS = 100


@dataclass(frozen=True)
class PresetConfig:
    """The values that one preset stands for."""

    architecture: Architecture
    min_epochs: int
    min_drawings_shown: int  # in all epochs together
    rows_per_class: int  # base drawings to train on, at most
    augmented: int  # stroke-augmented drawings
    outliers: int  # of each kind; if there are few, they repeat and the network memorizes them
    learning_rate: float = 1e-2  # at its peak
    mixture: Mixture = field(default_factory=Mixture)

    def epochs_for(self, drawings: int) -> int:
        """Return the epochs for a number of drawings; few drawings repeat more often, as augmentation allows."""
        return max(self.min_epochs, min(MAX_EPOCHS, self.min_drawings_shown // max(1, drawings)))


# QUICK is for trying things out, STANDARD for retraining on a site, BEST for the starter model.
PRESETS = {
    Preset.QUICK: PresetConfig(
        Architecture(channels=(16, 32, 64, 128), blocks=(0, 0, 0, 0)),
        min_epochs=8,
        min_drawings_shown=0,
        rows_per_class=3_000,
        augmented=3_000,
        outliers=2_000,
        # Few epochs have to go to the drawings themselves.
        mixture=Mixture(augmented_share=0.1, outlier_share=0.04),
    ),
    Preset.STANDARD: PresetConfig(
        Architecture(channels=(16, 32, 64, 128), blocks=(0, 0, 1, 1)),
        min_epochs=25,
        min_drawings_shown=800_000,
        rows_per_class=5_000,
        augmented=30_000,
        outliers=8_000,
    ),
    Preset.BEST: PresetConfig(
        Architecture(channels=(16, 32, 72, 160), blocks=(0, 0, 1, 1)),
        min_epochs=24,
        min_drawings_shown=1_500_000,
        rows_per_class=20_000,
        augmented=120_000,
        outliers=20_000,
    ),
}
