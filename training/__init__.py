"""Trains new model versions. No other app imports this one.

`pipeline` takes a run through its stages: `data` → `labels` (leaves out label noise) → `augmentation` → `network` →
`evaluation`. `config` says what a run may be asked for. `jobs` starts, runs and watches runs, which Celery workers
receive by `tasks`.
"""
