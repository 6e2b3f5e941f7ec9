"""How soon a host serves what another one has promoted: two web hosts, one PostgreSQL, one Redis, no shared disk.

One person asks host A all the time; versions are promoted on host B. What counts is from the moment that B's answer is
there until A's last answer by the version before; an answer that was under way already does not count.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import configured as configured  # first: it sets Django up
from tests.services.postgres import postgres
from tests.services.site import Site
from tests.services.visitor import Visitor

PROMOTIONS = 20
SETTLED = 3.0  # seconds of answers by the new version alone, after which the old one is gone
SECOND = "from tests.factories import make_version; make_version(promoted=False)"


def main() -> None:
    with hosts() as (a, b):
        secret = b.manage("create_token", "admin", "--scope", "read", "--scope", "train").strip()
        b.manage("shell", "--verbosity", "0", "-c", SECOND)
        with Visitor(b.url, token=secret) as administrator, Asking(a.url) as asking:
            lags = [promote(administrator, turn % 2 + 1, asking) for turn in range(1, PROMOTIONS + 1)]
    print(f"{PROMOTIONS} promotions on B, seconds until A served nothing else:")
    print(f"median {statistics.median(lags):.2f}, longest {max(lags):.2f}, asked {asking.count} times")


class Asking:
    """Asks a host all the time, and remembers when it last asked for what a version answered."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.last: dict[int, float] = {}
        self.count = 0

    def __enter__(self) -> Asking:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _ask(self) -> None:
        with Visitor(self._url) as person:
            while not self._stopped.is_set():
                asked = time.monotonic()
                self.last[person.guess()["model_version"]] = asked
                self.count += 1


def promote(administrator: Visitor, number: int, asking: Asking) -> float:
    """Put a version in service on one host and return for how many seconds the other one served that before."""
    administrator.post(f"/api/v1/model-versions/{number}/promote/", {"reason": "measured"})
    promoted = time.monotonic()
    before = 3 - number
    while time.monotonic() - max(asking.last.get(before, 0.0), promoted) < SETTLED:
        time.sleep(0.05)
    return max(asking.last.get(before, 0.0) - promoted, 0.0)


@contextmanager
def hosts() -> Iterator[tuple[Site, Site]]:
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
