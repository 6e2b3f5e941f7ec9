"""The optimizer: AdamW with a one-cycle learning rate."""

from __future__ import annotations

import keras

from training.hyperparameters import Hyperparameters

INITIAL_LEARNING_RATE_DIVISOR = 25  # the warm-up starts at this fraction of the peak, as in PyTorch's OneCycleLR


def one_cycle_adamw(hyper: Hyperparameters) -> keras.optimizers.Optimizer:
    """Return an AdamW whose learning rate rises linearly to its peak, then falls to zero along a cosine."""
    warmup_steps = max(1, round(hyper.steps * hyper.warmup_share))
    learning_rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=hyper.learning_rate / INITIAL_LEARNING_RATE_DIVISOR,
        decay_steps=max(1, hyper.steps - warmup_steps),
        warmup_target=hyper.learning_rate,
        warmup_steps=warmup_steps,
    )
    optimizer = keras.optimizers.AdamW(learning_rate, weight_decay=hyper.weight_decay)
    # As usual, only kernels decay: biases and the scales of the normalization are few and do not overfit.
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    if hyper.precision == "mixed_float16":
        return keras.optimizers.LossScaleOptimizer(optimizer)  # float16 has no numbers below 6e-8
    return optimizer
