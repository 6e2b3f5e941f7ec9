from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.services.make_run import MakeRun, running
from tests.services.site import wait_until

pytestmark = pytest.mark.services

# Quick, Draw!, simplified strokes, CC BY 4.0 (googlecreativelab/quickdraw-dataset)
HOUSE = [
    [[20, 72, 122, 123, 151, 228, 101, 0], [151, 67, 0, 9, 45, 126, 118, 118]],
    [[17, 29, 34, 152, 249, 255, 255, 232], [118, 209, 233, 233, 245, 245, 242, 127]],
]

Start = Callable[..., MakeRun]


@pytest.fixture(scope="module")
def lasting_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeRun]:
    """A site in a folder that was empty; it runs on after a test."""
    folder = tmp_path_factory.mktemp("make-run")
    with running(MakeRun(folder / "var", folder / "log")) as lasting_site:
        lasting_site.wait_until_it_answers()
        yield lasting_site


@pytest.fixture
def old_folder(lasting_site: MakeRun, tmp_path: Path) -> Path:
    """A folder as the release before left it, open to all, with static files and tables for a fast start."""
    folder = tmp_path / "var"
    shutil.copytree(lasting_site.var / "static", folder / "static")
    shutil.copy(lasting_site.var / "static-files.sha256", folder)
    databases = [sqlite3.connect(var / "db.sqlite3") for var in (lasting_site.var, folder)]
    with closing(databases[0]), closing(databases[1]):
        databases[0].backup(databases[1])
    for name in ("db.sqlite3-turn", "web.log"):
        (folder / name).touch()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


@pytest.fixture
def site(make_run: Start, old_folder: Path) -> MakeRun:
    """A site to stop."""
    site = make_run(old_folder)
    site.wait_until_it_answers()
    return site


def test_a_drawing_is_recognized_and_stored(lasting_site: MakeRun) -> None:
    answer = post(f"{lasting_site.url}/api/v1/drawings/", {"strokes": HOUSE})

    assert answer["prediction"]["label"] == "house"
    with closing(sqlite3.connect(lasting_site.var / "db.sqlite3")) as database:
        counted = "SELECT count(*) FROM recognition_drawing WHERE source != 'sample'"
        assert database.execute(counted).fetchone() == (1,)


def test_a_new_site_has_drawings_to_look_at(lasting_site: MakeRun) -> None:
    with urlopen(f"{lasting_site.url}/gallery/") as answer:
        assert "Samples were drawn for" in answer.read().decode()


def test_the_first_password_is_where_it_says(lasting_site: MakeRun) -> None:
    password_file = lasting_site.var / "admin-password"

    assert str(password_file) in lasting_site.log.read_text()
    assert password_file.read_text().strip()


def test_static_files_are_served_under_hashed_names(lasting_site: MakeRun) -> None:
    manifest = json.loads((lasting_site.var / "static" / "staticfiles.json").read_text())

    with urlopen(f"{lasting_site.url}/static/{manifest['paths']['admin/css/base.css']}") as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_second_one_on_the_same_folder_is_refused(lasting_site: MakeRun, make_run: Start) -> None:
    reason = refusal(make_run(lasting_site.var))

    assert reason == f"another `make run` uses {lasting_site.var}; stop it, or set DOODLE_VAR to another folder."


def test_ctrl_c_leaves_nothing_behind(site: MakeRun) -> None:
    site.interrupt()
    site.wait()

    assert site.processes() == {}
    assert left_behind(site.var) == []


def test_sigterm_to_make_stops_all_of_them(site: MakeRun) -> None:
    site.process.send_signal(signal.SIGTERM)
    site.wait()

    wait_until(lambda: not site.processes())
    assert left_behind(site.var) == []


def test_a_killed_supervisor_takes_all_of_them_along(site: MakeRun) -> None:
    os.kill(process_called("doodlesite.process.supervisor", site), signal.SIGKILL)

    wait_until(lambda: not site.processes())


def test_the_end_of_one_process_stops_the_others_and_says_so(site: MakeRun) -> None:
    os.kill(process_called(" beat ", site), signal.SIGKILL)

    assert site.wait() != 0
    assert site.processes() == {}
    assert "doodlesite stopped, because one of its processes ended" in site.log.read_text()
    assert "beat stopped (rc=-9)" in site.log.read_text()


def test_a_site_of_which_two_processes_were_killed_stops_within_seconds(site: MakeRun) -> None:
    for name in ("redis", "web"):
        os.kill(started(name, site), signal.SIGKILL)
    site.process.send_signal(signal.SIGTERM)

    site.wait(20)  # five seconds, and what a busy machine adds
    wait_until(lambda: not site.processes())


def test_a_new_folder_is_for_its_owner_alone(lasting_site: MakeRun) -> None:
    assert open_to_others(lasting_site.var) == {}


def test_the_folder_of_the_release_before_is_closed_to_others(site: MakeRun) -> None:
    assert open_to_others(site.var) == {}


def test_a_port_in_use_is_named(make_run: Start) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        reason = refusal(make_run(PORT=str(port)))

    assert reason == f"port {port} is already in use; PORT chooses another, as in PORT=8001 make run."


@pytest.mark.parametrize("port", ["0", "65536"])
def test_an_impossible_port_is_named(make_run: Start, port: str) -> None:
    assert refusal(make_run(PORT=port)) == f"PORT is {port}; it must be from 1 to 65535."


def test_a_port_that_is_no_number_is_named(make_run: Start) -> None:
    assert refusal(make_run(PORT="web")).startswith("PORT cannot be used: ")


def test_a_folder_that_cannot_be_written_is_named(make_run: Start) -> None:
    folder = Path("/sys/doodlesite")  # not even root can write there

    assert refusal(make_run(var=folder)).startswith(f"{folder} cannot be written (")


def test_a_database_out_of_reach_is_named(make_run: Start) -> None:
    reason = refusal(make_run(DATABASE_URL="postgres://nobody:secret@127.0.0.1:1/nothing"))

    assert reason.startswith("the database does not work (connection failed: ")
    assert "secret" not in reason


def test_a_database_url_that_is_none_is_named(make_run: Start) -> None:
    assert refusal(make_run(DATABASE_URL="nonsense")).startswith("DATABASE_URL cannot be used: ")


def post(url: str, body: object) -> dict[str, dict[str, str]]:
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request) as answer:
        assert answer.status == 201
        result: dict[str, dict[str, str]] = json.load(answer)
        return result


def refusal(run: MakeRun) -> str:
    """Return why `make run` gave up: the one line it wrote besides make's own."""
    assert run.wait() != 0
    [line] = [line for line in run.log.read_text().splitlines() if not line.startswith("make")]
    return line.removeprefix("doodlesite cannot run: ")


def left_behind(var: Path) -> list[str]:
    """Return the sockets and process files in `var`."""
    return [str(path) for path in var.rglob("*") if path.is_socket() or path.suffix == ".pid"]


def open_to_others(folder: Path) -> dict[str, str]:
    """Return the modes of what other users may use."""
    modes = {path: path.lstat().st_mode for path in (folder, *folder.rglob("*"))}
    return {str(path): oct(mode) for path, mode in modes.items() if mode & 0o077}


def started(name: str, site: MakeRun) -> int:
    """Return the number of the process of the Procfile with this name."""
    [pid] = re.findall(rf"\b{name} started \(pid=(\d+)\)", site.log.read_text())
    return int(pid)


def process_called(part: str, site: MakeRun) -> int:
    return min(pid for pid, command in site.processes().items() if part in command)
