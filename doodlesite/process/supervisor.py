"""`make run`: get the site ready, then run the Procfile until Ctrl-C, SIGTERM or the end of one of its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import warnings
from functools import partial

import honcho.process
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from honcho.environ import parse_procfile
from honcho.manager import SIGNALS, Manager

from doodlesite.process.parent_death_signal import die_with_parent
from doodlesite.process.preflight import CannotRun, check_folder, check_port, check_redis, sole_use, unwritable

STOPPED_ON_REQUEST = {facts["rc"] for facts in SIGNALS.values()}


def main() -> None:
    die_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the supervisor sets its own
    try:
        load_settings()
        check_folder(settings.VAR)
        with sole_use(settings.VAR):
            check_port(settings.PORT)
            run()
    except CannotRun as reason:
        sys.exit(f"doodlesite cannot run: {reason}")
    except KeyboardInterrupt:
        sys.exit(0)


def load_settings() -> None:
    """Read the environment. Raises CannotRun."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of the URL reader; the error says it better
            settings.VAR  # noqa: B018  # the first look loads them
    except ImproperlyConfigured as error:
        raise CannotRun(f"{error}") from error
    except OSError as error:
        raise unwritable(error) from error


def run() -> None:
    embedded = not os.environ.get("REDIS_URL")
    if embedded:
        check_redis()
    if subprocess.run([sys.executable, "-m", "doodlesite.prepare"], preexec_fn=die_with_parent).returncode:
        sys.exit(1)  # it has said why
    code = supervise([] if embedded else ["redis"])
    if code not in STOPPED_ON_REQUEST:
        sys.exit("doodlesite stopped, because one of its processes ended; the first line above with (rc=…) says which.")


class Tethered(honcho.process.Process):  # type: ignore[misc]
    """A process of the Procfile that also ends when the supervisor is killed."""

    def run(self, *args: object) -> None:
        die_with_parent(signal.SIGKILL)
        self._child_ctor = partial(honcho.process.Popen, preexec_fn=die_with_parent)
        super().run(*args)


def supervise(left_out: list[str]) -> int:
    """Run the Procfile until it stops; as soon as one process ends, the others are stopped too."""
    manager = Manager()
    manager._process_ctor = Tethered
    procfile = parse_procfile((settings.BASE_DIR / "Procfile").read_text())
    for name, command in procfile.processes.items():
        if name not in left_out:
            manager.add_process(name, command, env=os.environ | {"PYTHONUNBUFFERED": "1"}, cwd=settings.BASE_DIR)
    manager.loop()
    return int(manager.returncode)


if __name__ == "__main__":
    main()
