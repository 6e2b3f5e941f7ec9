from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytest_django.fixtures import Settings

from tests.training.quickdraw.bucket import Bucket, ndjson_file, npy_file
from tests.training.quickdraw.conftest import Said
from training.quickdraw import http_range
from training.quickdraw.catalog import Format
from training.quickdraw.download import folder_lock
from training.quickdraw.folder import QuickDrawFolder

Run = Callable[..., Said]


def test_a_wrong_name_is_corrected_and_the_rest_goes_on(bucket: Bucket, quickdraw: Run) -> None:
    bucket.put("dog.npy", npy_file(3))
    said = quickdraw("download", "caat", "xyzzy", "dog", "--rows", "3")
    assert said.code == 1
    assert said.out == "dog (npy): 3 rows\n"
    assert said.err.splitlines() == [
        "caat: no Quick, Draw! category; did you mean “cat”?",
        "xyzzy: no Quick, Draw! category",
        "2 of 3 could not be fetched",
    ]


def test_a_file_the_server_does_not_have_is_named_and_the_rest_goes_on(bucket: Bucket, quickdraw: Run) -> None:
    bucket.put("dog.npy", npy_file(3))
    said = quickdraw("download", "alarm clock", "dog", "--rows", "3")
    address = f"{bucket.url}/full/numpy_bitmap/alarm%20clock.npy"
    assert said == (
        1,
        "dog (npy): 3 rows\n",
        f"alarm clock (npy): the server does not have it (404): {address}\n1 of 2 could not be fetched\n",
    )


def test_a_refusal_is_passed_on_at_once(bucket: Bucket, quickdraw: Run) -> None:
    bucket.statuses = [403] * 9
    said = quickdraw("download", "cat")
    assert said.err.startswith("cat (npy): the server answered 403 Forbidden: http://")
    assert len(bucket.requests) == 1


def test_a_server_that_stumbles_is_asked_again(bucket: Bucket, quickdraw: Run) -> None:
    bucket.put("cat.npy", npy_file(3))
    bucket.statuses = [500, 429, 503]
    assert quickdraw("download", "cat").code == 0


def test_a_server_that_keeps_stumbling_is_given_up(bucket: Bucket, quickdraw: Run) -> None:
    bucket.statuses = [503] * 9
    assert quickdraw("download", "cat").err.startswith("cat (npy): the server answered 503 Service Unavailable\n")
    assert len(bucket.requests) == 5


def test_no_network_is_one_line_for_each_file(quickdraw: Run, settings: Settings) -> None:
    settings.QUICKDRAW_URL = "http://127.0.0.1:1"  # tcpmux: nobody listens
    lines = sorted(quickdraw("download", "cat", "dog").err.splitlines())
    assert [line.partition(" (All")[0] for line in lines] == [
        "2 of 2 could not be fetched",
        "cat (npy): cannot reach 127.0.0.1:1",
        "dog (npy): cannot reach 127.0.0.1:1",
    ]


@pytest.mark.parametrize("address", ["ftp://example.com", "quickdraw", "http://", "http://example.com:x"])
def test_a_wrong_address_is_named(quickdraw: Run, settings: Settings, address: str) -> None:
    settings.QUICKDRAW_URL = address
    complaint = f"QUICKDRAW_URL must be an http or https address, not {address!r}\n"
    assert quickdraw("download", "cat") == (1, "", complaint)


def test_a_server_that_falls_silent_is_given_up(
    bucket: Bucket, quickdraw: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_range, "TIMEOUT", http_range.httpx2.Timeout(0.2))
    bucket.put("cat.npy", npy_file(1))
    bucket.stalls = True
    said = quickdraw("download", "cat")
    assert said.err.startswith("cat (npy): 127.0.0.1:") and "sent nothing for 0" in said.err


