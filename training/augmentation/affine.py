"""Random affine maps for training images: rotation, scaling, shear and translation; mirroring and quarter turns."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from recognition.imaging.bitmap import SIZE

# Each value is drawn uniformly from -range to +range.
ROTATION_RADIANS = 0.25
SCALE_SHARE = 0.12  # of the size, per axis
SHIFT_PIXELS = 1.5  # per axis
SHEAR = 0.12  # pixels per pixel
MIRRORED_SHARE = 0.5  # of the images; people draw most things facing either way
MIRROR_SEED_OFFSET = 3  # gives mirroring random numbers of its own


def distort(images: tf.Tensor, seed: Any, strength: Any) -> tf.Tensor:
    """Apply a random affine map to each image: float (n, 28, 28, 1) in and out.

    The background stays 0.
    seed: int32 (2,); the same seed gives the same maps.
    strength: a factor on all ranges above; 0 returns the images unchanged.
    """
    ranges = tf.constant([ROTATION_RADIANS, SCALE_SHARE, SCALE_SHARE, SHEAR, SHIFT_PIXELS, SHIFT_PIXELS])
    # One set of parameters for each image: (n, 6), unpacked into six tensors (n,).
    parameters = tf.random.stateless_uniform((tf.shape(images)[0], 6), seed, -1.0, 1.0) * ranges * strength
    angle, scale_x, scale_y, shear, shift_x, shift_y = tf.unstack(parameters, axis=1)
    # The inverse map, from an output pixel to its source pixel: [x', y'] = [[a, b], [c, d]] [x, y] + [e, f].
    a, b = tf.cos(angle) * (1 + scale_x), -tf.sin(angle) + shear
    c, d = tf.sin(angle), tf.cos(angle) * (1 + scale_y)
    # The translation keeps the center of the image in place, apart from the shift.
    center = (SIZE - 1) / 2
    e, f = center - a * center - b * center + shift_x, center - c * center - d * center + shift_y
    zero = tf.zeros_like(a)  # no perspective
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, e, c, d, f, zero, zero], axis=1),  # (n, 8)
        output_shape=[SIZE, SIZE],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )


def mirror(images: tf.Tensor, seed: Any, allowed: tf.Tensor) -> tf.Tensor:
    """Mirror half of the images that are allowed to be, bool (n,), left to right: float (n, 28, 28, 1) in and out."""
    chance = tf.random.stateless_uniform(tf.shape(allowed), seed + MIRROR_SEED_OFFSET)
    chosen = allowed & (chance < MIRRORED_SHARE)
    return tf.where(chosen[:, tf.newaxis, tf.newaxis, tf.newaxis], tf.reverse(images, axis=[2]), images)


def turn(images: tf.Tensor, quarters: tf.Tensor) -> tf.Tensor:
    """Turn each image by quarter turns, int32 (n,), counterclockwise: float (n, 28, 28, 1) in and out."""
    transposed = tf.transpose(images, (0, 2, 1, 3))
    half = tf.reverse(images, axis=[1, 2])
    every_turn = [images, tf.reverse(transposed, axis=[1]), half, tf.reverse(transposed, axis=[2])]
    return tf.gather(tf.stack(every_turn, axis=1), quarters, batch_dims=1)  # (n, 4, 28, 28, 1) to (n, 28, 28, 1)
