"""The kinds of harm: what each does, how it is undone, and whom it leaves able to recognize drawings."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tests.chaos.environment import Grounds
from tests.chaos.network_proxy import Cable

SILENCE = (4.0, 15.0)  # seconds: long enough for who waits to give up
FULL = (4.0, 12.0)  # seconds: long enough for what is written to need more room
Undo = Callable[[], None]
Harm = Callable[[Grounds, str, random.Random], Undo]
KILL, STOP, CONTINUE = signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT


@dataclass(frozen=True)
class Kind:
    """`harm` does it to a random one and returns how it is undone.

    spares_web: each host keeps a web process, and so must recognize drawings all the time. Otherwise one does not.
    """

    name: str
    harm: Harm
    spares_web: bool = True
    spares_database: bool = True
    lasts: tuple[float, float] = (2.0, 6.0)  # seconds until it is undone


def nothing() -> None:
    """A killed process is started again by the supervisor."""


def kinds(grounds: Grounds) -> list[Kind]:
    """Return what can be done to these grounds."""
    found = [
        Kind("web host killed", _killed("web"), spares_web=False),
        Kind("web host stopped", _stopped("web"), spares_web=False),
        Kind("web process killed", _child_harmed("web", KILL)),
        Kind("web process stopped", _child_harmed("web", STOP)),
    ]
    for name in grounds.background:
        found += [Kind(f"{name} killed", _on_a(_killed(name))), Kind(f"{name} stopped", _on_a(_stopped(name)))]
    if "trainer" in grounds.background:
        found.append(Kind("training killed", _on_a(_child_harmed("trainer", KILL))))
    found += [
        Kind("Redis killed", _on_a(_killed("redis"))),
        Kind("Redis stopped", _on_a(_stopped("redis"))),
        *_of_a_cable("Redis", grounds.redis_cable),
    ]
    if grounds.site_disk.can_be_filled:
        found.append(Kind("disk of a web host full", _site_disk_full, lasts=FULL))
    return found + (_of_postgres(grounds) if grounds.postgres else [])


def _of_postgres(grounds: Grounds) -> list[Kind]:
    assert grounds.postgres
    assert grounds.database_cable
    found = [
        Kind("PostgreSQL killed", _postgres_killed, spares_database=False),
        Kind("PostgreSQL stopped", _postgres_stopped, spares_database=False),
        Kind("a process of PostgreSQL killed", _backend_killed, spares_database=False),
        *_of_a_cable("PostgreSQL", grounds.database_cable),
    ]
    if grounds.database_disk and grounds.database_disk.can_be_filled:
        found.append(Kind("disk of PostgreSQL full", _database_disk_full, lasts=FULL))
    return found


def _of_a_cable(to: str, cable: Cable) -> list[Kind]:
    def harmed(harm: Callable[[], None]) -> Harm:
        def do(grounds: Grounds, host: str, lot: random.Random) -> Undo:
            harm()
            return cable.mend

        return do

    return [
        Kind(f"connections to {to} cut", harmed(cable.cut)),
        Kind(f"network to {to} silent", harmed(cable.silence), lasts=SILENCE),
        Kind(f"connections to {to} forgotten", harmed(cable.forget), lasts=SILENCE),
    ]


def _killed(name: str) -> Harm:
    def harm(grounds: Grounds, host: str, lot: random.Random) -> Undo:
        grounds.send(host, name, KILL)
        return nothing

    return harm


def _stopped(name: str) -> Harm:
    def harm(grounds: Grounds, host: str, lot: random.Random) -> Undo:
        grounds.send(host, name, STOP)
        return lambda: grounds.send(host, name, CONTINUE)

    return harm


def _child_harmed(name: str, number: signal.Signals) -> Harm:
    """One of the processes that a process made."""

    def harm(grounds: Grounds, host: str, lot: random.Random) -> Undo:
        children = grounds.children_of(host, name)
        if not children:
            return nothing
        child = lot.choice(children)
        _send(child, number)
        return lambda: _send(child, CONTINUE)

    return harm


def _on_a(harm: Harm) -> Harm:
    """Do it on the host that has all but web servers."""
    return lambda grounds, host, lot: harm(grounds, "a", lot)


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _site_disk_full(grounds: Grounds, host: str, lot: random.Random) -> Undo:
    grounds.site_disk.fill()
    return grounds.site_disk.empty


def _postgres_killed(grounds: Grounds, host: str, lot: random.Random) -> Undo:
    assert grounds.postgres
    grounds.postgres.send(KILL)
    return nothing


def _postgres_stopped(grounds: Grounds, host: str, lot: random.Random) -> Undo:
    postgres = grounds.postgres
    assert postgres
    postgres.send(STOP)
    return lambda: postgres.send(CONTINUE)


def _backend_killed(grounds: Grounds, host: str, lot: random.Random) -> Undo:
    assert grounds.postgres
    grounds.postgres.kill_a_backend(lot)
    return nothing


def _database_disk_full(grounds: Grounds, host: str, lot: random.Random) -> Undo:
    assert grounds.database_disk
    grounds.database_disk.fill()
    return grounds.database_disk.empty
