"""What workers and beat tell of themselves, in Redis: that they live, and what they did. Connected to Celery's signals.

They may run on hosts that no Prometheus reaches; so what they tell is kept where every web process can read it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import logging.config
import os
import socket
import threading
import time
from contextlib import ExitStack
from typing import Any

from celery import Task, signals
from django.conf import settings
from redis.exceptions import RedisError

from monitoring.statistics.queue_stats import ENDED_TASKS, LAST_ENDED, PROCESSES, redis
from recognition.infra.log_context import log_fields, logged_with

logger = logging.getLogger(__name__)

BEAT_EVERY = 10.0  # seconds
HEADER = "doodle_request_id"

_contexts: dict[str, ExitStack] = {}  # by the task's id


@signals.setup_logging.connect
def set_up_logging(loglevel: int, **_: Any) -> None:
    """Leave the log as the settings have it; Celery's own would be another style."""
    logging.config.dictConfig(settings.LOGGING)
    logging.getLogger().setLevel(loglevel)


@signals.worker_ready.connect
def worker_lives(sender: Any, **_: Any) -> None:
    _live_as(sender.hostname)


@signals.beat_init.connect
def beat_lives(**_: Any) -> None:
    _live_as(f"beat@{socket.gethostname()}")


@signals.before_task_publish.connect
def send_request_id(headers: dict[str, Any], **_: Any) -> None:
    """Let a task's lines in the log tell which request sent it."""
    if "request_id" in log_fields():
        headers[HEADER] = log_fields()["request_id"]


@signals.task_prerun.connect
def begin_lines(task: Task, task_id: str, **_: Any) -> None:
    fields: dict[str, str] = {"task": task.name, "task_id": task_id}
    if sent_by := task.request.get(HEADER):
        fields["request_id"] = str(sent_by)
    _contexts[task_id] = ExitStack()
    _contexts[task_id].enter_context(logged_with(**fields))


@signals.task_postrun.connect
def count(task: Task, task_id: str, state: str | None = None, **_: Any) -> None:
    if context := _contexts.pop(task_id, None):
        context.close()
    try:
        with redis().pipeline() as pipe:
            pipe.hincrby(ENDED_TASKS, f"{task.name}|{(state or 'unknown').lower()}", 1)
            pipe.hset(LAST_ENDED, task.name, str(time.time()))
            pipe.execute()
    except RedisError as error:
        logger.debug("Cannot count %s: %s", task.name, error)  # Celery itself says loudly that Redis is away


def _live_as(name: str) -> None:
    atexit.register(_part, name)
    threading.Thread(target=_beat, args=(name, time.time()), name="sign of life", daemon=True).start()


def _part(name: str) -> None:
    """Say goodbye; who ends without it is missed."""
    with contextlib.suppress(RedisError):
        redis().hdel(PROCESSES, name)


def _beat(name: str, since: float) -> None:
    while True:
        try:
            redis().hset(PROCESSES, name, json.dumps({"seen": time.time(), "since": since, "pid": os.getpid()}))
        except RedisError as error:
            logger.debug("No sign of life, Redis is away: %s", error)
        time.sleep(BEAT_EVERY)
