"""Follows docs/operations.md literally, from three fresh machines to a site, then upgrades, loses and restores it.

    make rehearsal [ARGS="--folder DIR"]        as root; tests/install/machines.py says what it needs

Every command is read from the document and run unchanged on Debian with systemd. What an operator types or chooses is
filled in: yes to apt, passwords, the repository, a key. Two things differ from a real installation: the proxy signs its
certificate itself, and a local server offers the base drawings of QUICKDRAW_DIR. Prints each step, its time, and what
was checked after it. tests/install/test_rehearsal.py is the short version, without machines.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.install.machines import GATEWAY, Failed, Machine, debootstrap, in_lan, lan

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/operations.md").read_text()
SITE = "doodles.example"
YES = 'apt() { command apt --yes --quiet "$@"; }; cd /\n'
OURS = 'git() { command git -c safe.directory="*" "$@"; }\n'  # the repository belongs to another user here
# Its certificate authority cannot reach this network.
CERTBOT = f"""certbot() {{ command certbot --version; mkdir -p /etc/letsencrypt/live/doodlesite; (
    cd /etc/letsencrypt/live/doodlesite
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={SITE} -keyout privkey.pem -out fullchain.pem
); }}
"""
MANAGE = """
cd /srv/doodlesite/current
systemd-run --quiet --pipe --wait --uid doodlesite --property EnvironmentFile=/etc/doodlesite.env \\
    --working-directory "$PWD" .venv/bin/python manage.py """
SQUARE = {"strokes": [[[0, 255, 255, 0, 0], [0, 0, 255, 255, 0]]]}
LITTLE = {"preset": "quick", "rows_per_class": 20, "epochs": 1}
RETRAINING_SECONDS = 900  # at most


def main() -> None:
    folder = parse_arguments().folder
    with ExitStack() as stack:
        folder = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doodlesite-rehearsal-")))
        base = debootstrap(folder / "debian")
        stack.enter_context(lan())
        stack.enter_context(official_files())
        shared = {ROOT: "/repository"}
        machines = []
        for number, name in enumerate(("db", "web1", "web2"), start=10):
            shutil.rmtree(folder / name, ignore_errors=True)
            machines.append(Machine(base, folder / name, f"10.0.0.{number}", shared))
            stack.callback(machines[-1].stop)
        rehearse(Operator(*machines))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--folder", type=Path, help="keeps the machines, for inspection or to save time at the next run"
    )
    return parser.parse_args()


@contextmanager
def official_files() -> Iterator[None]:
    """Serve the Quick, Draw! files to the machines."""
    folder = os.environ.get("QUICKDRAW_DIR", "../shared/quickdraw")
    server = ["python3", "-m", "http.server", "8099", "--bind", GATEWAY, "--directory", folder]
    process = subprocess.Popen(in_lan(*server), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()


def rehearse(operator: Operator) -> None:
    """Run all steps of the document in order."""
    print("| step | took | then |\n|---|---|---|")
    for title, step in (
        ("1. the database's host", operator.make_database),
        ("2. each host of the site", operator.install),
        ("3. start", operator.start),
        ("4. the proxy", operator.make_proxy),
        ("5. the base drawings", operator.fetch_base),
        ("a training on one host, promoted on another", operator.retrain),
        ("web server and worker killed", operator.lose_processes),
        ("backup by the timer's unit", operator.back_up),
        ("upgrade, asked all the time", operator.upgrade),
        ("all wiped and restored", operator.restore),
    ):
        started = time.monotonic()
        found = step()
        print(f"| {title} | {time.monotonic() - started:.0f} s | {found} |", flush=True)


def commands(after: str, before: str) -> str:
    """Return the commands of the document between two phrases. Raises ValueError if it lacks one of these."""
    start = DOCUMENT.index(after)
    lines = DOCUMENT[start : DOCUMENT.index(before, start)].splitlines()
    return "\n".join(line[4:] for line in lines if line.startswith("    ")) + "\n"


DATABASE = commands("**1. The database's host", "**2. Each host")
INSTALL = commands("**2. Each host", "**3. Start")
START = commands("**3. Start", "**4. The proxy")
WEB, WORKER, TRAINER = START.splitlines()
PROXY = commands("**4. The proxy", "**5. The base")
BASE_DRAWINGS = commands("**5. The base", "## Containers")
BACKUP = commands("Every night, on one host", "Carry the files")
RESTORE = commands("## Restore", "Or, with SQLite")


class Operator:
    """Has the machines and the passwords, and uses the site over HTTP."""

    def __init__(self, db: Machine, web: Machine, other: Machine) -> None:
        self._db, self._web, self._other = db, web, other
        self._hosts = (web, other)  # the second one trains, too
        self._password = secrets.token_hex(8)
        self._secret_key = secrets.token_hex(25)
        self._token = self._drawing = self._backup = ""

    def make_database(self) -> str:
        for machine in (self._db, *self._hosts):
            machine.run("apt-get --quiet update")
        first, *rest = DATABASE.splitlines(keepends=True)
        self._db.run(YES + first)
        self._db.run(YES + "".join(rest), typed=f"{self._password}\n" * 2)
        listening = self._db.run("ss --listening --tcp --numeric")
        return "listens on " + " and ".join(port for port in ("10.0.0.10:5432", "10.0.0.10:6379") if port in listening)

    def install(self) -> str:
        lines = INSTALL.replace("REPOSITORY", "/repository")
        for machine, lock in zip(self._hosts, ("requirements-web.lock", "requirements.lock"), strict=True):
            machine.run(YES + OURS + lines.replace("requirements-web.lock", lock))
            file = "/etc/doodlesite.env"
            machine.run(f"sed -i 's/doodlesite:change-this-password/doodlesite:{self._password}/' {file}")
            machine.run(f"sed -i 's/change-this-to-fifty-random-characters/{self._secret_key}/' {file}")
            machine.run(f"echo QUICKDRAW_URL=http://{GATEWAY}:8099 >> {file}")
        return "by the hashed locks alone"

    def start(self) -> str:
        self._start()
        units = [line for machine in self._hosts for line in machine.run(LIST).splitlines()]
        return f"{sum('active' in unit.split() for unit in units)} of {len(units)} units are active"

    def make_proxy(self) -> str:
        self._web.run(YES + CERTBOT + "cd /srv/doodlesite/current\n" + PROXY)
        self._wait_until(lambda: self._ask("readyz")["status"] == "ready")
        drawing = self._ask("api/v1/drawings/", SQUARE)
        self._drawing = drawing["id"]
        return f"ready by HTTPS; a square is recognized as “{drawing['prediction']['label']}”"

    def fetch_base(self) -> str:
        self._other.run(BASE_DRAWINGS.replace("--pty", "--pipe --wait"))
        return self._other.run("ls /var/lib/doodlesite/quickdraw/full/numpy_bitmap | wc -l").strip() + " files"

    def retrain(self) -> str:
        self._token = self._web.run(f"{MANAGE} create_token admin --scope read --scope train").split()[-1]
        run = self._ask("api/v1/training-runs/", LITTLE)
        self._wait_until(lambda: self._run(run["id"])["status"] not in ("queued", "running"))
        number = self._run(run["id"])["model_version"]
        self._ask(f"api/v1/model-versions/{number}/promote/", {"reason": "A rehearsal."})
        self._wait_until(lambda: all(self._serves(machine) == number for machine in self._hosts))
        return f"version {number} answers on both hosts"

    def lose_processes(self) -> str:
        units = "doodlesite-web doodlesite-worker"
        ask = f"systemctl show --property MainPID --property ActiveState --value {units}"
        before = set(self._web.run(ask).split())
        self._web.run(f"kill -9 $(systemctl show --property MainPID --value {units})")
        self._wait_until(lambda: {"active"} == before & set(self._web.run(ask).split()))
        self._wait_until(lambda: self._serves(self._web) > 0)
        return "systemd has started both again"

    def back_up(self) -> str:
        self._web.run(YES + "apt install postgresql-client")
        self._web.run(BACKUP)
        self._web.run("systemctl start doodlesite-backup.service")
        self._backup = self._web.run("ls /var/backups/doodlesite").split()[-1]
        return self._web.run(f"du --human-readable /var/backups/doodlesite/{self._backup}").split()[0] + "B"

    def upgrade(self) -> str:
        following = INSTALL.replace("REPOSITORY", "/repository").replace("releases/1", "releases/2")
        lines = [line for line in following.splitlines() if "/releases/2" in line or ".venv" in line]
        lines += ["ln -sfn releases/2 /srv/doodlesite/current", "systemctl restart doodlesite-web"]
        asking = in_lan(
            "bash", "-c", f"while sleep 0.2; do {' '.join(CURL)} --output /dev/null -w '%{{http_code}} '; done"
        )
        with tempfile.TemporaryFile("w+") as codes:
            asked = subprocess.Popen(asking, stdout=codes)
            try:
                self._web.run(OURS + "\n".join(lines))
                time.sleep(5)
            finally:
                asked.kill()
            codes.seek(0)
            answers = codes.read().split()
        folder = self._web.run("readlink /proc/$(systemctl show --property MainPID --value doodlesite-web)/cwd").strip()
        return f"{answers.count('200')} of {len(answers)} answers were 200; it runs from {folder}"

    def restore(self) -> str:
        for machine in self._hosts:
            machine.run("systemctl stop 'doodlesite-*'")
        self._db.run("cd /; runuser -u postgres -- dropdb doodlesite")
        self._db.run("cd /; " + next(line for line in DATABASE.splitlines() if "createdb" in line))
        told = RESTORE.replace("doodlesite-….dump", self._backup)
        self._web.run(told)
        self._start()
        self._wait_until(lambda: self._ask("readyz")["status"] == "ready")
        assert self._ask(f"api/v1/drawings/{self._drawing}/")["id"] == self._drawing
        return f"the drawing is there, version {self._serves(self._web)} answers"

    def _start(self) -> None:
        self._web.run(f"{WEB}\n{WORKER}")
        self._other.run(f"{WEB}\n{TRAINER}")

    def _run(self, number: int) -> Any:
        return self._ask(f"api/v1/training-runs/{number}/")

    def _serves(self, machine: Machine) -> Any:
        """Ask a host directly which version it serves."""
        ready = ["--header", f"Host: {SITE}", f"http://{machine.address}:8000/readyz"]
        return _json(CURL[:-1] + ready)["model_version"]

    def _ask(self, path: str, body: object = None) -> Any:
        """Send a request through the proxy, with the administrator's token as soon as there is one."""
        command = [*CURL[:-1], f"https://{SITE}/{path}", "--header", "Content-Type: application/json"]
        command += ["--header", f"Authorization: Token {self._token}"] if self._token else []
        command += ["--data", json.dumps(body)] if body is not None else []
        return _json(command)

    def _wait_until(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + RETRAINING_SECONDS
        while True:
            try:
                if true():
                    return
                failed = "it is not so"
            except (Failed, KeyError) as error:
                failed = str(error)
            if time.monotonic() > end:
                raise Failed(f"Waited {RETRAINING_SECONDS} s in vain: {failed}")
            time.sleep(0.5)


def _json(command: list[str]) -> Any:
    done = subprocess.run(in_lan(*command), capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise Failed(f"{command[-1]} answers {done.stdout[:500]!r}") from None


LIST = "systemctl list-units --no-legend --plain 'doodlesite-*.service'"
CURL = ["curl", "--silent", "--insecure", "--max-time", "15", "--resolve", f"{SITE}:443:10.0.0.11", f"https://{SITE}/"]


if __name__ == "__main__":
    main()
