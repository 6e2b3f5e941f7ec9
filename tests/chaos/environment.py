"""A whole site to do harm to: web hosts, workers, Redis and its database, each within reach, on disks to fill.

a, b ── cable ── PostgreSQL (on a disk of its own)      a also has Redis, worker, trainer and beat
   └─── cable ── Redis                                  with SQLite there is only a, and the database in its folder
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
from tests.chaos.network_proxy import Cable
from tests.chaos.postgres import Postgres
from tests.parity import QUICKDRAW
from tests.services.site import Site, wait_until

BACKGROUND = ("worker", "beat", "trainer")
SITE_DISK, DATABASE_DISK = 160, 640  # megabytes; a site has 25 MB of static files, PostgreSQL 110 MB at first
ENVIRONMENT = {
    "SECRET_KEY": "the same on every host",
    "TRAINING_HEARTBEAT_EVERY": "1",
    "TRAINING_DEAD_AFTER": "10",
    "TRAINING_SWEEP_EVERY": "2",
    "TF_NUM_INTRAOP_THREADS": "1",  # what is measured is not how fast it trains
    "TF_NUM_INTEROP_THREADS": "1",
    **{f"DOODLE_RATE_{what}": "off" for what in ("DRAWINGS", "GUESSES", "FEEDBACK", "CONTRIBUTORS_ADDRESS", "PAGES")},
}
# A host's web server starts as its unit in deploy/systemd has it: it sees to the database first.
PREPARED = "{python} -m doodlesite.prepare && {command}"


@dataclass
class Grounds:
    """Everything that can be hurt, by its name."""

    sites: dict[str, Site]  # web hosts, by "a" and "b"
    redis_cable: Cable
    site_disk: Disk  # of the host a
    postgres: Postgres | None = None  # None: the database is SQLite
    database_cable: Cable | None = None
    database_disk: Disk | None = None
    background: Sequence[str] = BACKGROUND
    database_url: str = ""  # past the cable, for who looks into it
    temporary: Path = field(default_factory=Path)  # where the site's processes put their temporary files
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
        """End the site's processes in order; its servers but Redis go on."""
        for site in self.sites.values():
            site.stop()

    def is_well(self) -> bool:
        """Tell whether every process runs, each web host is ready, and Redis answers through its cable."""
        if any(site.ended() for site in self.sites.values()) or (self.postgres and self.postgres.has_ended()):
            return False
        return self._redis_answers() and all(_is_ready(site) for site in self.sites.values())

    def restart_what_ended(self) -> list[str]:
        """Start again what does not run, as systemd does, and say what that was; what is left of it goes first."""
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
        """Send a signal to a process and its children, whichever that is by now."""
        with self._lock:
            self.sites[host].send(name, number)

    def children_of(self, host: str, name: str) -> list[int]:
        with self._lock, suppress(OSError):
            pid = self.sites[host].pid(name)
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def _redis_answers(self) -> bool:
        with Redis(port=self.redis_cable.port, socket_timeout=1, socket_connect_timeout=1) as redis:
            try:
                return bool(redis.ping())
            except RedisError:
                return False


@contextmanager
def grounds(
    folder: Path, *, database: str, hosts: Sequence[str] = ("a", "b"), background: Sequence[str] = BACKGROUND
) -> Iterator[Grounds]:
    """Build a site on "postgres" or "sqlite", ready to start; all of it goes at the end. SQLite has one host.

    background: the processes besides web servers and Redis.
    """
    with ExitStack() as stack:
        site_disk = stack.enter_context(small_disk(folder / "a", SITE_DISK))
        redis_cable = Cable(site_disk.folder / "redis.sock")
        stack.callback(redis_cable.close)
        made = Grounds({}, redis_cable, site_disk, background=background, temporary=folder / "tmp")
        made.temporary.mkdir()
        url = _add_postgres(made, folder, stack) if database == "postgres" else f"sqlite:///{folder}/a/db.sqlite3"
        made.database_url = made.postgres.url if made.postgres else url
        for host in hosts if made.postgres else ("a",):
            made.sites[host] = site = _site(folder / host, url, made)
            stack.callback(site.stop)
        _prepare(made)
        yield made


def _add_postgres(made: Grounds, folder: Path, stack: ExitStack) -> str:
    """Start a PostgreSQL on a disk of its own and return the address of its cable."""
    made.database_disk = stack.enter_context(small_disk(folder / "database", DATABASE_DISK))
    made.postgres = Postgres(made.database_disk.folder)
    made.postgres.start()
    stack.callback(made.postgres.stop)
    made.database_cable = Cable(made.postgres.socket)
    stack.callback(made.database_cable.close)
    return f"postgres://postgres@127.0.0.1:{made.database_cable.port}/postgres"


def _site(var: Path, url: str, made: Grounds) -> Site:
    var.mkdir(exist_ok=True)
    redis = f"redis://127.0.0.1:{made.redis_cable.port}/0"
    shared = {"REDIS_URL": redis, "TMPDIR": str(made.temporary), "QUICKDRAW_DIR": str(QUICKDRAW)}
    site = Site(var, url, **ENVIRONMENT, **shared)
    site.commands["web"] = PREPARED.format(python=".venv/bin/python", command=site.commands["web"])
    site.commands["trainer"] = f"exec nice {site.commands['trainer'].removeprefix('exec ')}"  # its unit says so, too
    return site


def _is_ready(site: Site) -> bool:
    try:
        with urlopen(f"{site.url}/readyz", timeout=5):
            return True
    except OSError:
        return False


def _prepare(made: Grounds) -> None:
    if made.postgres:
        wait_until(made.postgres.socket.exists)
    made.a.prepare()
    for site in made.sites.values():
        if site is not made.a:
            site.take_static_files(made.a)
