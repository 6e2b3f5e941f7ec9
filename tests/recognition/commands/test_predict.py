from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image, ImageDraw

from tests.factories import make_version

pytestmark = pytest.mark.django_db

STAR = [[[50, 80, 0, 100, 20, 50], [0, 100, 35, 35, 100, 0]]]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    image = Image.new("RGB", (120, 120), "white")
    points = [(x + 10, y + 10) for x, y in zip(*STAR[0], strict=True)]
    ImageDraw.Draw(image).line(points, "black", 6)
    image.save(tmp_path / "star.png")
    return tmp_path / "star.png"


@pytest.fixture
def ndjson(tmp_path: Path) -> Path:
    path = tmp_path / "drawings.ndjson"
    lines = [json.dumps({"word": "star", "drawing": STAR}), '{"drawing": []}', "no JSON", json.dumps({"drawing": STAR})]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_an_image_gets_a_line_with_label_confidence_and_five_guesses(
    image: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_version(threshold=0)
    call_command("predict", image)
    line = capsys.readouterr().out
    assert line.startswith(f"{image}: star ")
    assert "recognized" in line
    assert line.count("%") == 6


def test_what_is_below_the_threshold_is_not_recognized(image: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_version(threshold=1.1)
    call_command("predict", image)
    assert "not recognized" in capsys.readouterr().out


def test_json_gives_one_object_a_line(image: Path, capsys: pytest.CaptureFixture[str]) -> None:
    version = make_version()
    call_command("predict", image, "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["drawing"] == str(image)
    assert answer["label"] == "star"
    assert answer["model_version"] == version.number
    assert [set(guess) for guess in answer["top"]] == [{"label", "confidence"}] * 5


def test_bad_lines_are_named_and_the_others_answered(ndjson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_version()
    with pytest.raises(SystemExit) as exit_:
        call_command("predict", ndjson)
    out, err = capsys.readouterr()
    assert [line.split(": ")[0] for line in out.splitlines()] == [f"{ndjson}:1", f"{ndjson}:4"]
    assert [line.split(": ")[0] for line in err.splitlines()] == [f"{ndjson}:2", f"{ndjson}:3"]
    assert exit_.value.code == 1


@pytest.mark.parametrize("name", ["missing.png", "missing.ndjson", "text.png", "folder.ndjson"])
def test_a_bad_file_is_named_and_the_others_answered(
    tmp_path: Path, image: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_version()
    (tmp_path / "text.png").write_text("no image")
    (tmp_path / "folder.ndjson").mkdir()
    with pytest.raises(SystemExit):
        call_command("predict", tmp_path / name, image)
    out, err = capsys.readouterr()
    assert err.startswith(f"{tmp_path / name}: ")
    assert len(err.splitlines()) == 1
    assert out.startswith(f"{image}: star")


def test_another_version_can_be_asked(image: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_version()
    other = make_version(promoted=False)
    call_command("predict", image, "--json", version=other.number)
    assert json.loads(capsys.readouterr().out)["model_version"] == other.number


def test_version_is_an_option_of_the_command_line_too(image: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_version(promoted=False)
    call_command("predict", str(image), "--version", "1")
    assert "star" in capsys.readouterr().out


def test_an_unknown_version_is_told_so(image: Path) -> None:
    with pytest.raises(CommandError, match="no model version 7"):
        call_command("predict", image, version=7)


def test_without_a_model_in_service_it_says_what_to_do(image: Path) -> None:
    with pytest.raises(CommandError, match="bootstrap"):
        call_command("predict", image)
