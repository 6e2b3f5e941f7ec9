"""What a journal says: of each drawing what was asked and answered, and what was said about it, in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.journal import Entry, entries

Said = tuple[bool, str | None]  # correct, and the label if it was not


@dataclass
class Drawn:
    """One drawing, as its drawer remembers it."""

    ids: set[str] = field(default_factory=set)  # of all answers: one, or none if there was no answer
    guess: str | None = None
    denied: bool = False  # every answer was an error which says that nothing was stored
    unsure: bool = False  # an attempt got no answer, so that it may have been stored
    last_said: Said | None = None  # and answered
    denied_since: set[Said] = field(default_factory=set)  # with an error: the commit may be all that had worked
    open_said: dict[str, Said] = field(default_factory=dict)  # without an answer, by attempt: it may come at any time

    def may_be_said(self) -> set[Said]:
        """Return what may be stored as feedback: what was answered last, unless something else may have come since."""
        said = {*self.denied_since, *self.open_said.values()}
        return said | {self.last_said} if self.last_said else said


@dataclass
class Testimony:
    drawings: dict[int, Drawn] = field(default_factory=dict)  # by serial
    refused: list[str] = field(default_factory=list)  # answers that nobody should get who does nothing wrong
    runs: set[int] = field(default_factory=set)
    champion: int | None = None  # number of the version promoted last
    open_promotions: set[int] = field(default_factory=set)  # asked for since, without an answer
    answered: int = 0  # requests to draw or judge
    failed: int = 0  # with an error of the server's that says so
    silent: int = 0  # no answer

    @classmethod
    def read(cls, path: Path) -> Testimony:
        testimony, asked = cls(), dict[str, Entry]()
        for entry in entries(path):
            match entry["event"]:
                case "asked":
                    asked[entry["attempt"]] = entry
                    testimony._ask(entry)
                case "told":
                    testimony._tell(asked.pop(entry["attempt"]), entry)
                case "silence":
                    testimony.silent += 1
                    testimony.drawings[asked[entry["attempt"]]["serial"]].unsure = True
                case "refused":
                    testimony.refused.append(f"{entry['path']}: {entry['status']} {entry['detail']}")
                case "run":
                    testimony.runs.add(entry["id"])
                case "promotion asked":
                    testimony.open_promotions.add(entry["number"])
                case "promoted":
                    testimony.champion = entry["number"]
                    testimony.open_promotions = set()
        return testimony

    def _ask(self, entry: Entry) -> None:
        drawn = self.drawings.setdefault(entry["serial"], Drawn())
        if entry["what"] == "feedback":
            drawn.open_said[entry["attempt"]] = _said(entry)

    def _tell(self, asked: Entry, told: Entry) -> None:
        drawn, status = self.drawings[asked["serial"]], told["status"]
        if 400 <= status < 500 and status != 409:
            self.refused.append(f"{asked['what']} {asked['serial']}: {status} {told['detail']}")
        if status >= 400:
            self.failed += 1
            drawn.denied |= asked["what"] == "drawing"
            if asked["what"] == "feedback":
                drawn.denied_since.add(drawn.open_said.pop(asked["attempt"]))
            return
        self.answered += 1
        if asked["what"] == "drawing":
            drawn.ids.add(told["id"])
            drawn.guess = told["guess"]
        else:
            drawn.last_said = drawn.open_said.pop(asked["attempt"])
            drawn.denied_since = set()


def _said(entry: dict[str, Any]) -> Said:
    return entry["correct"], entry.get("label")
