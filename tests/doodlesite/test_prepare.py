"""Before a host starts it prepares what it shares with others, and they may do so at the same moment."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.services.site import Site

pytestmark = pytest.mark.services
PREPARE = (sys.executable, "-m", "doodlesite.prepare")


def count(database_url: str, table: str) -> int:
    with psycopg.connect(database_url) as connection:
        ((rows,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(rows)


def test_hosts_that_prepare_one_empty_database_at_once_make_everything_once(
    empty_postgres: str, tmp_path: Path
) -> None:
    hosts = [Site(tmp_path / name, empty_postgres) for name in "abc"]

    with ThreadPoolExecutor(len(hosts)) as together:
        printed = list(together.map(lambda host: host.run(*PREPARE), hosts))

    assert [count(empty_postgres, table) for table in ("recognition_modelversion", "auth_user")] == [1, 1]
    assert count(empty_postgres, "recognition_promotion") == 1
    assert len([host for host in hosts if (host.var / "admin-password").exists()]) == 1
    assert sum("Made the first administrator" in each for each in printed) == 1
