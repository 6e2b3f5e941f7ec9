"""The types of faults: how each is injected and undone, and which hosts must go on recognizing drawings."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tests.chaos.environment import Environment
from tests.chaos.network_proxy import NetworkProxy

SILENCE_SECONDS = (4.0, 15.0)  # long enough for waiting clients to time out
FULL_SECONDS = (4.0, 12.0)  # long enough for writers to need more space
Undo = Callable[[], None]
Inject = Callable[[Environment, str, random.Random], Undo]
KILL, STOP, CONTINUE = signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT


@dataclass(frozen=True)
class FaultType:
    """A type of fault; `inject` injects one and returns a function that undoes it.

    spares_web: every host keeps a web process and must recognize drawings all the time; else one host does not.
    """

    name: str
    inject: Inject
    spares_web: bool = True
    spares_database: bool = True
    lasts: tuple[float, float] = (2.0, 6.0)  # seconds until it is undone


def nothing() -> None:
    """Do nothing: the supervisor restarts a killed process."""


def fault_types(environment: Environment) -> list[FaultType]:
    """Return the types of faults that are possible in this environment."""
    found = [
        FaultType("web host killed", _killed("web"), spares_web=False),
        FaultType("web host stopped", _stopped("web"), spares_web=False),
        FaultType("web process killed", _child_signalled("web", KILL)),
        FaultType("web process stopped", _child_signalled("web", STOP)),
    ]
    for name in environment.background:
        found += [
            FaultType(f"{name} killed", _on_a(_killed(name))),
            FaultType(f"{name} stopped", _on_a(_stopped(name))),
        ]
    if "trainer" in environment.background:
        found.append(FaultType("training killed", _on_a(_child_signalled("trainer", KILL))))
    found += [
        FaultType("Redis killed", _on_a(_killed("redis"))),
        FaultType("Redis stopped", _on_a(_stopped("redis"))),
        *_of_a_proxy("Redis", environment.redis_proxy),
    ]
    if environment.site_disk.can_be_filled:
        found.append(FaultType("disk of a web host full", _site_disk_full, lasts=FULL_SECONDS))
    return found + (_of_postgres(environment) if environment.postgres else [])


def _of_postgres(environment: Environment) -> list[FaultType]:
    assert environment.postgres
    assert environment.database_proxy
    found = [
        FaultType("PostgreSQL killed", _postgres_killed, spares_database=False),
        FaultType("PostgreSQL stopped", _postgres_stopped, spares_database=False),
        FaultType("a process of PostgreSQL killed", _backend_killed, spares_database=False),
        *_of_a_proxy("PostgreSQL", environment.database_proxy),
    ]
    if environment.database_disk and environment.database_disk.can_be_filled:
        found.append(FaultType("disk of PostgreSQL full", _database_disk_full, lasts=FULL_SECONDS))
    return found


def _of_a_proxy(to: str, proxy: NetworkProxy) -> list[FaultType]:
    def faulty(inject: Callable[[], None]) -> Inject:
        def do(environment: Environment, host: str, rng: random.Random) -> Undo:
            inject()
            return proxy.mend

        return do

    return [
        FaultType(f"connections to {to} cut", faulty(proxy.cut)),
        FaultType(f"network to {to} silent", faulty(proxy.silence), lasts=SILENCE_SECONDS),
        FaultType(f"connections to {to} forgotten", faulty(proxy.forget), lasts=SILENCE_SECONDS),
    ]


def _killed(name: str) -> Inject:
    def inject(environment: Environment, host: str, rng: random.Random) -> Undo:
        environment.send(host, name, KILL)
        return nothing

    return inject


def _stopped(name: str) -> Inject:
    def inject(environment: Environment, host: str, rng: random.Random) -> Undo:
        environment.send(host, name, STOP)
        return lambda: environment.send(host, name, CONTINUE)

    return inject


def _child_signalled(name: str, number: signal.Signals) -> Inject:
    """Send a signal to a random child of a process."""

    def inject(environment: Environment, host: str, rng: random.Random) -> Undo:
        children = environment.children_of(host, name)
        if not children:
            return nothing
        child = rng.choice(children)
        _send(child, number)
        return lambda: _send(child, CONTINUE)

    return inject


def _on_a(inject: Inject) -> Inject:
    """Inject the fault on host a, which alone has processes other than web servers."""
    return lambda environment, host, rng: inject(environment, "a", rng)


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _site_disk_full(environment: Environment, host: str, rng: random.Random) -> Undo:
    environment.site_disk.fill()
    return environment.site_disk.empty


def _postgres_killed(environment: Environment, host: str, rng: random.Random) -> Undo:
    assert environment.postgres
    environment.postgres.send(KILL)
    return nothing


def _postgres_stopped(environment: Environment, host: str, rng: random.Random) -> Undo:
    postgres = environment.postgres
    assert postgres
    postgres.send(STOP)
    return lambda: postgres.send(CONTINUE)


def _backend_killed(environment: Environment, host: str, rng: random.Random) -> Undo:
    assert environment.postgres
    environment.postgres.kill_a_backend(rng)
    return nothing


def _database_disk_full(environment: Environment, host: str, rng: random.Random) -> Undo:
    assert environment.database_disk
    environment.database_disk.fill()
    return environment.database_disk.empty