@pytest.mark.parametrize("form", ["npy", "ndjson"])
def test_a_cut_connection_is_taken_up_where_it_was_cut(bucket: Bucket, quickdraw: Run, root: Path, form: str) -> None:
    content = {"npy": npy_file(500), "ndjson": ndjson_file(500)}[form]
    path = bucket.put(f"cat.{form}", content)
    bucket.cuts = [0, 10, 50_000, 30_000, 40_000, 0, 0, 20_000]
    assert quickdraw("download", "cat", "--rows", "500", "--format", form).code == 0
    assert next(root.rglob(f"cat.{form}")).read_bytes() == content
    assert bucket.sent[path] <= len(content) + 784 * len(bucket.requests)


def test_a_download_given_up_goes_on_the_next_time(bucket: Bucket, quickdraw: Run, root: Path) -> None:
    content = npy_file(500)
    path = bucket.put("cat.npy", content)
    bucket.cuts = [100_000, 0, 0, 0, 0, 0]
    assert "was cut" in quickdraw("download", "cat").err
    assert QuickDrawFolder(root).find("cat", Format.NPY) is None
    assert len(list(root.rglob("cat.npy.*.partial"))) == 1

    bucket.sent.clear()
    assert quickdraw("download", "cat").code == 0
    assert bucket.sent[path] == len(content) - 100_000 + 784
    assert [file.read_bytes() for file in root.rglob("cat*")] == [content]


@pytest.mark.parametrize("names_versions", [True, False])
def test_a_file_that_changed_meanwhile_is_begun_anew(
    bucket: Bucket, quickdraw: Run, root: Path, names_versions: bool
) -> None:
    bucket.names_versions = names_versions
    bucket.put("cat.npy", npy_file(500, seed=1))
    bucket.cuts = [100_000, 0, 0, 0, 0, 0]
    quickdraw("download", "cat")

    bucket.put("cat.npy", content := npy_file(500, seed=2))
    assert quickdraw("download", "cat").code == 0
    assert [file.read_bytes() for file in root.rglob("cat*")] == [content]


def test_a_file_that_shrank_meanwhile_is_begun_anew(bucket: Bucket, quickdraw: Run, root: Path) -> None:
    bucket.put("cat.npy", npy_file(500))
    bucket.cuts = [300_000, 0, 0, 0, 0, 0]
    quickdraw("download", "cat")

    bucket.put("cat.npy", content := npy_file(5))
    assert quickdraw("download", "cat").code == 0
    assert [file.read_bytes() for file in root.rglob("cat*")] == [content]


@pytest.mark.parametrize("form", ["npy", "ndjson"])
def test_a_file_that_does_not_belong_to_the_servers_is_left_alone(
    bucket: Bucket, quickdraw: Run, root: Path, form: str
) -> None:
    make = {"npy": npy_file, "ndjson": ndjson_file}[form]
    bucket.put(f"cat.{form}", make(50, seed=1))
    root.mkdir()
    (root / f"cat.{form}").write_bytes(own := make(20, seed=2))
    said = quickdraw("download", "cat", "--rows", "30", "--format", form)
    assert f"cat.{form} does not begin like the server's file; move it away" in said.err
    assert [file.read_bytes() for file in root.iterdir()] == [own]


def test_a_corrupt_file_here_is_named_and_left_alone(bucket: Bucket, quickdraw: Run, root: Path) -> None:
    bucket.put("cat.npy", npy_file(50))
    root.mkdir()
    (root / "cat.npy").write_bytes(npy_file(50)[:-1])
    said = quickdraw("download", "cat")
    assert "cat.npy: its header says 50 rows, 39,280 bytes, but it has 39,279 bytes; move it away" in said.err
    assert bucket.requests == []


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("cat.npy", b"<html>Sign in to the hotel's network</html>", "not an npy file"),
        ("cat.npy", b"", "not an npy file"),
        ("cat.npy", npy_file(0), "holds no rows"),
        ("cat.npy", npy_file(9).replace(b"784", b"783"), r"has the shape (9, 783), not (n, 784)"),
        ("cat.npy", npy_file(9).replace(b"|u1", b"<f4"), "holds <f4, not uint8"),
        ("cat.npy", npy_file(9).replace(b"descr", b"xxxxx"), "its npy header is garbled"),
        ("cat.ndjson", b"<html>Sign in to the hotel's network</html>", "line 1: not JSON"),
        ("cat.ndjson", b"", "holds no rows"),
        ("cat.ndjson", ndjson_file(9) + ndjson_file(1, word="dog"), "line 10: not a drawing of “cat”"),
        ("cat.ndjson", ndjson_file(9)[:-5], "line 9: not JSON"),
    ],
)
def test_a_corrupt_file_on_the_server_is_named_and_not_kept(
    bucket: Bucket, quickdraw: Run, root: Path, name: str, content: bytes, complaint: str
) -> None:
    bucket.put(name, content)
    form = name.partition(".")[2]
    said = quickdraw("download", "cat", "--format", form)
    assert said.err.startswith(f"cat ({form}): the server's file is corrupt: {complaint}")
    assert said.code == 1
    assert not [path for path in root.rglob("*") if path.is_file()]


