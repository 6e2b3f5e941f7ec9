"""Teachers: networks whose answers are part of another one's targets.

In a lesson, the anchor teaches what is known already. The starter model was taught by DoodleNet, which saw 50,000
drawings of each of Quick, Draw!'s words (https://github.com/yining1023/doodleNet); the folder of official files may
hold its weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from zipfile import BadZipFile

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from training.data.drawing_index import Drawings
from training.models.npz import from_npz
from training.network.cnn import build_network, to_images
from training.network.warm_start import WarmStart
from training.network.weights import ordered_weights, transferred
from training.quickdraw.errors import CorruptFile, MissingFile
from training.quickdraw.folder import QuickDrawFolder

UNKNOWN_LOGIT = -1e4  # of a class that the teacher does not know: a probability of 0
DOODLENET = "teacher/doodlenet.npz"
DOODLENET_CHANNELS = (16, 32, 64)
# About 2 % of Quick, Draw!'s drawings show something else than their word. The teacher tells which, where the class has
# enough drawings without them; where it has few, the teacher may be what is wrong.
MIN_LABEL_PROBABILITY = 0.02
MANY_DRAWINGS = 500  # of a class
# Interpolation softens the lines of a distorted picture, and DoodleNet only saw crisp lines. It recognizes four times
# as many distorted drawings with their contrast restored, pixels × CONTRAST − FLOOR (bench/teacher_contrast.py).
CONTRAST, FLOOR = 1.3, 0.05


def version_as_teacher(version: WarmStart, labels: Sequence[str], precision: str) -> keras.Model:
    """Return a version's network as a teacher of some classes: images (n, 28, 28, 1) in, logits (n, labels) out."""
    network = build_network(*version.levels, len(labels), precision)
    *body, kernel, bias = network.get_weights()
    unknown = [index for index, label in enumerate(labels) if label not in version.labels]
    kernel[:, unknown], bias[unknown] = 0, UNKNOWN_LOGIT
    weights = [*body, kernel, bias]
    network.set_weights(transferred(weights, labels, ordered_weights(version.arrays), version.labels))
    return network


def doodlenet(folder: QuickDrawFolder, labels: Sequence[str], precision: str) -> keras.Model:
    """Return DoodleNet as a teacher of some classes: images (n, 28, 28, 1) in, logits (n, labels) out.

    Its answers are averages over a drawing and its mirror image; it never saw mirrored drawings.
    Raises MissingFile without its weights in the folder, and CorruptFile.
    """
    path = folder.root / DOODLENET
    if not path.is_file():
        raise MissingFile(f"DoodleNet's weights are not in {folder.root}; they are expected in {DOODLENET}.")
    try:
        arrays = from_npz(path.read_bytes())
        *body, kernel, bias = (arrays[f"w{index:02d}"] for index in range(16))
        known = arrays["labels"].tolist()
        outputs = [known.index(label) if label in known else None for label in labels]
        own_kernel = np.zeros((len(kernel), len(labels)), np.float32)
        own_bias = np.full(len(labels), UNKNOWN_LOGIT, np.float32)
        for index, output in enumerate(outputs):
            if output is not None:
                own_kernel[:, index], own_bias[index] = kernel[:, output], bias[output]
        network = _doodlenet(len(labels), precision)
        network.set_weights([*body, own_kernel, own_bias])
    except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
        raise CorruptFile(f"{path} does not hold DoodleNet's weights: {error}") from error
    drawings = keras.Input(network.input_shape[1:])
    views = network(drawings), network(keras.ops.flip(drawings, axis=2))
    probabilities = keras.ops.mean(keras.ops.stack([keras.ops.softmax(view) for view in views]), axis=0)
    return keras.Model(drawings, keras.ops.log(probabilities + keras.config.epsilon()))


def with_contrast(teacher: keras.Model) -> keras.Model:
    """Return a teacher that restores the contrast of each picture before it answers."""
    pictures = keras.Input(teacher.input_shape[1:])
    return keras.Model(pictures, teacher(keras.ops.clip(pictures * CONTRAST - FLOOR, 0, 1)))


def _doodlenet(classes: int, precision: str) -> keras.Model:
    policy = keras.DTypePolicy(precision)
    network = keras.Sequential([keras.Input((28, 28, 1))])
    for channels in DOODLENET_CHANNELS:
        for _ in range(2):
            network.add(keras.layers.Conv2D(channels, 3, padding="same", activation="relu", dtype=policy))
        network.add(keras.layers.MaxPooling2D(dtype=policy))
    network.add(keras.layers.Flatten(dtype=policy))
    network.add(keras.layers.Dense(512, activation="tanh", dtype=policy))
    network.add(keras.layers.Dense(classes, dtype="float32"))
    return network


def teacher_shares(teacher: keras.Model, drawings: Drawings, share: float) -> npt.NDArray[np.float32]:
    """Return the teacher's share of the target of each drawing: float32 (n,).

    Where the teacher finds the label improbable, the label does not count in classes with many drawings, and the
    teacher does not in others.
    """
    asked = tf.function(lambda images: tf.nn.softmax(teacher(images)), reduce_retracing=True)
    of_label = [
        asked(to_images(pixels)).numpy()[np.arange(len(targets)), targets] for pixels, targets in drawings.batches()
    ]
    is_odd = np.concatenate([np.empty(0, np.float32), *of_label]) < MIN_LABEL_PROBABILITY  # (n,)
    has_many = (np.bincount(drawings.targets) >= MANY_DRAWINGS)[drawings.targets]
    return np.where(is_odd, np.where(has_many, 1.0, 0.0), share).astype(np.float32)
