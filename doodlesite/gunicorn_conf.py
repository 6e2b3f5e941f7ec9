"""Gunicorn's settings: what serves HTTP in `make run`. https://docs.gunicorn.org/en/stable/settings.html"""

from __future__ import annotations

import gc
import os

from django.conf import settings
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

# Before the site is loaded, which begins to count; a folder for each server, as two may run side by side for an update.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.VAR / "metrics" / str(settings.PORT))

bind = f"127.0.0.1:{settings.PORT}"
preload_app = True  # everything is imported once, before the workers part: ready sooner, and most memory is shared
worker_class = "doodlesite.server.worker.Worker"
workers = 2
threads = 4
limit_request_line = 8190  # bytes, the most there is: reasons of 500 characters fit, whatever the script
worker_connections = 500  # of each process, idle ones included; every one is a file, of which a process may open 1024
control_socket_disable = True  # it would lie outside DOODLE_VAR, the same one for every site of this user
graceful_timeout = 4  # seconds for requests in progress; the supervisor kills after 4.5
logconfig_dict = settings.LOGGING


def on_starting(server: Arbiter) -> None:
    from monitoring.metrics import prometheus_multiprocess

    prometheus_multiprocess.reset()


def when_ready(server: Arbiter) -> None:
    gc.freeze()  # what is loaded stays: never look at it for garbage again, and leave its memory shared
    server.log.info("Draw at http://localhost:%s/ (Ctrl-C stops the site)", settings.PORT)


def post_fork(server: Arbiter, worker: Worker) -> None:
    from monitoring.metrics import prometheus_multiprocess
    from recognition.serving import model_loader

    prometheus_multiprocess.reserve(os.getpid())
    model_loader.poll_in_background()


def child_exit(server: Arbiter, worker: Worker) -> None:
    from monitoring.metrics import prometheus_multiprocess

    prometheus_multiprocess.merge_exited(worker.pid)
