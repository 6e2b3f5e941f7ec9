"""A running site, taught by its public API."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.request import Request, urlopen

from bench.scenarios import Drawn
from tests.services.site import Site

BATCH = 64  # drawings a request
HANDS = 4  # people who post at the same time
PATIENCE = 3600  # seconds for a retraining

PREPARE = """
from django.contrib.auth.models import User
from recognition.models import DoodleClass, Token

DoodleClass.objects.ensure({classes!r})
staff = User.objects.create_superuser("staff")
print(Token.objects.issue(staff, ["read", "train", "label"]))
"""
ENROL = """
from django.contrib.auth.models import User
from recognition.models import Token

for name in {names!r}:
    print(name, Token.objects.issue(User.objects.create_user(name), ["recognize", "label"]))
"""


@dataclass(frozen=True)
class Result:
    """How much is recognized: of the drawings a lesson asks for, and of the base test drawings."""

    recognized: float
    top1: float
    refused: str = ""  # the checks of the gate that failed; then the version was promoted by hand
    seconds: float = 0.0  # from the click to the first guess by the new version


class Classroom:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._token_path = site.var / "token"
        self._accounts: dict[str, str] = {}  # their tokens

    def found(self, classes: Sequence[str], word: str, preset: str) -> None:
        """Make the classes, train the version that all lessons start from, and add the new word."""
        self.enrol(classes)
        self.retrain(preset=preset, warm_start=False)
        self._call("classes/", {"name": word}, self._staff)

    def enrol(self, classes: Sequence[str]) -> None:
        """Make the classes and the token of those who teach."""
        self._token_path.write_text(self._shell(PREPARE.format(classes=list(classes))))

    def post(self, drawings: Sequence[Drawn]) -> list[str]:
        """Have drawings recognized and stored, and say what each is; return their ids."""
        names = {name for drawn in drawings for name in (drawn.by, *drawn.confirmed_by) if name} - set(self._accounts)
        if names:
            lines = self._shell(ENROL.format(names=sorted(names))).splitlines()
            self._accounts |= dict(line.rsplit(" ", 1) for line in lines)
        with ThreadPoolExecutor(HANDS) as hands:
            return list(hands.map(self._post, drawings))

    def right(self, drawings: Sequence[Drawn]) -> float:
        """Return the share of drawings that are recognized now."""
        said = [guess["label"] for guess in self._guesses(drawings)]
        right = sum(bool(label == drawn.label) for label, drawn in zip(said, drawings, strict=True))
        return right / len(drawings)

    def confidences(self, drawings: Sequence[Drawn]) -> list[float]:
        """Return how sure the network is of each, as everybody who draws is told."""
        return [guess["confidence"] for guess in self._guesses(drawings)]

    def _guesses(self, drawings: Sequence[Drawn]) -> list[dict[str, Any]]:
        asked = iter(drawings)
        guesses: list[dict[str, Any]] = []
        while batch := list(islice(asked, BATCH)):
            body = {"drawings": [{"strokes": drawn.strokes} for drawn in batch]}
            guesses += self._call("guesses/", body)["guesses"]
        return guesses

    def top1(self) -> float:
        """Return the accuracy on the base test drawings of the version in service."""
        return float(self.measured()["top1"])

    def measured(self) -> dict[str, Any]:
        """Return how well the version in service recognized the base test drawings when it was made."""
        measured: dict[str, Any] = self._call("model-versions/current/", token=self._staff)["metrics"]["base"]
        return measured

    def retrain(self, **config: object) -> tuple[str, float]:
        """Retrain until the new version answers; return which checks of the gate failed, and the seconds it took."""
        clicked_at = time.monotonic()
        run = self._call("training-runs/", config, self._staff)
        while run["status"] in ("queued", "running"):
            time.sleep(0.1)
            run = self._call(f"training-runs/{run['id']}/", token=self._staff)
            if time.monotonic() > clicked_at + PATIENCE:
                break
        if run["status"] != "succeeded":
            raise RuntimeError(f"The run is {run['status']}. {run['error']}\n{self._site.log('trainer')[-5000:]}")
        refused = [check["name"] for check in run["verdict"]["checks"] if not check["passed"]]
        if refused:
            self._call(
                f"model-versions/{run['model_version']}/promote/", {"reason": "To see what it has learnt."}, self._staff
            )
        while not self._serves(run["model_version"]):
            time.sleep(0.05)
        return ", ".join(refused), time.monotonic() - clicked_at

    def _serves(self, number: int) -> bool:
        answer = self._call("guesses/", {"drawings": [{"strokes": [[[0, 255, 255], [0, 0, 255]]]}]})
        return bool(answer["guesses"][0]["model_version"] == number)

    def _post(self, drawn: Drawn) -> str:
        token = self._accounts.get(drawn.by)
        answer = self._call("drawings/", {"strokes": drawn.strokes}, token)
        said = (
            {"correct": True}
            if answer["prediction"]["label"] == drawn.said
            else {"correct": False, "label": drawn.said}
        )
        said["feedback_token"] = answer["feedback_token"]
        for account in (token, *(self._accounts[name] for name in drawn.confirmed_by)):
            self._call(f"drawings/{answer['id']}/feedback/", said, account, method="PUT")
        return str(answer["id"])

    def _shell(self, code: str) -> str:
        return self._site.manage("shell", "--verbosity", "0", "-c", code)

    @property
    def _staff(self) -> str:
        return self._token_path.read_text().split()[-1]

    def _call(self, path: str, body: object = None, token: str | None = None, method: str | None = None) -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Token {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self._site.url}/api/v1/{path}", data, headers, method=method), timeout=60) as answer:
            return json.load(answer)
