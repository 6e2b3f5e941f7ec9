"""Measures the cost of each page: queries, server time, and what a browser loads.

    make bench B=pages [ARGS="--sizes 1000 100000 1000000 --starter FOLDER"]

For each size a separate database is filled with that many drawings, all in the gallery. A test client requests every
page in this process; then Chromium loads some once from a running site. Prints Markdown; the last column is the time
for the largest size divided by that for the smallest.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

ROUNDS = 15  # of which the median counts
CHUNK_ROWS = 20_000
VIEWPORT = {"width": 1440, "height": 900}

OBSERVE = """() => new Promise((resolve) => {
  let shift = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (shift += entry.value)))
    .observe({ type: "layout-shift", buffered: true });
  let blocked = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (blocked += Math.max(0, entry.duration - 50))))
    .observe({ type: "longtask", buffered: true });
  setTimeout(() => {
    const resources = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    resolve({
      bytes: resources.reduce((sum, one) => sum + one.transferSize, 0),
      requests: resources.length,
      paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
      shift,
      blocked,
    });
  }, 500);
})"""


@dataclass(frozen=True)
class PageCost:
    queries: int
    milliseconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--starter", type=Path, help="folder of another starter model, as export_starter writes it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="doodlesite-bench-") as folder:
        costs = {size: measure_in_subprocess(Path(folder) / str(size), size, options.starter) for size in options.sizes}
        print_costs(costs)
        print_browser(Path(folder) / str(options.sizes[0]))


def measure_in_subprocess(var: Path, size: int, starter: Path | None) -> dict[str, PageCost]:
    """Measure in a fresh process: Django reads its database from the environment once."""
    var.mkdir()
    with get_context("spawn").Pool(1, _set_up_django, [var]) as pool:
        return pool.apply(measure, [size, starter])


def _set_up_django(var: Path) -> None:
    os.environ |= {"DOODLE_VAR": str(var), "DJANGO_SETTINGS_MODULE": "doodlesite.settings", "DOODLE_RATE_PAGES": "off"}
    import django

    django.setup()


def measure(size: int, folder: Path | None) -> dict[str, PageCost]:
    from django.core.management import call_command

    from recognition import starter
    from recognition.explain.similar_drawings import compute_vectors
    from recognition.serving.model_loader import champion

    starter.FOLDER = folder or starter.FOLDER
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("bootstrap", without_samples=True, stdout=sys.stderr)
    fill(size)
    compute_vectors(champion())
    return {name: cost_of(path) for name, path in paths()}


def fill(size: int) -> None:
    """Store drawings a minute apart, with feedback and in the gallery; every seventh is misrecognized."""
    from django.utils import timezone

    from recognition.models import Contributor, DoodleClass, Drawing, Exhibit, Feedback, ModelVersion, Prediction
    from recognition.stats.accuracy import recount

    for model in (Drawing, Prediction):
        model._meta.get_field("created_at").auto_now_add = False
    chance, now = random.Random(0), timezone.now()
    version = ModelVersion.objects.get()
    classes = {doodle_class.name: doodle_class for doodle_class in DoodleClass.objects.filter(name__in=version.labels)}
    people = Contributor.objects.bulk_create(Contributor() for _ in range(max(1, size // 100)))
    strokes = [[[chance.randrange(256) for _ in range(12)] for _ in range(2)] for _ in range(4)]
    for start in range(0, size, CHUNK_ROWS):
        drawings, predictions, feedback, exhibits = [], [], [], []
        for number in range(start, min(start + CHUNK_ROWS, size)):
            name = chance.choice(version.labels)
            guess = chance.choice(version.labels) if number % 7 == 0 else name
            drawing = Drawing(
                contributor=chance.choice(people), strokes=strokes, bitmap=bytes(784), split="train",
                label=classes[name], status=Drawing.Status.ACCEPTED, created_at=now - timedelta(minutes=size - number),
            )  # fmt: skip
            prediction = Prediction(
                drawing=drawing, model_version=version, label=guess, confidence=chance.random(), recognized=True,
                top=[{"label": guess, "confidence": 0.5}], milliseconds=1.0, created_at=drawing.created_at,
            )  # fmt: skip
            drawings.append(drawing)
            predictions.append(prediction)
            judgement = {"correct": guess == name, "label": classes[name]}
            feedback.append(Feedback(drawing=drawing, contributor=drawing.contributor, **judgement))
            exhibits.append(Exhibit(drawing=drawing, **Exhibit.field_values(drawing, prediction)))
        Drawing.objects.bulk_create(drawings)
        Prediction.objects.bulk_create(predictions)
        Feedback.objects.bulk_create(feedback)
        Exhibit.objects.bulk_create(exhibits)
    recount()


def paths() -> Iterator[tuple[str, str]]:
    """Yield the name and path of each page. The oldest drawings are the end of the gallery."""
    from recognition.game import start_game
    from recognition.models import Contributor, Exhibit
    from recognition.pages.gallery.keyset import format_position

    oldest = Exhibit.objects.reverse()[40]
    label, game = oldest.label, start_game(Contributor())
    yield "drawing page", "/"
    yield "gallery", "/gallery/"
    yield "gallery, its end", f"/gallery/?before={format_position((oldest.drawn_at, oldest.pk)).replace('+', '%2B')}"
    yield "gallery, one class", f"/gallery/?label={label}"
    yield "gallery, mistakes", f"/gallery/?label={label}&right=no"
    yield "gallery, unsure", "/gallery/?sure=0"
    yield "gallery, the oldest first", "/gallery/?sort=oldest"
    yield "gallery, mistakes, the surest first", "/gallery/?right=no&sort=surest"
    yield "a drawing", f"/drawings/{oldest.pk}/"
    yield "drawings like it", f"/drawings/{oldest.pk}/alike/"
    yield "my drawings", "/mine/"
    yield "the game", "/play/"
    yield "results", f"/play/{game.pk}/results/" if game else "/play/"
    yield "models", "/models/"
    yield "a model", "/models/1/"
    yield "its card", "/models/1/card/"
    yield "its matrix", "/models/1/confusion/base/"
    yield "its matrix, one class", f"/models/1/confusion/base/?of={label}"
    yield "its matrix, all classes", "/models/1/confusion/base.png"
    yield "its matrix by people", "/models/1/confusion/people/"
    yield "its matrix by people, all classes", "/models/1/confusion/people.png"
    yield "a comparison", "/models/compare/?a=1&b=1"
    yield "classes, API", "/api/v1/classes/?active=true"
    yield "model versions, API", "/api/v1/model-versions/"
    yield "about", "/about/"


def cost_of(path: str) -> PageCost:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost"})
    times = []
    for _ in range(ROUNDS):
        with CaptureQueriesContext(connection) as queries:
            started = time.perf_counter()
            response = client.get(path)
            times.append((time.perf_counter() - started) * 1000)
        if response.status_code != 200:
            raise RuntimeError(f"{path}: {response.status_code}")
    return PageCost(len(queries), statistics.median(times))


def print_costs(costs: dict[int, dict[str, PageCost]]) -> None:
    sizes = list(costs)
    titles = " | ".join(f"{size:,} drawings" for size in sizes)
    print(f"| page | queries | {titles} | largest / smallest |\n|---|---|{'---|' * len(sizes)}---|")
    for name, first in costs[sizes[0]].items():
        times = [costs[size][name].milliseconds for size in sizes]
        cells = " | ".join(f"{value:.1f} ms" for value in times)
        print(f"| {name} | {first.queries} | {cells} | {times[-1] / times[0]:.2f} |")


def print_browser(var: Path) -> None:
    from playwright.sync_api import sync_playwright

    from bench.browser_replay import CHROMIUM
    from tests.services.site import Site

    site = Site(var, f"sqlite:///{var / 'db.sqlite3'}")
    site.start("redis", "web")
    print("\n| page | bytes | requests | first paint | layout shift | blocked |\n|---|---|---|---|---|---|")
    try:
        site.wait_until_it_answers("/readyz")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            for path in (
                "/",
                "/gallery/",
                "/play/",
                "/mine/",
                "/models/",
                "/models/1/",
                "/models/1/confusion/base/",
                "/about/",
            ):
                page = browser.new_page(base_url=site.url, viewport=VIEWPORT)  # type: ignore[arg-type]
                page.goto(path, wait_until="networkidle")
                metrics = page.evaluate(OBSERVE)
                print(
                    f"| {path} | {metrics['bytes'] / 1000:.0f} kB | {metrics['requests']} | {metrics['paint']:.0f} ms "
                    f"| {metrics['shift']:.3f} | {metrics['blocked']:.0f} ms |"
                )
                page.close()
            browser.close()
    finally:
        site.stop()


if __name__ == "__main__":
    main()
