"""A client that posts drawings to a running site, gives feedback and retrains, all through the public API."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.request import Request, urlopen

from bench.scenarios import PostedDrawing
from tests.services.site import Site

GUESSES_PER_REQUEST = 64
POSTERS = 4  # threads that post at the same time
REQUEST_TIMEOUT_SECONDS = 60
RETRAINING_TIMEOUT_SECONDS = 3600

CREATE_CLASSES = """
from django.contrib.auth.models import User
from recognition.models import DoodleClass, Token

DoodleClass.objects.ensure({classes!r})
staff = User.objects.create_superuser("staff")
print(Token.objects.issue(staff, ["read", "train", "label"]))
"""
CREATE_ACCOUNTS = """
from django.contrib.auth.models import User
from recognition.models import Token

for name in {names!r}:
    print(name, Token.objects.issue(User.objects.create_user(name), ["recognize", "label"]))
"""


@dataclass(frozen=True)
class ScenarioResult:
    recognized: float  # share of the scenario's drawings to recognize
    top1: float  # on the base test drawings
    failed_checks: str = ""  # of the gate; if any, the version was promoted by hand
    seconds: float = 0.0  # from the click to the first guess by the new version


class SiteClient:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._token_path = site.var / "token"
        self._accounts: dict[str, str] = {}  # name → token

    def create_baseline(self, classes: Sequence[str], word: str, preset: str) -> None:
        """Create the classes, train the version that all scenarios start from, and add the new word."""
        self.create_classes(classes)
        self.retrain(preset=preset, warm_start=False)
        self._call("classes/", {"name": word}, self._staff)

    def create_classes(self, classes: Sequence[str]) -> None:
        """Create the classes and a staff token."""
        self._token_path.write_text(self._shell(CREATE_CLASSES.format(classes=list(classes))))

    def post(self, drawings: Sequence[PostedDrawing]) -> list[str]:
        """Post drawings and their feedback; return their ids."""
        accounts = {name for drawing in drawings for name in (drawing.account, *drawing.confirmed_by) if name}
        if missing := accounts - set(self._accounts):
            lines = self._shell(CREATE_ACCOUNTS.format(names=sorted(missing))).splitlines()
            self._accounts |= dict(line.rsplit(" ", 1) for line in lines)
        with ThreadPoolExecutor(POSTERS) as posters:
            return list(posters.map(self._post, drawings))

    def recognized_share(self, drawings: Sequence[PostedDrawing]) -> float:
        labels = [guess["label"] for guess in self._guesses(drawings)]
        right = sum(bool(label == drawing.label) for label, drawing in zip(labels, drawings, strict=True))
        return right / len(drawings)

    def confidences(self, drawings: Sequence[PostedDrawing]) -> list[float]:
        """Return the confidence of each guess, which the API tells every client."""
        return [guess["confidence"] for guess in self._guesses(drawings)]

    def _guesses(self, drawings: Sequence[PostedDrawing]) -> list[dict[str, Any]]:
        remaining = iter(drawings)
        guesses: list[dict[str, Any]] = []
        while batch := list(islice(remaining, GUESSES_PER_REQUEST)):
            body = {"drawings": [{"strokes": drawing.strokes} for drawing in batch]}
            guesses += self._call("guesses/", body)["guesses"]
        return guesses

    def top1(self) -> float:
        """Return the accuracy of the version in service on the base test drawings."""
        return float(self.base_metrics()["top1"])

    def base_metrics(self) -> dict[str, Any]:
        """Return the metrics on the base test drawings that the version in service was registered with."""
        metrics: dict[str, Any] = self._call("model-versions/current/", token=self._staff)["metrics"]["base"]
        return metrics

    def retrain(self, **config: object) -> tuple[str, float]:
        """Retrain until the new version is served; return the failed checks of the gate, and the seconds it took."""
        started = time.monotonic()
        run = self._call("training-runs/", config, self._staff)
        while run["status"] in ("queued", "running"):
            time.sleep(0.1)
            run = self._call(f"training-runs/{run['id']}/", token=self._staff)
            if time.monotonic() > started + RETRAINING_TIMEOUT_SECONDS:
                break
        if run["status"] != "succeeded":
            raise RuntimeError(f"The run is {run['status']}. {run['error']}\n{self._site.log('trainer')[-5000:]}")
        failed_checks = [check["name"] for check in run["verdict"]["checks"] if not check["passed"]]
        if failed_checks:
            reason = {"reason": "To see what it has learnt."}
            self._call(f"model-versions/{run['model_version']}/promote/", reason, self._staff)
        while not self._is_served(run["model_version"]):
            time.sleep(0.05)
        return ", ".join(failed_checks), time.monotonic() - started

    def _is_served(self, number: int) -> bool:
        response = self._call("guesses/", {"drawings": [{"strokes": [[[0, 255, 255], [0, 0, 255]]]}]})
        return bool(response["guesses"][0]["model_version"] == number)

    def _post(self, drawing: PostedDrawing) -> str:
        token = self._accounts.get(drawing.account)
        response = self._call("drawings/", {"strokes": drawing.strokes}, token)
        is_right = response["prediction"]["label"] == drawing.claimed
        feedback = {"correct": True} if is_right else {"correct": False, "label": drawing.claimed}
        feedback["feedback_token"] = response["feedback_token"]
        for account_token in (token, *(self._accounts[name] for name in drawing.confirmed_by)):
            self._call(f"drawings/{response['id']}/feedback/", feedback, account_token, method="PUT")
        return str(response["id"])

    def _shell(self, code: str) -> str:
        return self._site.manage("shell", "--verbosity", "0", "-c", code)

    @property
    def _staff(self) -> str:
        return self._token_path.read_text().split()[-1]

    def _call(self, path: str, body: object = None, token: str | None = None, method: str | None = None) -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Token {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self._site.url}/api/v1/{path}", data, headers, method=method)
        with urlopen(request, timeout=REQUEST_TIMEOUT_SECONDS) as response:
            return json.load(response)
