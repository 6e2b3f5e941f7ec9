"""Two web hosts behind the proxy of deploy/nginx are upgraded one after the other, or one is lost."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx2
import pytest

from tests.services.postgres import empty_database
from tests.services.proxy import BEHIND_A_PROXY, Proxy, nginx
from tests.services.site import Site, wait_until

pytestmark = pytest.mark.services


class Host(Site):
    """A web host as systemd runs it: the socket outlives the server."""

    def __init__(self, var: Path, database_url: str, redis_url: str) -> None:
        var.mkdir()
        unlimited = {"DOODLE_RATE_GUESSES": "off"}
        shared = {"REDIS_URL": redis_url, "SECRET_KEY": "the same on every host"}
        super().__init__(var, database_url, **shared, **BEHIND_A_PROXY, **unlimited)
        self.url = f"http://localhost:{self.port}"  # 127.0.0.1 is not among its ALLOWED_HOSTS
        self._command = self.commands["web"]
        self.listen()

    def listen(self) -> None:
        """Open the socket that a web server takes over when it starts."""
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=2048)
        number = self.listener.fileno()
        self.options["web"] = {"executable": "/bin/bash", "pass_fds": [number]}
        self.commands["web"] = f"exec 3<&{number}; export LISTEN_FDS=1 LISTEN_PID=$$; {self._command}"

    def upgrade(self) -> None:
        """Do what restarting the unit does."""
        self.stop("web")
        self.prepare()
        self.start("web")

    def vanish(self) -> None:
        self.listener.close()
        self.kill("web")

    def come_back(self) -> None:
        """Start again after `vanish`."""
        self.listen()
        self.start("web")


class Guessing:
    """Somebody who has drawings recognized all the time; each by a connection of its own, as many people have."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._go_on)
        self.answered = 0
        self.failures: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._stopped.set()
        self._thread.join()

    def go_on(self) -> None:
        """Wait for some more answers."""
        enough = self.answered + 10
        wait_until(lambda: self.answered >= enough)

    def _go_on(self) -> None:
        while not self._stopped.wait(0.02):
            try:
                with self._proxy.visitor() as person:
                    person.guess()
                self.answered += 1
            except httpx2.HTTPError as error:
                self.failures.append(repr(error))


@pytest.fixture(scope="module")
def running_hosts(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Host]]:
    nginx()
    folder = tmp_path_factory.mktemp("hosts")
    with ExitStack() as stack:
        database_url = stack.enter_context(empty_database(postgres_url))
        shared = Site(folder, database_url)
        stack.callback(shared.stop)
        shared.start("redis")
        hosts = [Host(folder / name, database_url, f"unix://{folder}/redis.sock") for name in "ab"]
        for host in hosts:
            stack.callback(lambda host=host: host.listener.close())
            stack.callback(host.stop)
        hosts[0].prepare()
        hosts[1].take_static_files(hosts[0])
        hosts[1].prepare()
        for host in hosts:
            host.start("web")
        yield hosts


@pytest.fixture
def hosts(running_hosts: list[Host]) -> Iterator[list[Host]]:
    """Two hosts that serve; a host that vanishes comes back after the test."""
    yield running_hosts
    for host in running_hosts:
        if host.listener.fileno() < 0:
            host.come_back()


@pytest.fixture
def proxy(hosts: list[Host], tmp_path: Path) -> Iterator[Proxy]:
    proxy = Proxy(tmp_path, hosts)
    try:
        for host in hosts:
            host.wait_until_it_answers("/readyz")
        proxy.wait_until_it_answers()
        yield proxy
    finally:
        proxy.stop()


def test_nobody_notices_that_hosts_are_upgraded_one_by_one(proxy: Proxy, hosts: list[Host]) -> None:
    with Guessing(proxy) as guessing:
        for host in hosts:
            host.upgrade()
            guessing.go_on()
    assert guessing.failures == []


@pytest.mark.parametrize("lost", [0, 1], ids=["the first", "the second"])  # the proxy prefers one of them
def test_with_a_host_that_is_lost_goes_only_what_it_was_just_answering(
    proxy: Proxy, hosts: list[Host], lost: int
) -> None:
    with Guessing(proxy) as guessing:
        guessing.go_on()
        hosts[lost].vanish()
        guessing.go_on()
    assert len(guessing.failures) <= 1  # one person asks at a time


def test_pages_come_by_https_and_the_figures_are_not_for_everybody(proxy: Proxy) -> None:
    with proxy.visitor() as person:
        assert person.get("/").headers["Content-Type"].startswith("text/html")
        person.draw("house")
        assert len(person.cookies) == 2
        assert all(cookie.secure for cookie in person.cookies.jar)
        assert person.is_refused("/metrics")
