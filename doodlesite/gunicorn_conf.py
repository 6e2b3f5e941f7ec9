"""Settings of Gunicorn, the web server: https://docs.gunicorn.org/en/stable/settings.html."""

from __future__ import annotations

import gc
import os

from django.conf import settings
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

# Set before the site is loaded, because that starts the counters. Two servers, as during an update, have two folders.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.VAR / "metrics" / str(settings.PORT))

bind = f"127.0.0.1:{settings.PORT}"
preload_app = True  # imports everything before the fork: workers are ready sooner and share most memory
worker_class = "gthread"
workers = 2
threads = 4
limit_request_line = 8190  # bytes, the maximum: reasons of 500 characters fit, in any script
worker_connections = 500  # per process, with idle ones; each is a file, and a process may open 1024
control_socket_disable = True  # it would be outside DOODLE_VAR, and shared by all sites of this user
graceful_timeout = 4  # seconds for requests in progress; the supervisor kills after 4.5
logconfig_dict = settings.LOGGING


def on_starting(server: Arbiter) -> None:
    from monitoring.metrics import prometheus_multiprocess

    prometheus_multiprocess.reset()


def when_ready(server: Arbiter) -> None:
    gc.freeze()  # exempts what is loaded from garbage collection, which would unshare its memory
    server.log.info("Draw at http://localhost:%s/ (Ctrl-C stops the site)", settings.PORT)


def post_fork(server: Arbiter, worker: Worker) -> None:
    from monitoring.metrics import prometheus_multiprocess
    from recognition.serving import model_loader

    prometheus_multiprocess.reserve(os.getpid())
    model_loader.poll_in_background()


def child_exit(server: Arbiter, worker: Worker) -> None:
    from monitoring.metrics import prometheus_multiprocess

    prometheus_multiprocess.merge_exited(worker.pid)
