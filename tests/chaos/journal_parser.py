"""Reads a journal: for each drawing its requests, its responses and its feedback, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.journal import Entry, entries

Said = tuple[bool, str | None]  # correct, and the label if it was not


@dataclass
class Drawn:
    """One drawing, as the user knows it."""

    ids: set[str] = field(default_factory=set)  # in all responses: one, or none without a response
    guess: str | None = None
    denied: bool = False  # a response was an error, which says that nothing was stored
    unsure: bool = False  # an attempt got no response, so the drawing may be stored
    last_said: Said | None = None  # and answered with success
    denied_since: set[Said] = field(default_factory=set)  # answered with an error; the commit may have worked
    open_said: dict[str, Said] = field(default_factory=dict)  # without a response, by attempt; may still be stored

    def may_be_said(self) -> set[Said]:
        """Return the feedback that may be stored: the last confirmed one, or a later one without confirmation."""
        said = {*self.denied_since, *self.open_said.values()}
        return said | {self.last_said} if self.last_said else said


@dataclass
class ParsedJournal:
    """What the database must agree with."""

    drawings: dict[int, Drawn] = field(default_factory=dict)  # by serial
    refused: list[str] = field(default_factory=list)  # responses 4xx to correct requests
    runs: set[int] = field(default_factory=set)
    champion: int | None = None  # number of the version promoted last
    open_promotions: set[int] = field(default_factory=set)  # requested since then, without a response
    answered: int = 0  # requests to store a drawing or feedback
    failed: int = 0  # with an error response
    silent: int = 0  # no response

    @classmethod
    def read(cls, path: Path) -> ParsedJournal:
        journal, asked = cls(), dict[str, Entry]()
        for entry in entries(path):
            match entry["event"]:
                case "asked":
                    asked[entry["attempt"]] = entry
                    journal._ask(entry)
                case "told":
                    journal._tell(asked.pop(entry["attempt"]), entry)
                case "silence":
                    journal.silent += 1
                    journal.drawings[asked[entry["attempt"]]["serial"]].unsure = True
                case "refused":
                    journal.refused.append(f"{entry['path']}: {entry['status']} {entry['detail']}")
                case "run":
                    journal.runs.add(entry["id"])
                case "promotion asked":
                    journal.open_promotions.add(entry["number"])
                case "promoted":
                    journal.champion = entry["number"]
                    journal.open_promotions = set()
        return journal

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
