"""A whole site whose parts can be broken: web hosts, workers, Redis, the database, the network and the disks.

a, b ── proxy ── PostgreSQL (on a disk of its own)      a also has Redis, worker, trainer and beat
   └─── proxy ── Redis                                  with SQLite there is only a, and the database in its folder
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from redis import Redis
from redis.exceptions import RedisError

from tests.chaos.disk import Disk, small_disk
from tests.chaos.network_proxy import NetworkProxy
from tests.chaos.postgres import Postgres
from tests.parity import QUICKDRAW
from tests.services.site import Site, wait_until

BACKGROUND = ("worker", "beat", "trainer")
SITE_DISK_MB, DATABASE_DISK_MB = 160, 640  # a site has 25 MB of static files, PostgreSQL 110 MB at first
SITE_ENVIRONMENT = {
    "SECRET_KEY": "the same on every host",
    "TRAINING_HEARTBEAT_EVERY": "1",
    "TRAINING_DEAD_AFTER": "10",
    "TRAINING_SWEEP_EVERY": "2",
    "TF_NUM_INTRAOP_THREADS": "1",  # the speed of training does not matter here
    "TF_NUM_INTEROP_THREADS": "1",
    **{
        f"DOODLE_RATE_{what}": "off"
        for what in ("DRAWINGS", "GUESSES", "BYTES", "FEEDBACK", "CONTRIBUTORS_ADDRESS", "PAGES")
    },
    "DOODLE_DISK_RESERVE_MB": "8",  # the disks are small
}
# A host's web server starts as in its systemd unit (deploy/systemd), which prepares the database first.
PREPARED = "{python} -m doodlesite.prepare && {command}"


@dataclass
class Environment:
    """All parts of the site that can be broken, by name."""

    sites: dict[str, Site]  # web hosts, by "a" and "b"
    redis_proxy: NetworkProxy
    site_disk: Disk  # of the host a
    postgres: Postgres | None = None  # None: the database is SQLite
    database_proxy: NetworkProxy | None = None
    database_disk: Disk | None = None
    background: Sequence[str] = BACKGROUND
    database_url: str = ""  # not through the proxy, for checks
    temporary: Path = field(default_factory=Path)  # the TMPDIR of the site's processes
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def a(self) -> Site:
        return self.sites["a"]

    def start(self) -> None:
        self.a.start("redis")
        for site in self.sites.values():
            site.start("web")
        for name in self.background:
            self.a.start(name)
        wait_until(self.is_well)

    def stop(self) -> None:
        """Stop the site's processes in order; PostgreSQL keeps running."""
        for site in self.sites.values():
            site.stop()

    def is_well(self) -> bool:
        """Tell whether every process runs, each web host is ready, and Redis answers through its proxy."""
        if any(site.ended() for site in self.sites.values()) or (self.postgres and self.postgres.has_ended()):
            return False
        return self._redis_answers() and all(_is_ready(site) for site in self.sites.values())

    def restart_what_ended(self) -> list[str]:
        """Restart the processes that have ended, as systemd does, and return their names.

        Their remaining child processes are killed first.
        """
        ended = []
        if self.postgres and self.postgres.has_ended():
            self.postgres.start()
            ended.append("postgres")
        for host, site in self.sites.items():
            for name in site.ended():
                with self._lock:
                    site.kill(name)
                    site.start(name)
                ended.append(f"{host}.{name}")
        return ended

    def send(self, host: str, name: str, number: signal.Signals) -> None:
        """Send a signal to a process and its children, also if it was restarted."""
        with self._lock:
            self.sites[host].send(name, number)

    def children_of(self, host: str, name: str) -> list[int]:
        with self._lock, suppress(OSError):
            pid = self.sites[host].pid(name)
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def _redis_answers(self) -> bool:
        with Redis(port=self.redis_proxy.port, socket_timeout=1, socket_connect_timeout=1) as redis:
            try:
                return bool(redis.ping())
            except RedisError:
                return False


@contextmanager
def build_environment(
    folder: Path, *, database: str, hosts: Sequence[str] = ("a", "b"), background: Sequence[str] = BACKGROUND
) -> Iterator[Environment]:
    """Build a site on "postgres" or "sqlite", ready to start, and remove it at the end. With SQLite it has one host.

    background: names of the processes to run in addition to web servers and Redis.
    """
    with ExitStack() as stack:
        site_disk = stack.enter_context(small_disk(folder / "a", SITE_DISK_MB))
        redis_proxy = NetworkProxy(site_disk.folder / "redis.sock")
        stack.callback(redis_proxy.close)
        environment = Environment({}, redis_proxy, site_disk, background=background, temporary=folder / "tmp")
        environment.temporary.mkdir()
        url = (
            _add_postgres(environment, folder, stack) if database == "postgres" else f"sqlite:///{folder}/a/db.sqlite3"
        )
        environment.database_url = environment.postgres.url if environment.postgres else url
        for host in hosts if environment.postgres else ("a",):
            environment.sites[host] = site = _site(folder / host, url, environment)
            stack.callback(site.stop)
        _prepare(environment)
        yield environment


def _add_postgres(environment: Environment, folder: Path, stack: ExitStack) -> str:
    """Start PostgreSQL on a disk of its own and return its DATABASE_URL through a proxy."""
    environment.database_disk = stack.enter_context(small_disk(folder / "database", DATABASE_DISK_MB))
    environment.postgres = Postgres(environment.database_disk.folder)
    environment.postgres.start()
    stack.callback(environment.postgres.stop)
    environment.database_proxy = NetworkProxy(environment.postgres.socket)
    stack.callback(environment.database_proxy.close)
    return f"postgres://postgres@127.0.0.1:{environment.database_proxy.port}/postgres"


def _site(var: Path, url: str, environment: Environment) -> Site:
    var.mkdir(exist_ok=True)
    redis = f"redis://127.0.0.1:{environment.redis_proxy.port}/0"
    shared = {"REDIS_URL": redis, "TMPDIR": str(environment.temporary), "QUICKDRAW_DIR": str(QUICKDRAW)}
    site = Site(var, url, **SITE_ENVIRONMENT, **shared)
    site.commands["web"] = PREPARED.format(python=".venv/bin/python", command=site.commands["web"])
    site.commands["trainer"] = f"exec nice {site.commands['trainer'].removeprefix('exec ')}"  # as in its systemd unit
    return site


def _is_ready(site: Site) -> bool:
    try:
        with urlopen(f"{site.url}/readyz", timeout=5):
            return True
    except OSError:
        return False


def _prepare(environment: Environment) -> None:
    if environment.postgres:
        wait_until(environment.postgres.socket.exists)
    environment.a.prepare()
    for site in environment.sites.values():
        if site is not environment.a:
            site.take_static_files(environment.a)