@pytest.fixture
def small_disk() -> Callable[[int], None]:
    """Let no file grow beyond so many bytes: the system's answer is the same as that of a full disk, one code apart."""
    _, hard = before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("form", ["npy", "ndjson"])
def test_a_full_disk_spares_what_is_there_and_gets_its_space_back(
    bucket: Bucket, quickdraw: Run, root: Path, small_disk: Callable[[int], None], form: str
) -> None:
    content = {"npy": npy_file(2000), "ndjson": ndjson_file(2000)}[form]
    bucket.put(f"cat.{form}", content)
    bucket.put(f"dog.{form}", npy_file(5) if form == "npy" else ndjson_file(5, word="dog"))
    quickdraw("download", "cat", "--rows", "100", "--format", form)
    there = next(root.rglob("cat.*")).read_bytes()
    small_disk(300_000)
    said = quickdraw("download", "cat", "dog", "--rows", "2000", "--format", form)
    assert said.err.startswith(f"cat ({form}): File too large: ")
    assert said.out == f"dog ({form}): 5 rows, all there are\n"
    assert [path.read_bytes() for path in root.rglob("cat.*")] == [there]


def test_a_folder_that_cannot_be_made_is_named(quickdraw: Run, root: Path) -> None:
    root.write_text("a file where the folder should be")
    said = quickdraw("download", "cat")
    assert said == (1, "", f"{root}: File exists\n")


def test_a_folder_that_may_only_be_read_is_named(
    bucket: Bucket, quickdraw: Run, root: Path, read_only: Callable[[Path], None]
) -> None:
    bucket.put("cat.npy", npy_file(10))
    quickdraw("download", "cat", "--rows", "5")
    read_only(root)
    said = quickdraw("download", "cat", "--rows", "10")
    assert said.err.startswith("cat (npy): Permission denied: ")


def test_two_downloads_do_not_write_into_one_folder(quickdraw: Run, root: Path) -> None:
    with folder_lock(root):
        assert quickdraw("download", "cat") == (1, "", f"another download is at work in {root}\n")


@pytest.mark.services
@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_download_that_is_stopped_leaves_no_half_file_and_goes_on(
    bucket: Bucket, quickdraw: Run, root: Path, environment: dict[str, str], blow: signal.Signals
) -> None:
    content = npy_file(2000)
    path = bucket.put("cat.npy", content)
    bucket.stalls = True
    command = [sys.executable, "manage.py", "quickdraw", "download", "cat", "--rows", "2000"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        wait_until(lambda: bucket.sent[path] == len(content) // 2)
        process.send_signal(blow)
        _, complaint = process.communicate(timeout=60)
    if blow is signal.SIGINT:
        assert (process.returncode, complaint) == (130, "CommandError: stopped; the same command goes on from here\n")
    assert not (root / "full/numpy_bitmap/cat.npy").exists()
    partial = next(root.rglob("cat.npy.*.partial"))
    assert partial.read_bytes() == content[: partial.stat().st_size]

    rest = len(content) - partial.stat().st_size
    bucket.stalls = False
    bucket.sent.clear()
    assert quickdraw("download", "cat", "--rows", "2000").code == 0
    assert bucket.sent[path] <= rest + 784
    assert np.load(root / "full/numpy_bitmap/cat.npy").shape == (2000, 784)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
