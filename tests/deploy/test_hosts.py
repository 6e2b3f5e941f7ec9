"""Three hosts that share PostgreSQL and Redis, and no disk: A serves, B serves and keeps the clock, C trains."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.services.site import Site, wait_until
from tests.services.training import CLASSES, IMPATIENT
from tests.services.visitor import Visitor
from tests.training.faults.watching import RunByApi, wait_for_end

pytestmark = [pytest.mark.services, pytest.mark.tensorflow]

IN_A_ROW = 20  # answers, more than the web processes of a host that have not looked yet could give by chance


class Host(Site):
    """A host of its own: its own folder, its own port, and the database and the broker of all."""

    def __init__(self, var: Path, database_url: str, redis_url: str) -> None:
        var.mkdir()
        shared = {"REDIS_URL": redis_url, "SECRET_KEY": "the same on every host", "TRAINING_PROMOTES": "0"}
        super().__init__(var, database_url, **shared, **IMPATIENT)


class Isolated(Host):
    """One without any network: it reaches the database and the broker by their sockets, and no other host at all."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        if subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode == 0:
            for name, command in self.commands.items():
                self.commands[name] = f"exec unshare --net sh -c {shlex.quote(command)}"


@pytest.fixture
def hosts(training_site: Site, empty_postgres: str, tmp_path: Path) -> Iterator[tuple[Host, Host, Host]]:
    training_site.start("redis")
    shared = empty_postgres, f"unix://{training_site.var}/redis.sock"
    a, b, c = Host(tmp_path / "a", *shared), Host(tmp_path / "b", *shared), Isolated(tmp_path / "c", *shared)
    with ExitStack() as stack:
        for host in (a, b, c):
            stack.callback(host.stop)
        yield a, b, c


@pytest.mark.long
def test_what_host_c_trains_and_host_b_promotes_host_a_serves(hosts: tuple[Host, Host, Host]) -> None:
    a, b, c = hosts
    a.prepare()
    b.take_static_files(a)
    b.prepare()
    for host in (a, b):
        host.start("web")
    b.start("worker", "beat")
    c.start("trainer")
    for host in (a, b):
        host.wait_until_it_answers("/readyz")
    secret = b.manage("create_token", "admin", "--scope", "read", "--scope", "train").strip()

    run = RunByApi(b, secret, preset="quick", classes=CLASSES, rows_per_class=200, epochs=1, warm_start=False)
    wait_for_end(run, c)
    assert (run.status, run.error) == ("succeeded", "")
    c.stop()
    shutil.rmtree(c.var)

    with Visitor(a.url) as person, Visitor(b.url, token=secret) as administrator:
        assert {person.guess()["model_version"] for _ in range(IN_A_ROW)} == {1}
        administrator.post("/api/v1/model-versions/2/promote/", {"reason": "It looks good."})
        wait_until(lambda: {person.guess()["model_version"] for _ in range(IN_A_ROW)} == {2})
        administrator.post("/api/v1/model-versions/1/promote/", {"reason": "It was not."})
        wait_until(lambda: {person.guess()["model_version"] for _ in range(IN_A_ROW)} == {1})
