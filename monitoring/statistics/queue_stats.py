"""The state of Celery, read from Redis in one round trip: queue lengths, heartbeats of processes, ended tasks."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from monitoring.statistics.ttl_cache import cached_for

QUEUES = ("celery", "training")
HEARTBEATS_KEY = "doodle:processes"  # hash: name of a worker or of beat → JSON with its last heartbeat
TASK_COUNTS_KEY = "doodle:tasks"  # hash: task|state → count
TASK_LAST_ENDED_KEY = "doodle:tasks:last"  # hash: task → Unix time
REDIS_TIMEOUT_SECONDS = 0.5
SILENT_AFTER_SECONDS = 45.0  # four heartbeats
EXPIRES_AFTER_SECONDS = 24 * 60 * 60.0  # the host of such a process was given up


@dataclass(frozen=True)
class CeleryProcess:
    """A worker or beat."""

    name: str
    seen: float  # seconds since the last heartbeat
    since: float  # seconds since the start

    @property
    def is_alive(self) -> bool:
        return self.seen < SILENT_AFTER_SECONDS


@dataclass(frozen=True)
class TaskCount:
    """How often a task ended in a state."""

    task: str
    state: str
    count: int
    last: float | None  # seconds since the task last ended, in any state


@dataclass(frozen=True)
class QueueStats:
    queues: dict[str, int]  # tasks waiting, by queue
    processes: list[CeleryProcess]
    task_counts: list[TaskCount]

    @property
    def waiting(self) -> int:
        return sum(self.queues.values())

    @property
    def alive(self) -> int:
        return sum(process.is_alive for process in self.processes)


@cache
def redis_client() -> Redis:
    """Return a client with short timeouts and one retry, so that a lost Redis blocks no caller."""
    return Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
        socket_timeout=REDIS_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )


@cached_for(5)
def queue_stats() -> QueueStats:
    """Raises RedisError."""
    with redis_client().pipeline(transaction=False) as pipe:
        for queue in QUEUES:
            pipe.llen(queue)
        for key in (HEARTBEATS_KEY, TASK_COUNTS_KEY, TASK_LAST_ENDED_KEY):
            pipe.hgetall(key)
        *lengths, heartbeats, counts, last_ended = pipe.execute()
    return QueueStats(dict(zip(QUEUES, lengths, strict=True)), _processes(heartbeats), _task_counts(counts, last_ended))


def _processes(heartbeats: dict[str, str]) -> list[CeleryProcess]:
    now = time.time()
    times = {name: json.loads(text) for name, text in heartbeats.items()}
    processes = [CeleryProcess(name, now - at["seen"], now - at["since"]) for name, at in sorted(times.items())]
    return [process for process in processes if process.seen < EXPIRES_AFTER_SECONDS]


def _task_counts(counts: dict[str, str], last_ended: dict[str, str]) -> list[TaskCount]:
    task_counts = []
    for key, count in sorted(counts.items()):
        task, _, state = key.partition("|")
        ended_at = last_ended.get(task)
        task_counts.append(TaskCount(task, state, int(count), time.time() - float(ended_at) if ended_at else None))
    return task_counts
