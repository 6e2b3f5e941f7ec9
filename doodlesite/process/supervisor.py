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
from doodlesite.process.preflight import CannotRun, check_folder, check_port, check_redis, exclusive_use, not_writable
from doodlesite.process.procfile_runner import ProcfileRunner, parse_procfile


def main() -> None:
    die_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until ProcfileRunner sets its own
    try:
        load_settings()
        check_folder(settings.VAR)
        with exclusive_use(settings.VAR):
            check_port(settings.PORT)
            run()
    except CannotRun as error:
        sys.exit(f"doodlesite cannot run: {error}")
    except KeyboardInterrupt:
        sys.exit(0)


def load_settings() -> None:
    """Load the settings from the environment. Raises CannotRun."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of django-environ about a URL; the error is clearer
            settings.VAR  # noqa: B018  # reading one loads them all
    except ImproperlyConfigured as error:
        raise CannotRun(f"{error}") from error
    except OSError as error:
        raise not_writable(error) from error


def run() -> None:
    """Prepare the site and run its processes. Exits with an error if one of them ends by itself."""
    embedded = not os.environ.get("REDIS_URL")
    if embedded:
        check_redis()
    if subprocess.run([sys.executable, "-m", "doodlesite.prepare"], preexec_fn=die_with_parent).returncode:
        sys.exit(1)  # it has printed the reason
    commands = parse_procfile((settings.BASE_DIR / "Procfile").read_text())
    if not embedded:
        del commands["redis"]
    if not ProcfileRunner(commands, settings.BASE_DIR).run():
        sys.exit("doodlesite stopped, because one of its processes ended; the first line above with (rc=…) says which.")


if __name__ == "__main__":
    main()
