"""Makes new model versions; nobody imports it.

`pipeline` takes one run through all its stages: `data` → `augmentation` → `network` → `measures`; what `labels` doubts
is not learnt from. The other modules here are a run's life: asked for (`config`, `preview`, `runs`), worked on by a
Celery worker (`tasks`, `work`, `heartbeat`, `outage`), watched (`progress`, `shown`).
"""
