"""Measures how soon a host serves a version that another host promoted.

    make bench B=hosts

Two web hosts without a shared disk, one PostgreSQL, one Redis. One person sends guesses to host A all the time;
versions are promoted on host B. The lag lasts from B's response until the last request that A answers by the earlier
version. Requests already in flight do not count.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import django_setup as django_setup  # first: it sets Django up
from tests.services.postgres import postgres
from tests.services.site import Site
from tests.services.visitor import Visitor

PROMOTIONS = 20
SETTLED_SECONDS = 3.0  # without a guess by the earlier version, after which it is considered gone
CREATE_SECOND_VERSION = "from tests.factories import make_version; make_version(promoted=False)"


def main() -> None:
    with two_hosts() as (a, b):
        secret = b.manage("create_token", "admin", "--scope", "read", "--scope", "train").strip()
        b.manage("shell", "--verbosity", "0", "-c", CREATE_SECOND_VERSION)
        with Visitor(b.url, token=secret) as administrator, VersionPoller(a.url) as poller:
            lags = [promote(administrator, turn % 2 + 1, poller) for turn in range(1, PROMOTIONS + 1)]
    print(f"{PROMOTIONS} promotions on B, seconds until A served nothing else:")
    print(f"median {statistics.median(lags):.2f}, longest {max(lags):.2f}, {poller.count} requests")


class VersionPoller:
    """A thread that requests guesses all the time, and records by version when its last request was sent."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._poll)
        self.last_sent: dict[int, float] = {}
        self.count = 0

    def __enter__(self) -> VersionPoller:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _poll(self) -> None:
        with Visitor(self._url) as person:
            while not self._stopped.is_set():
                sent_at = time.monotonic()
                self.last_sent[person.guess()["model_version"]] = sent_at
                self.count += 1


def promote(administrator: Visitor, number: int, poller: VersionPoller) -> float:
    """Promote a version on one host; return for how many seconds the other host still served the earlier one."""
    administrator.post(f"/api/v1/model-versions/{number}/promote/", {"reason": "measured"})
    promoted = time.monotonic()
    earlier = 3 - number
    while time.monotonic() - max(poller.last_sent.get(earlier, 0.0), promoted) < SETTLED_SECONDS:
        time.sleep(0.05)
    return max(poller.last_sent.get(earlier, 0.0) - promoted, 0.0)


@contextmanager
def two_hosts() -> Iterator[tuple[Site, Site]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shared = {"SECRET_KEY": "the same on every host", "REDIS_URL": f"unix://{folder}/a/redis.sock"}
        database = stack.enter_context(postgres(durable=True))
        unlimited = {"DOODLE_RATE_GUESSES": "off"}
        sites = [Site(folder / name, database, **shared, **unlimited) for name in ("a", "b")]
        for site in sites:
            stack.callback(site.stop)
            site.prepare()
        sites[0].start("redis")
        for site in sites:
            site.start("web")
            site.wait_until_it_answers("/readyz")
        yield sites[0], sites[1]


if __name__ == "__main__":
    main()
