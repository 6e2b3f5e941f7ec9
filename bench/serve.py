"""Compares the speed of recognizing and storing drawings with a plain Flask and Keras server, in the same run.

    QUICKDRAW_DIR=folder make bench [ARGS="--seconds 20 --connections 1 8 32"]

The folder holds official files (`full/simplified/*.ndjson`): the drawings posted are real ones. Prints Markdown.
"""

from __future__ import annotations

import argparse
import base64
import io
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from PIL import Image, ImageDraw

from bench.http_load import PostResult, post
from tests.services.postgres import postgres
from tests.services.site import Site, answers, free_port

Strokes = list[list[list[float]]]

DISTINCT_DRAWINGS = 500  # posted in turn
CANVAS_PIXELS = 300  # of the image that the baseline receives
WARM_UP_SECONDS = 2
ROUNDS = 3  # with new connections each, because chance decides which process serves how many of them
COUNT_ROWS = """
from django.db.models import Avg
from recognition.models import Drawing, Prediction
newest = Prediction.objects.order_by("-id")[:{answered}]
print(Drawing.objects.count(), Prediction.objects.count(), newest.aggregate(average=Avg("milliseconds"))["average"])
"""


@dataclass
class ServerResult:
    name: str
    ready: float  # seconds from the start to the first answer
    memory: float  # MB, resident, of the largest serving process after the load
    loads: dict[int, PostResult]  # by the number of connections
    recognition: dict[int, float] = field(default_factory=dict)  # mean milliseconds to rasterize and infer, likewise
    stored: str = "nothing"


def main() -> None:
    options = parse_arguments()
    drawings = quickdraw_drawings()
    results = [measure_baseline(drawings, options)]
    results.append(measure_site("SQLite", "", drawings, options))
    with postgres(durable=True) as url:
        results.append(measure_site("PostgreSQL", url, drawings, options))
    print(as_markdown(results))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=15, help="for each number of connections")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])
    return parser.parse_args()


