from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.site import Site
from tests.training.faults.recognizing import Recognizing


@pytest.fixture
def recognizing(training_site: Site) -> Iterator[Recognizing]:
    """Somebody who draws all the time, on a site that has a network in service."""
    with Recognizing(training_site) as recognizing:
        yield recognizing
