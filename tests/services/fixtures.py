"""Real servers for the tests that ask for them; whatever a test started is stopped after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings

from tests.services.make_run import MakeRun, running
from tests.services.postgres import empty_database, postgres
from tests.services.site import Site


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    """The site's own processes on the test's database; `site.start("redis", "web")` starts some."""
    site = Site(tmp_path, database_url())
    yield site
    site.stop()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The DATABASE_URL of a PostgreSQL server of the test run's own, whatever the other tests run on."""
    with postgres(durable=False) as url:
        yield url


@pytest.fixture
def empty_postgres(postgres_url: str) -> Iterator[str]:
    """The DATABASE_URL of a PostgreSQL database of the test's own, without any table."""
    with empty_database(postgres_url) as url:
        yield url


@pytest.fixture
def make_run(tmp_path: Path) -> Iterator[Callable[..., MakeRun]]:
    """Start `make run`, as in `make_run(PORT="8001")`; the folder is the same each time within a test."""
    with ExitStack() as stack:

        def start(var: Path = tmp_path / "var", **environment: str) -> MakeRun:
            log = tmp_path / f"make-run-{time.monotonic_ns()}.log"
            return stack.enter_context(running(MakeRun(var, log, **environment)))

        yield start


def database_url() -> str:
    """Return the DATABASE_URL under which another process finds the database of this test."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{database['NAME']}"
    given = {name: value for name, value in database["OPTIONS"].items() if isinstance(value, str)}
    options = urlencode(given, quote_via=quote)  # libpq takes a plus for a plus
    where = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}@{database['HOST']}"
    return f"postgres://{where}/{database['NAME']}?{options}"
