"""The training loop: AdamW with a one-cycle learning rate, label smoothing and random affine maps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from recognition.imaging.bitmap import SIZE
from training.augmentation.affine import distort
from training.data.batch import NOTHING, Batch
from training.data.drawing_index import Drawings
from training.network.weights import Arrays, ordered_weights, weight_arrays

if TYPE_CHECKING:
    import keras

INITIAL_LEARNING_RATE_DIVISOR = 25  # the warm-up starts at this fraction of the peak, as in PyTorch's OneCycleLR


@dataclass(frozen=True)
class Hyperparameters:
    """The hyperparameters of the training loop.

    The defaults did best in trials on Quick, Draw! drawings (docs/benchmarks.md).
    """

    steps: int  # in all epochs together
    learning_rate: float = 1e-2  # at its peak
    weight_decay: float = 5e-3  # not on biases and normalization
    warmup_share: float = 0.2  # of the steps: the learning rate rises
    label_smoothing: float = 0.05
    augmentation: float = 1.0  # strength; 0 is off
    unaugmented_share: float = 0.05  # of the steps, the last ones: without augmentation
    seed: int = 0


@dataclass(frozen=True)
class EpochMetrics:
    """Loss and accuracy over one epoch's training batches, measured while the weights change."""

    loss: float
    accuracy: float


class Trainer:
    """Trains one network, epoch by epoch. `state` returns a checkpoint of it."""

    def __init__(self, model: keras.Model, hyperparameters: Hyperparameters) -> None:
        import keras
        import tensorflow as tf

        self.model = model
        self.hyperparameters = hyperparameters
        self.step = 0  # batches trained on so far, in all epochs
        self._optimizer = keras.optimizers.AdamW(_one_cycle(hyperparameters), weight_decay=hyperparameters.weight_decay)
        # As usual, only kernels decay: biases and the scales of the normalization are few and do not overfit.
        self._optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        self._optimizer.build(model.trainable_variables)
        # Each is compiled once: reduce_retracing leaves the batch size open, as the last batch may be smaller.
        self._train = tf.function(self._train_step, reduce_retracing=True)
        self._predict = tf.function(self._predict_step, reduce_retracing=True)

    def state(self) -> Arrays:
        """Return the weights, the optimizer's state and the step: all that `restore` needs to continue training."""
        optimizer = {f"optimizer{index}": np.asarray(value) for index, value in enumerate(self._optimizer.variables)}
        return weight_arrays(self.model) | optimizer | {"step": np.array(self.step)}

    def restore(self, state: Arrays) -> None:
        """Continue from a state, of a trainer with the same architecture."""
        self.model.set_weights(ordered_weights(state))
        for index, variable in enumerate(self._optimizer.variables):
            variable.assign(state[f"optimizer{index}"])
        self.step = int(state["step"])

    def train_epoch(self, batches: Iterable[Batch], watch: Callable[[int], None]) -> EpochMetrics:
        """Train on each batch. `watch` is called with its number of drawings afterwards and may raise to stop."""
        import tensorflow as tf

        totals = np.zeros(3)  # loss, correct, drawings; without outliers
        for pixels, targets in batches:
            # A seed for each step makes the augmentation the same after a restore.
            seed = tf.constant([self.hyperparameters.seed, self.step])
            strength = tf.constant(self._augmentation_strength(), tf.float32)
            totals += self._train(tf.constant(pixels), tf.constant(targets), seed, strength).numpy()
            self.step += 1
            watch(len(targets))
        loss, correct, drawings = totals
        return EpochMetrics(loss=float(loss / drawings), accuracy=float(correct / drawings))

    def logits(self, drawings: Drawings) -> npt.NDArray[np.float32]:
        """Return the network's current logits: float32 (n, classes)."""
        logits = [self._predict(pixels).numpy() for pixels, _ in drawings.batches()]
        # The empty array gives the right shape when there are no drawings.
        return np.concatenate([np.empty((0, self.model.output_shape[1]), np.float32), *logits])

    def _augmentation_strength(self) -> float:
        last_augmented_step = self.hyperparameters.steps * (1 - self.hyperparameters.unaugmented_share)
        return self.hyperparameters.augmentation if self.step < last_augmented_step else 0.0

    def _predict_step(self, pixels: Any) -> Any:
        return self.model(_to_images(pixels), training=False)

    def _train_step(self, pixels: Any, targets: Any, seed: Any, strength: Any) -> Any:
        """Take one optimizer step on pixels uint8 (n, 784) and targets int32 (n,); return the three totals, (3,)."""
        import tensorflow as tf

        target_probabilities = self._target_probabilities(targets, self.model.output_shape[1])
        images = distort(_to_images(pixels), seed, strength)  # (n, 28, 28, 1)
        with tf.GradientTape() as tape:
            logits = self.model(images, training=True)  # (n, classes)
            losses = tf.nn.softmax_cross_entropy_with_logits(target_probabilities, logits)  # (n,)
            loss = tf.reduce_mean(losses)  # over drawings and outliers: both teach the network
        variables = self.model.trainable_variables
        self._optimizer.apply(tape.gradient(loss, variables), variables)
        # The metrics leave out outliers, which have no correct class; NOTHING is -1, so that argmax never equals it.
        is_drawing = tf.cast(targets != NOTHING, tf.float32)
        correct = tf.cast(tf.argmax(logits, axis=1, output_type=tf.int32) == targets, tf.float32)
        return tf.stack([tf.reduce_sum(losses * is_drawing), tf.reduce_sum(correct), tf.reduce_sum(is_drawing)])

    def _target_probabilities(self, targets: Any, classes: int) -> Any:
        """Return the target distributions, (n, classes): smoothed labels, and uniform for outliers."""
        import tensorflow as tf

        # Label smoothing (Szegedy et al. 2015) keeps the network from overconfidence and softens wrong labels. A
        # smoothing of 1 is the uniform distribution of outlier exposure (Hendrycks et al. 2018).
        smoothing = tf.where(targets == NOTHING, 1.0, self.hyperparameters.label_smoothing)[:, tf.newaxis]  # (n, 1)
        return tf.one_hot(targets, classes) * (1 - smoothing) + smoothing / classes  # one_hot of -1 is all zeros


def _to_images(pixels: Any) -> Any:
    """Convert pixels uint8 (n, 784) to images float32 (n, 28, 28, 1), 0 to 1."""
    import tensorflow as tf

    return tf.cast(tf.reshape(pixels, (-1, SIZE, SIZE, 1)), tf.float32) / 255


def _one_cycle(hyperparameters: Hyperparameters) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise linearly to the peak, then fall to zero along a cosine (Smith and Topin 2018, Super-Convergence)."""
    import keras

    warmup_steps = max(1, round(hyperparameters.steps * hyperparameters.warmup_share))
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=hyperparameters.learning_rate / INITIAL_LEARNING_RATE_DIVISOR,
        decay_steps=max(1, hyperparameters.steps - warmup_steps),
        warmup_target=hyperparameters.learning_rate,
        warmup_steps=warmup_steps,
    )
