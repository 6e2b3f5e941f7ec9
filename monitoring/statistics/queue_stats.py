"""What Redis tells: what waits in the queues, which processes live, what tasks they ended. One round trip."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from monitoring.statistics.ttl_cache import kept_for

QUEUES = ("celery", "training")
PROCESSES = "doodle:processes"  # hash: name of a worker or of beat → JSON of when it was seen
ENDED_TASKS = "doodle:tasks"  # hash: name and state → how often
LAST_ENDED = "doodle:tasks:last"  # hash: name → when
SILENT_AFTER = 45.0  # seconds, four signs of life
FORGOTTEN_AFTER = 24 * 60 * 60.0  # seconds: a host that was given up is of no interest any more


@dataclass(frozen=True)
class Process:
    """A worker or beat. `seen` and `since` are seconds ago."""

    name: str
    seen: float
    since: float

    @property
    def is_alive(self) -> bool:
        return self.seen < SILENT_AFTER


@dataclass(frozen=True)
class Ended:
    """How often a task ended in a state, and how many seconds ago it ended last, in whichever state."""

    task: str
    state: str
    times: int
    last: float | None


@dataclass(frozen=True)
class Broker:
    queues: dict[str, int]
    processes: list[Process]
    ended: list[Ended]

    @property
    def waiting(self) -> int:
        return sum(self.queues.values())

    @property
    def alive(self) -> int:
        return sum(process.is_alive for process in self.processes)


@cache
def redis() -> Redis:
    """Return a client that holds nobody up."""
    return Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_connect_timeout=0.5,
        socket_timeout=0.5,
        retry=Retry(NoBackoff(), 1),
    )


@kept_for(5)
def broker() -> Broker:
    """Raises RedisError."""
    with redis().pipeline(transaction=False) as pipe:
        for queue in QUEUES:
            pipe.llen(queue)
        for key in (PROCESSES, ENDED_TASKS, LAST_ENDED):
            pipe.hgetall(key)
        *lengths, processes, ended, last = pipe.execute()
    return Broker(dict(zip(QUEUES, lengths, strict=True)), _processes(processes), _ended(ended, last))


def _processes(told: dict[str, str]) -> list[Process]:
    now = time.time()
    facts = {name: json.loads(text) for name, text in told.items()}
    processes = [Process(name, now - one["seen"], now - one["since"]) for name, one in sorted(facts.items())]
    return [process for process in processes if process.seen < FORGOTTEN_AFTER]


def _ended(times: dict[str, str], last: dict[str, str]) -> list[Ended]:
    ended = []
    for key, number in sorted(times.items()):
        task, _, state = key.partition("|")
        at = last.get(task)
        ended.append(Ended(task, state, int(number), time.time() - float(at) if at else None))
    return ended