def quickdraw_drawings() -> list[Strokes]:
    folder = Path(os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")) / "full" / "simplified"
    files = sorted(folder.glob("*.ndjson"))
    if not files:
        sys.exit(f"There are no drawings in {folder}; QUICKDRAW_DIR names a folder of official files.")
    share = -(-DISTINCT_DRAWINGS // len(files))
    lines = itertools.chain.from_iterable(path.read_text().splitlines()[:share] for path in files)
    return [json.loads(line)["drawing"] for line in itertools.islice(lines, DISTINCT_DRAWINGS)]


def measure_baseline(drawings: list[Strokes], options: argparse.Namespace) -> ServerResult:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    bodies = [json.dumps({"image": data_url(strokes)}) for strokes in drawings]
    command = [sys.executable, "-m", "bench.baseline_server", str(port)]
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        ready = seconds_until_ready(url, started)
        loads = put_load(f"{url}/predict", bodies, options)
        return ServerResult("baseline", ready, resident(process.pid), loads)
    finally:
        process.kill()
        process.wait()


def measure_site(
    database: str, database_url: str, drawings: list[Strokes], options: argparse.Namespace
) -> ServerResult:
    bodies = [json.dumps({"strokes": strokes}) for strokes in drawings]
    with tempfile.TemporaryDirectory(prefix="doodlesite-bench-") as var:
        # The limit is never reached, but requests are counted.
        url = database_url or f"sqlite:///{var}/db.sqlite3"
        site = Site(Path(var), url, DOODLE_RATE_DRAWINGS="1000000/s", DOODLE_RATE_BYTES="1000000000/s")
        subprocess.run(
            [sys.executable, "-m", "doodlesite.prepare"], env=site.environment, check=True, stdout=sys.stderr
        )
        try:
            site.start("redis")
            started = time.perf_counter()
            site.start("web")
            ready = seconds_until_ready(site.url, started)
            site.start("worker", "trainer", "beat")
            return put_load_on(site, f"doodlesite, {database}", ready, bodies, options)
        finally:
            site.stop()


def put_load_on(site: Site, name: str, ready: float, bodies: list[str], options: argparse.Namespace) -> ServerResult:
    """Measure the site under load; after each load read row counts and recognition times from its database."""
    address, loads, recognition = f"{site.url}/api/v1/drawings/", {}, {}
    warm_up(address, bodies)
    before = int(count_rows(site, 0)[0])
    for connections in options.connections:
        loads[connections] = load(address, bodies, connections, options.seconds)
        drawings, predictions, average = count_rows(site, loads[connections].answered)
        recognition[connections] = float(average)
    answered = sum(load.answered for load in loads.values())
    stored = f"{int(drawings) - before} drawings of {answered} answered, {predictions} predictions of {drawings}"
    memory = max(resident(pid) for pid in process_tree(site.pid("web")))
    return ServerResult(name, ready, memory, loads, recognition, stored)


def count_rows(site: Site, answered: int) -> list[str]:
    return site.manage("shell", "--verbosity", "0", "--command", COUNT_ROWS.format(answered=answered)).split()


def put_load(url: str, bodies: list[str], options: argparse.Namespace) -> dict[int, PostResult]:
    warm_up(url, bodies)
    return {connections: load(url, bodies, connections, options.seconds) for connections in options.connections}


def warm_up(url: str, bodies: list[str]) -> None:
    post(url, bodies, {}, connections=8, seconds=WARM_UP_SECONDS)


def load(url: str, bodies: list[str], connections: int, seconds: float) -> PostResult:
    rounds = [post(url, bodies, {}, connections=connections, seconds=seconds / ROUNDS) for _ in range(ROUNDS)]
    return PostResult(
        answered=sum(result.answered for result in rounds),
        seconds=sum(result.seconds for result in rounds),
        p50=median(result.p50 for result in rounds),
        p99=median(result.p99 for result in rounds),
        failed=sum(result.failed for result in rounds),
    )


def seconds_until_ready(url: str, started: float) -> float:
    while not answers(f"{url}/readyz"):
        time.sleep(0.005)
    return time.perf_counter() - started


def data_url(strokes: Strokes) -> str:
    """Return a drawing as a canvas exports it: a PNG as a data URL, black lines on white."""
    canvas = Image.new("RGB", (CANVAS_PIXELS, CANVAS_PIXELS), "white")
    for x, y, *_ in strokes:
        points = [(20 + column, 20 + row) for column, row in zip(x, y, strict=True)]
        ImageDraw.Draw(canvas).line(points, fill="black", width=8, joint="curve")
    file = io.BytesIO()
    canvas.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def process_tree(pid: int) -> list[int]:
    """Return a process and its children."""
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def as_markdown(results: list[ServerResult]) -> str:
    baseline, *_ = results
    rows = [
        ["connections", "server", "requests/s", "p50", "p99", "relative to the baseline", "recognition"],
        ["---"] * 7,
    ]
    for connections, baseline_load in baseline.loads.items():
        for result in results:
            load = result.loads[connections]
            ratio = (
                f"{load.per_second / baseline_load.per_second:.1f} × as many, p99 1/{baseline_load.p99 / load.p99:.1f}"
            )
            milliseconds = result.recognition.get(connections)
            share = f"{milliseconds:.2f} ms, {milliseconds / load.p50:.0%} of p50" if milliseconds else ""
            cells = [f"{load.per_second:,.0f}", f"{load.p50:.1f} ms", f"{load.p99:.1f} ms", ratio, share]
            rows.append([str(connections), result.name, *cells])
    rows += [[], ["server", "ready", "memory", "stored", "failed"], ["---"] * 5]
    for result in results:
        failed = sum(load.failed for load in result.loads.values())
        rows.append([result.name, f"{result.ready:.2f} s", f"{result.memory:.0f} MB", result.stored, str(failed)])
    return "\n".join(f"| {' | '.join(row)} |" if row else "" for row in rows)


if __name__ == "__main__":
    main()
