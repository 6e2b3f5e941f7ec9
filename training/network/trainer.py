"""The training loop: AdamW, one cycle of the learning rate, smoothed labels, distorted drawings."""

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
from training.network.weights import Arrays, arrays_in_order, weights_of

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Recipe:
    """How to train. The defaults are what did best in trials on Quick, Draw! drawings (docs/benchmarks.md)."""

    steps: int  # in all epochs together
    learning_rate: float = 1e-2  # at its peak
    weight_decay: float = 5e-3  # not on biases and normalization
    warm_up: float = 0.2  # share of the steps over which the learning rate rises
    label_smoothing: float = 0.05
    augmentation: float = 1.0  # strength; 0 is off
    plain_end: float = 0.05  # share of the steps, at the end, without augmentation
    seed: int = 0


@dataclass(frozen=True)
class Tally:
    """What the network did on the drawings it was just trained on."""

    loss: float
    accuracy: float


class Trainer:
    """Trains one network, epoch by epoch; what it needs to go on later is in `state`."""

    def __init__(self, model: keras.Model, recipe: Recipe) -> None:
        import keras
        import tensorflow as tf

        self.model = model
        self.recipe = recipe
        self.step = 0
        schedule = _one_cycle(recipe)
        self._optimizer = keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay)
        self._optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        self._optimizer.build(model.trainable_variables)
        self._train = tf.function(self._train_step, reduce_retracing=True)
        self._predict = tf.function(self._predict_step, reduce_retracing=True)

    def state(self) -> Arrays:
        """Return all it takes to go on after this epoch as if nothing had happened."""
        optimizer = {f"optimizer{index}": np.asarray(value) for index, value in enumerate(self._optimizer.variables)}
        return weights_of(self.model) | optimizer | {"step": np.array(self.step)}

    def restore(self, state: Arrays) -> None:
        self.model.set_weights(arrays_in_order(state))
        for index, variable in enumerate(self._optimizer.variables):
            variable.assign(state[f"optimizer{index}"])
        self.step = int(state["step"])

    def run_epoch(self, batches: Iterable[Batch], watch: Callable[[int], None]) -> Tally:
        """Train on each batch; `watch` hears of the number of drawings after every batch and may raise to stop."""
        import tensorflow as tf

        totals = np.zeros(3)
        for pictures, targets in batches:
            strength = self.recipe.augmentation if self.step < self.recipe.steps * (1 - self.recipe.plain_end) else 0.0
            seed = tf.constant([self.recipe.seed, self.step])
            sums = self._train(tf.constant(pictures), tf.constant(targets), seed, tf.constant(strength, tf.float32))
            totals += sums.numpy()
            self.step += 1
            watch(len(targets))
        loss, right, known = totals
        return Tally(loss=float(loss / known), accuracy=float(right / known))

    def logits(self, drawings: Drawings) -> npt.NDArray[np.float32]:
        """Return what the network says so far: float32 (n, classes)."""
        found = [self._predict(pixels).numpy() for pixels, _ in drawings.batches()]
        return np.concatenate([np.empty((0, self.model.output_shape[1]), np.float32), *found])

    def _predict_step(self, pictures: Any) -> Any:
        return self.model(_images(pictures), training=False)

    def _train_step(self, pictures: Any, targets: Any, seed: Any, strength: Any) -> Any:
        import tensorflow as tf

        wanted = self._wanted(targets, self.model.output_shape[1])
        images = distort(_images(pictures), seed, strength)
        with tf.GradientTape() as tape:
            logits = self.model(images, training=True)
            losses = tf.nn.softmax_cross_entropy_with_logits(wanted, logits)
            loss = tf.reduce_mean(losses)
        variables = self.model.trainable_variables
        self._optimizer.apply(tape.gradient(loss, variables), variables)
        known = tf.cast(targets != NOTHING, tf.float32)
        right = tf.cast(tf.argmax(logits, axis=1, output_type=tf.int32) == targets, tf.float32)
        return tf.stack([tf.reduce_sum(losses * known), tf.reduce_sum(right), tf.reduce_sum(known)])

    def _wanted(self, targets: Any, classes: int) -> Any:
        """Return the probabilities (n, classes) to aim at: smoothed towards uniform, all uniform for NOTHING."""
        import tensorflow as tf

        smoothing = tf.where(targets == NOTHING, 1.0, self.recipe.label_smoothing)[:, tf.newaxis]
        return tf.one_hot(targets, classes) * (1 - smoothing) + smoothing / classes


def _images(pictures: Any) -> Any:
    import tensorflow as tf

    return tf.cast(tf.reshape(pictures, (-1, SIZE, SIZE, 1)), tf.float32) / 255


def _one_cycle(recipe: Recipe) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise linearly, then fall to zero along a cosine (Smith and Topin 2018, Super-Convergence)."""
    import keras

    warm_up = max(1, round(recipe.steps * recipe.warm_up))
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.learning_rate / 25,
        decay_steps=max(1, recipe.steps - warm_up),
        warmup_target=recipe.learning_rate,
        warmup_steps=warm_up,
    )
