"""`make run`: prepares the site, then runs the Procfile until Ctrl-C, SIGTERM or the end of a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import warnings

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from doodlesite.process.parent_death_signal import die_with_parent
from doodlesite.process.preflight import CannotRun, check_folder, check_port, check_redis, sole_use, unwritable
from doodlesite.process.procfile_runner import ProcfileRunner, parse_procfile


def main() -> None:
    die_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until ProcfileRunner sets its own
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
    commands = parse_procfile((settings.BASE_DIR / "Procfile").read_text())
    if not embedded:
        del commands["redis"]
    if not ProcfileRunner(commands, settings.BASE_DIR).run():
        sys.exit("doodlesite stopped, because one of its processes ended; the first line above with (rc=…) says which.")


if __name__ == "__main__":
    main()
