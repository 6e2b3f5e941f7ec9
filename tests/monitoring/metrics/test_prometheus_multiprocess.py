from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.factories import make_version
from tests.monitoring.scrape import value_of
from tests.monitoring.site_requests import draw, scrape_site
from tests.services.site import Site, wait_until

pytestmark = pytest.mark.services

DONE = {"version": "1", "stage": "done", "recognized": "yes"}


def workers(site: Site) -> set[int]:
    """Return the web processes that have files to count in."""
    return {int(file.stem.split("_")[1]) for file in folder(site).glob("counter_[0-9]*.db")}


def folder(site: Site) -> Path:
    return site.var / "metrics" / str(site.port)


def kill_one(site: Site) -> None:
    before = workers(site)
    dead = min(before)
    os.kill(dead, signal.SIGKILL)
    wait_until(lambda: dead not in workers(site) and len(workers(site)) == len(before))


def test_what_several_processes_counted_is_added_up_and_outlives_them(site: Site) -> None:
    make_version()
    site.start("redis", "web")
    site.wait_until_it_answers("/readyz")
    draw(site, 12)
    assert value_of(scrape_site(site), "doodle_answers_total", **DONE) == 12

    for _ in range(3):
        kill_one(site)
    assert value_of(scrape_site(site), "doodle_answers_total", **DONE) == 12
    draw(site, 4)
    samples = scrape_site(site)

    assert value_of(samples, "doodle_answers_total", **DONE) == 16
    assert value_of(samples, "doodle_answer_seconds_count", version="1") == 16
    # Two for each of two processes, and what those that ended had counted.
    assert len(list(folder(site).glob("*.db"))) == 6


def test_a_new_start_counts_from_nothing(site: Site) -> None:
    make_version()
    site.start("redis", "web")
    site.wait_until_it_answers("/readyz")
    draw(site, 2)
    site.stop("web")
    site.start("web")
    site.wait_until_it_answers("/readyz")

    assert value_of(scrape_site(site), "doodle_answers_total", **DONE) == 0


def test_workers_and_beat_give_signs_of_life_and_say_what_they_did(site: Site) -> None:
    make_version()
    site.environment["TRAINING_SWEEP_EVERY"] = "1"
    site.start("redis", "web", "worker", "beat")
    site.wait_until_it_answers("/readyz")

    def seen() -> set[str]:
        return {dict(labels)["process"].split("@")[0] for name, labels in scrape_site(site) if "process_silent" in name}

    def swept() -> float:
        return value_of(scrape_site(site), "doodle_tasks_total", task="training.tasks.sweep", state="success")

    wait_until(lambda: seen() == {"worker", "beat"} and swept() >= 1)
