"""Each drawing a little different every time it is trained on: mirrored, turned, stretched, slanted, moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recognition.imaging.bitmap import SIZE

if TYPE_CHECKING:
    import tensorflow as tf

ROTATION = 0.25  # radians
SCALE = 0.12  # of the size, per axis
SHIFT = 1.5  # pixels, per axis
SHEAR = 0.12  # pixels per pixel
MIRRORED = 0.5  # share; people draw most things to either side
MIRRORING = 3  # sets the seed of mirroring apart from that of the maps


def distort(images: tf.Tensor, seed: Any, strength: Any) -> tf.Tensor:
    """Apply a random affine map to each image, and mirror some: float (n, 28, 28, 1) in and out, paper stays 0.

    seed: int32 (2,); the same seed gives the same maps.
    strength: factor on all the ranges above, and up to 1 on how many are mirrored; 0 leaves the images as they are.
    """
    import tensorflow as tf

    ranges = tf.constant([ROTATION, SCALE, SCALE, SHEAR, SHIFT, SHIFT])
    drawn = tf.random.stateless_uniform((tf.shape(images)[0], 6), seed, -1.0, 1.0) * ranges * strength
    angle, wide, high, shear, right, down = tf.unstack(drawn, axis=1)
    chance = tf.random.stateless_uniform(tf.shape(angle), seed + MIRRORING)
    side = tf.where(chance < MIRRORED * tf.minimum(strength, 1.0), -1.0, 1.0)
    # The map goes from a pixel of the result to the place in the source it is taken from, about the middle.
    a, b = side * tf.cos(angle) * (1 + wide), -tf.sin(angle) + shear
    c, d = side * tf.sin(angle), tf.cos(angle) * (1 + high)
    middle = (SIZE - 1) / 2
    x, y = middle - a * middle - b * middle + right, middle - c * middle - d * middle + down
    none = tf.zeros_like(a)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, x, c, d, y, none, none], axis=1),
        output_shape=[SIZE, SIZE],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )
