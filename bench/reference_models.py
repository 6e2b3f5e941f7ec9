"""The networks that `bench.quality` compares: published recipes as their authors train them, and our presets."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from recognition.imaging.splits import Split
from training.config import Preset, TrainingConfig
from training.data.dataset import Dataset
from training.quickdraw.folder import QuickDrawFolder

if TYPE_CHECKING:
    import keras

SEED = 0


@dataclass(frozen=True)
class TrainedModel:
    artifact: bytes  # LiteRT
    parameters: int
    seconds: float  # of training, without reading the data and without export
    cpu_seconds: float  # likewise, of all threads; other work on the machine hardly changes it
    shown: int  # drawings, in all epochs together


ReferenceModel = Callable[[Dataset, QuickDrawFolder], TrainedModel]


@dataclass(frozen=True)
class PublishedModel:
    """A network from a tutorial, trained by `model.fit` on arrays in memory."""

    layers: Callable[[], list[keras.layers.Layer]]
    epochs: int
    batch: int

    def __call__(self, dataset: Dataset, _: QuickDrawFolder) -> TrainedModel:
        import keras

        from training.network.export import to_litert

        keras.utils.set_random_seed(SEED)
        images, targets = _arrays(dataset)
        logits = keras.layers.Dense(len(dataset.labels))
        network = keras.Sequential([keras.Input((SIZE, SIZE, 1)), *self.layers(), logits])
        network.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        stopwatch = Stopwatch()
        network.fit(images, targets, self.batch, self.epochs, verbose=0)
        elapsed = stopwatch.read()
        artifact = to_litert(network, mirrored=False, quantize=False)
        return TrainedModel(artifact, network.count_params(), *elapsed, self.epochs * len(images))


@dataclass(frozen=True)
class PresetModel:
    """A preset, trained like a retraining from scratch."""

    preset: Preset

    def __call__(self, dataset: Dataset, folder: QuickDrawFolder) -> TrainedModel:
        from training.augmentation.batches import Batches, make_pools
        from training.fit import fit, make_student
        from training.hyperparameters import choose_hyperparameters
        from training.network.cnn import fastest_precision
        from training.network.export import to_litert
        from training.progress import no_progress

        stopwatch = Stopwatch()
        config = TrainingConfig(preset=self.preset, seed=SEED)
        chosen = choose_hyperparameters(config, len(dataset.base[Split.TRAIN]), 0, warm=False)
        hyper = replace(chosen, precision=fastest_precision())
        pools = make_pools(dataset, hyper, folder, no_progress)
        network = fit(make_student(dataset.labels, hyper), Batches(pools, hyper), [])
        elapsed = stopwatch.read()
        return TrainedModel(to_litert(network), network.count_params(), *elapsed, hyper.steps * hyper.batch_size)


class Stopwatch:
    """Starts when it is created."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Return the wall-clock seconds and the processor seconds of all threads."""
        return time.perf_counter() - self._wall, time.process_time() - self._cpu


def _arrays(dataset: Dataset) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    drawings = dataset.base[Split.TRAIN]
    pixels = drawings.pixels(np.arange(len(drawings)))
    images = np.divide(pixels.reshape(-1, SIZE, SIZE, 1), 255, dtype=np.float32)
    return images, drawings.targets


def _three_convolutions() -> list[Any]:
    from keras import layers

    convolutions = [
        layer for width in (16, 32, 64) for layer in (_convolution(width, padding="same"), layers.MaxPooling2D())
    ]
    return [*convolutions, layers.Flatten(), layers.Dense(128, "tanh")]


def _two_convolutions() -> list[Any]:
    from keras import layers

    convolutions = [_convolution(30, 5), layers.MaxPooling2D(), _convolution(15), layers.MaxPooling2D()]
    return [*convolutions, layers.Dropout(0.2), layers.Flatten(), _dense(128), _dense(50)]


def _two_wide_convolutions() -> list[Any]:
    from keras import layers

    convolutions = [_convolution(32), layers.MaxPooling2D(), _convolution(64), layers.MaxPooling2D()]
    return [*convolutions, layers.Flatten(), layers.Dropout(0.5)]


def _doodle_net() -> list[Any]:
    from keras import layers

    convolutions = []
    for width in (16, 32, 64):
        pair = [_convolution(width, padding="same"), _convolution(width, padding="same")]
        convolutions += [*pair, layers.MaxPooling2D()]
    return [*convolutions, layers.Flatten(), _dense(512)]


def _convolution(width: int, size: int = 3, padding: str = "valid") -> Any:
    from keras import layers

    return layers.Conv2D(width, size, padding=padding, activation="relu")


def _dense(width: int) -> Any:
    from keras import layers

    return layers.Dense(width, "relu")


REFERENCE_MODELS: dict[str, ReferenceModel] = {
    "conv 16-32-64": PublishedModel(_three_convolutions, epochs=5, batch=256),
    "conv 30-15": PublishedModel(_two_convolutions, epochs=19, batch=200),
    "conv 32-64": PublishedModel(_two_wide_convolutions, epochs=15, batch=50),
    "DoodleNet's shape": PublishedModel(_doodle_net, epochs=5, batch=256),
    **{preset.value: PresetModel(preset) for preset in Preset},
}
