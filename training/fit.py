"""Trains a network: data → network → targets → loss → loop → balance. Read it from top to bottom.

Imports TensorFlow, so only a worker's child process imports it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from recognition.imaging.bitmap import SIZE
from training.augmentation.affine import distort, mirror
from training.augmentation.batches import NOTHING, Batches
from training.data.drawing_index import Drawings
from training.hyperparameters import Hyperparameters
from training.network.cnn import build_network
from training.network.warm_start import WarmStart
from training.network.weights import Arrays, ordered_weights, transferred, weight_arrays

INITIAL_LEARNING_RATE_DIVISOR = 25  # the warm-up starts at this fraction of the peak, as in PyTorch's OneCycleLR


class Student(keras.Model):  # type: ignore[misc]
    """A network in training: Keras' own `fit` drives it, batch by batch, and calls `train_step`.

    teacher: a network with the same classes whose answers to base drawings are part of the student's targets.
    directed: bool (classes,), the classes whose mirror image shows something else; their drawings are not mirrored.
    """

    def __init__(
        self,
        network: keras.Model,
        hyperparameters: Hyperparameters,
        teacher: keras.Model | None = None,
        directed: Sequence[bool] = (),
    ) -> None:
        super().__init__()
        self.network = network
        self.hyperparameters = hyperparameters
        self.teacher = teacher
        self.classes: int = network.output_shape[1]
        self.directed = tf.constant(list(directed) or [False] * self.classes)
        self.loss_tracker = keras.metrics.Mean("loss")
        self.accuracy_tracker = keras.metrics.Mean("accuracy")
        if teacher:
            teacher.trainable = False
        optimizer = keras.optimizers.AdamW(_one_cycle(hyperparameters), weight_decay=hyperparameters.weight_decay)
        # As usual, only kernels decay: biases and the scales of the normalization are few and do not overfit.
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        optimizer.build(network.trainable_variables)
        self.compile(optimizer)

    def train_step(self, data: tuple[Any, Any, Any]) -> dict[str, Any]:
        """Take one step on a batch: pixels uint8 (n, 784), targets int32 (n,), shares of the teacher float32 (n,)."""
        pixels, targets, taught = data
        hyper, step = self.hyperparameters, tf.cast(self.optimizer.iterations, tf.int32)
        # A seed for each step: a resumed run distorts as the interrupted one would have.
        seed = tf.stack([hyper.seed, step])
        is_augmented = step < int(hyper.steps * (1 - hyper.unaugmented_share))
        images = distort(to_images(pixels), seed, hyper.augmentation * tf.cast(is_augmented, tf.float32))
        # The teacher sees the very picture that the student sees (Beyer et al. 2021, A good teacher is patient and
        # consistent), but before it is mirrored: then it does not have to know mirrored ones.
        goals = self.goals(images, targets, taught)  # (n, classes)
        may_mirror = ~tf.gather(self.directed, tf.maximum(targets, 0)) & is_augmented & (hyper.augmentation > 0)
        images = mirror(images, seed, may_mirror)
        with tf.GradientTape() as tape:
            logits = self.network(images, training=True)  # (n, classes)
            losses = tf.nn.softmax_cross_entropy_with_logits(goals, logits)  # (n,)
            loss = tf.reduce_mean(losses)  # over drawings and outliers: both teach the network
        variables = self.network.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        # The metrics leave out outliers, which have no correct class.
        is_drawing = tf.cast(targets != NOTHING, tf.float32)
        self.loss_tracker.update_state(losses, is_drawing)
        self.accuracy_tracker.update_state(tf.argmax(logits, axis=1, output_type=tf.int32) == targets, is_drawing)
        return {tracker.name: tracker.result() for tracker in (self.loss_tracker, self.accuracy_tracker)}

    def goals(self, images: Any, targets: Any, taught: Any) -> Any:
        """Return the target distributions, (n, classes): smoothed labels, uniform for outliers, and the teacher's.

        Label smoothing (Szegedy et al. 2015) keeps the network from overconfidence and softens wrong labels. A
        smoothing of 1 is the uniform distribution of outlier exposure (Hendrycks et al. 2018).
        """
        smoothing = tf.where(targets == NOTHING, 1.0, self.hyperparameters.label_smoothing)[:, tf.newaxis]  # (n, 1)
        # one_hot of NOTHING, -1, is all zeros.
        labels = tf.one_hot(targets, self.classes) * (1 - smoothing) + smoothing / self.classes
        if self.teacher is None:
            return labels
        answers = self.teacher(images, training=False)  # logits, (n, classes)
        # A teacher that is wrong about a drawing teaches nothing about it.
        is_right = tf.argmax(answers, axis=1, output_type=tf.int32) == targets
        share = tf.where(is_right, taught, 0.0)[:, tf.newaxis]  # (n, 1)
        return (1 - share) * labels + share * tf.nn.softmax(answers)

    def logits(self, drawings: Drawings) -> npt.NDArray[np.float32]:
        """Return the network's current logits: float32 (n, classes)."""
        logits = [_predict(self.network, pixels).numpy() for pixels, _ in drawings.batches()]
        # The empty array gives the right shape when there are no drawings.
        return np.concatenate([np.empty((0, self.classes), np.float32), *logits])

    def state(self) -> Arrays:
        """Return the weights and the optimizer's state: all that `restore` needs to continue training."""
        optimizer = {f"optimizer{index}": np.asarray(value) for index, value in enumerate(self.optimizer.variables)}
        return weight_arrays(self.network) | optimizer

    def restore(self, state: Arrays) -> None:
        """Continue from a state, of a student with the same hyperparameters."""
        self.network.set_weights(ordered_weights(state))
        for index, variable in enumerate(self.optimizer.variables):
            variable.assign(state[f"optimizer{index}"])


