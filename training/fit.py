"""Trains a network: network → targets → loss → loop. Imports TensorFlow, so only a worker's child imports it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from recognition.imaging.bitmap import SIZE
from training.augmentation.affine import distort, mirror, turn
from training.augmentation.batches import NOTHING, Batches
from training.hyperparameters import Hyperparameters
from training.network.cnn import build_network
from training.network.optimizer import one_cycle_adamw
from training.network.warm_start import WarmStart
from training.network.weights import ordered_weights, transferred


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
        optimizer = one_cycle_adamw(hyperparameters)
        optimizer.build(network.trainable_variables)
        # Where there is a GPU, Keras would choose XLA, which cannot compile `distort`.
        self.compile(optimizer, jit_compile=False)

    def train_step(self, data: tuple[tuple[Any, Any, Any], Any, Any]) -> dict[str, Any]:
        """Take one step on a `training.augmentation.batches.Batch`.

        Returns the step's number and no metrics. Keras fetches what is returned after each step, and would wait for the
        GPU, but the step's number is in the host's memory already.
        """
        (pixels, turns, seed), targets, taught = data
        # A seed for each step: a resumed run distorts as the interrupted one would have. It comes with the batch, in
        # the host's memory, where random numbers need it. The optimizer's counter is in the GPU's: reading it would
        # wait for the step before.
        seed = tf.ensure_shape(seed, (2,))
        hyper, step = self.hyperparameters, seed[1]
        is_augmented = (step < int(hyper.steps * (1 - hyper.unaugmented_share))) & (hyper.augmentation > 0)
        images = tf.cast(tf.reshape(pixels, (-1, SIZE, SIZE, 1)), tf.float32) / 255
        images = distort(images, seed, hyper.augmentation * tf.cast(is_augmented, tf.float32))
        # The teacher sees the very picture that the student sees (Beyer et al. 2021, A good teacher is patient and
        # consistent), but before it is mirrored and turned: then it does not have to know such drawings.
        answers = self.teacher(images, training=False) if self.teacher else None  # logits, (n, classes)
        goals = self.goals(answers, targets, taught)  # (n, classes)
        may_mirror = ~tf.gather(self.directed, tf.maximum(targets, 0)) & is_augmented
        images = turn(mirror(images, seed, may_mirror), turns)
        with tf.GradientTape() as tape:
            logits = self.network(images, training=True)  # (n, classes)
            losses = tf.nn.softmax_cross_entropy_with_logits(goals, logits)  # (n,)
            if hyper.logit_matching and answers is not None:
                difference = _centered(logits) - _centered(answers)
                losses += hyper.logit_matching * taught * tf.reduce_mean(tf.square(difference), axis=1)
            # Over drawings and outliers: both teach the network.
            loss = self.optimizer.scale_loss(tf.reduce_mean(losses))
        variables = self.network.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        # The metrics leave out outliers, which have no correct class.
        is_drawing = tf.cast(targets != NOTHING, tf.float32)
        self.loss_tracker.update_state(losses, is_drawing)
        self.accuracy_tracker.update_state(tf.argmax(logits, axis=1, output_type=tf.int32) == targets, is_drawing)
        return {"step": step}

    def metrics_so_far(self) -> dict[str, float]:
        """Return the loss and the accuracy of the current epoch."""
        return {tracker.name: float(tracker.result()) for tracker in (self.loss_tracker, self.accuracy_tracker)}

    def goals(self, answers: Any, targets: Any, taught: Any) -> Any:
        """Return the target distributions, (n, classes): smoothed labels, uniform for outliers, and the teacher's.

        answers: the teacher's logits, (n, classes), or None. taught: its share of each target, (n,).
        Label smoothing (Szegedy et al. 2015) keeps the network from overconfidence and softens wrong labels. A
        smoothing of 1 is the uniform distribution of outlier exposure (Hendrycks et al. 2018).
        """
        smoothing = tf.where(targets == NOTHING, 1.0, self.hyperparameters.label_smoothing)[:, tf.newaxis]  # (n, 1)
        # one_hot of NOTHING, -1, is all zeros.
        labels = tf.one_hot(targets, self.classes) * (1 - smoothing) + smoothing / self.classes
        if answers is None:
            return labels
        if self.hyperparameters.teacher_has_to_be_right:
            taught = tf.where(tf.argmax(answers, axis=1, output_type=tf.int32) == targets, taught, 0.0)
        share = taught[:, tf.newaxis]  # (n, 1)
        return (1 - share) * labels + share * tf.nn.softmax(answers)


def make_student(
    labels: Sequence[str],
    hyperparameters: Hyperparameters,
    start: WarmStart | None = None,
    teacher: keras.Model | None = None,
    directed: Sequence[bool] = (),
) -> Student:
    """Build a network, with the weights of the warm start if there is one."""
    hyper = hyperparameters
    keras.utils.set_random_seed(hyper.seed)
    network = build_network(hyper.channels, hyper.blocks, len(labels), hyper.precision)
    if start:
        network.set_weights(transferred(network.get_weights(), labels, ordered_weights(start.arrays), start.labels))
    return Student(network, hyper, teacher, directed)


def fit(
    student: Student, batches: Batches, callbacks: Sequence[keras.callbacks.Callback], finished_epochs: int = 0
) -> keras.Model:
    """Train the student through the remaining epochs and return its network in float32. Callbacks may raise to stop."""
    hyper = student.hyperparameters
    epoch_wise = keras.callbacks.LambdaCallback(
        # Keras calls a PyDataset's own on_epoch_end more often than an epoch ends.
        on_epoch_begin=lambda epoch, logs: batches.start(epoch),
        on_epoch_end=lambda epoch, logs: (logs.clear(), logs.update(student.metrics_so_far())),
    )
    student.fit(
        batches,  # of which Keras prefetches some while the network learns
        epochs=hyper.epochs,
        initial_epoch=finished_epochs,
        callbacks=[epoch_wise, *callbacks],
        shuffle=False,  # the batches are shuffled, and in an order that a resumed run repeats
        verbose=0,
    )
    # The student may have computed in 16 bits; the export needs the same weights in a float32 network.
    network = build_network(hyper.channels, hyper.blocks, student.classes)
    network.set_weights(student.network.get_weights())
    return network


def _centered(logits: Any) -> Any:
    return logits - tf.reduce_mean(logits, axis=1, keepdims=True)
