"""Celery signal handlers: workers and beat write their heartbeats and ended tasks to Redis.

They may run on hosts that Prometheus does not reach, so their metrics are in Redis, where every web process reads them.
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

from monitoring.statistics.queue_stats import (
    HEARTBEATS_KEY,
    TASK_COUNTS_KEY,
    TASK_LAST_ENDED_KEY,
    redis_client,
)
from recognition.infra.log_context import bound_log_fields, log_fields

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10.0
REQUEST_ID_HEADER = "doodle_request_id"

_log_contexts: dict[str, ExitStack] = {}  # by task id


@signals.setup_logging.connect
def set_up_logging(loglevel: int, **_: Any) -> None:
    """Apply the LOGGING setting; otherwise Celery would install its own format."""
    logging.config.dictConfig(settings.LOGGING)
    logging.getLogger().setLevel(loglevel)


@signals.worker_ready.connect
def start_worker_heartbeat(sender: Any, **_: Any) -> None:
    _start_heartbeat(sender.hostname)


@signals.beat_init.connect
def start_beat_heartbeat(**_: Any) -> None:
    _start_heartbeat(f"beat@{socket.gethostname()}")


@signals.before_task_publish.connect
def send_request_id(headers: dict[str, Any], **_: Any) -> None:
    """Send the request id with the task, so that its log lines carry it."""
    if "request_id" in log_fields():
        headers[REQUEST_ID_HEADER] = log_fields()["request_id"]


@signals.task_prerun.connect
def enter_log_context(task: Task, task_id: str, **_: Any) -> None:
    fields: dict[str, str] = {"task": task.name, "task_id": task_id}
    if request_id := task.request.get(REQUEST_ID_HEADER):
        fields["request_id"] = str(request_id)
    _log_contexts[task_id] = ExitStack()
    _log_contexts[task_id].enter_context(bound_log_fields(**fields))


@signals.task_postrun.connect
def count_task(task: Task, task_id: str, state: str | None = None, **_: Any) -> None:
    if context := _log_contexts.pop(task_id, None):
        context.close()
    try:
        with redis_client().pipeline() as pipe:
            pipe.hincrby(TASK_COUNTS_KEY, f"{task.name}|{(state or 'unknown').lower()}", 1)
            pipe.hset(TASK_LAST_ENDED_KEY, task.name, str(time.time()))
            pipe.execute()
    except RedisError as error:
        logger.debug("Cannot count %s: %s", task.name, error)  # Celery itself logs a warning that Redis is away


def _start_heartbeat(name: str) -> None:
    atexit.register(_remove_heartbeat, name)
    threading.Thread(target=_send_heartbeats, args=(name, time.time()), name="heartbeat", daemon=True).start()


def _remove_heartbeat(name: str) -> None:
    """Remove the heartbeat at a normal exit. The heartbeat of a killed process stays and ages."""
    with contextlib.suppress(RedisError):
        redis_client().hdel(HEARTBEATS_KEY, name)


def _send_heartbeats(name: str, since: float) -> None:
    while True:
        try:
            heartbeat = {"seen": time.time(), "since": since, "pid": os.getpid()}
            redis_client().hset(HEARTBEATS_KEY, name, json.dumps(heartbeat))
        except RedisError as error:
            logger.debug("No heartbeat, Redis is away: %s", error)
        time.sleep(HEARTBEAT_SECONDS)