def make_student(
    labels: Sequence[str],
    hyperparameters: Hyperparameters,
    start: WarmStart | None = None,
    teacher: WarmStart | None = None,
    directed: Sequence[bool] = (),
) -> Student:
    """Build a network, with the weights of the warm start if there is one, and the teacher's network."""
    hyper = hyperparameters
    keras.utils.set_random_seed(hyper.seed)

    def network(channels: Sequence[int], blocks: Sequence[int], source: WarmStart | None) -> keras.Model:
        built = build_network(channels, blocks, len(labels), hyper.precision)
        if source:
            weights = ordered_weights(source.arrays)
            built.set_weights(transferred(built.get_weights(), labels, weights, source.version.labels))
        return built

    teaching = network(*teacher.levels, teacher) if teacher else None
    return Student(network(hyper.channels, hyper.blocks, start), hyper, teaching, directed)


def fit(
    student: Student, batches: Batches, callbacks: Sequence[keras.callbacks.Callback], finished_epochs: int = 0
) -> keras.Model:
    """Train the student through the remaining epochs and return its network in float32. Callbacks may raise to stop."""
    hyper = student.hyperparameters
    student.fit(batches, epochs=hyper.epochs, initial_epoch=finished_epochs, callbacks=list(callbacks), verbose=0)
    # The student may have computed in bfloat16; the export needs the same weights in a float32 network.
    network = build_network(hyper.channels, hyper.blocks, student.classes)
    network.set_weights(student.network.get_weights())
    return network


def to_images(pixels: Any) -> Any:
    """Convert pixels uint8 (n, 784) to images float32 (n, 28, 28, 1), 0 to 1."""
    return tf.cast(tf.reshape(pixels, (-1, SIZE, SIZE, 1)), tf.float32) / 255


@tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
def _predict(network: keras.Model, pixels: Any) -> Any:
    return network(to_images(pixels), training=False)


def _one_cycle(hyperparameters: Hyperparameters) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise linearly to the peak, then fall to zero along a cosine."""
    warmup_steps = max(1, round(hyperparameters.steps * hyperparameters.warmup_share))
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=hyperparameters.learning_rate / INITIAL_LEARNING_RATE_DIVISOR,
        decay_steps=max(1, hyperparameters.steps - warmup_steps),
        warmup_target=hyperparameters.learning_rate,
        warmup_steps=warmup_steps,
    )
