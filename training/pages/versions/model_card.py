"""A version's model card: what it is, what it is for, what it learnt from, how good it is, what it cannot do.

After Mitchell et al., Model Cards for Model Reporting, 2019; written from what is stored of the version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from recognition.models import ModelVersion
from recognition.stats.metric_labels import METRIC_LABELS, percent
from recognition.stats.proportion import MIN_JUDGED, Proportion
from training.pages.versions.training_summary import Learning, learning_of
from training.pages.versions.user_accuracy import by_version
from training.pages.versions.version_metrics import Measured, measured


def prose(text: str) -> list[str]:
    """Return the paragraphs of a text, each as one line."""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


PURPOSE = prose("""
    It guesses in play which of its classes a small drawing shows, while somebody draws it with a finger, a pen or a
    mouse.

    It is not made to read handwriting, to judge how well somebody draws, or to tell anything about who drew. Nothing
    that matters to anybody should depend on what it says.
""")
SPLIT = prose("""
    Of a hundred drawings eighty were learnt from, ten chose the recipe and ten measured the result. A hash of the
    pixels decides which, for ever, so that no drawing is both learnt and measured with.
""")
LIMITS = prose("""
    It knows only the classes below, and takes everything else for one of them, often with confidence.

    Quick, Draw! was drawn in 20 seconds by people who were asked for a word, most of them in English and with a mouse.
    Other ways to draw the same thing are under-represented, and whoever draws so may fare worse than the average.

    A share measured on few drawings says little: look at the number beside it.
""")
JUDGED = prose("""
    An answer counts once whoever drew the drawing has said whether it was right. Not everybody says so, and those who
    do may differ from those who do not.
""")
ROBUST = "Test drawings, drawn again as people might."


@dataclass(frozen=True)
class Table:
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    title: str
    paragraphs: Sequence[str]
    table: Table | None = None


@dataclass(frozen=True)
class Card:
    version: ModelVersion
    sections: list[Section] = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"doodlesite, version {self.version.number}"

    def markdown(self) -> str:
        return "\n\n".join([f"# {self.title}", *(block for one in self.sections for block in _blocks(one))]) + "\n"


def card_of(version: ModelVersion) -> Card:
    """Write the card of a version as it stands now."""
    tests = measured(version)
    sections = [
        _identity(version),
        Section("What it is for", PURPOSE),
        _learning(learning_of(version)),
        _tests(tests),
        _people(by_version([version.number]).get(version.number, Proportion(0, 0))),
        _confidence(version, tests),
        *_robustness(version.metrics),
        Section("What it cannot do", LIMITS),
        *_classes(tests),
    ]
    return Card(version, sections)


def _identity(version: ModelVersion) -> Section:
    facts = [
        ("classes", f"{len(version.labels)}"),
        ("made", f"{version.created_at:%Y-%m-%d}"),
        ("made from", f"version {version.parent.number}" if version.parent else "nothing earlier"),
        ("last put in service", f"{version.promoted_at:%Y-%m-%d}" if version.promoted_at else "never"),
        ("takes", "28 × 28 pixels, 0 is paper and 1 is ink"),
        ("file", f"LiteRT, {version.metrics['bytes']:,} bytes" if "bytes" in version.metrics else "LiteRT"),
        ("sha256", version.sha256),
    ]
    if "milliseconds" in version.metrics:
        facts.append(("time for a drawing", f"{version.metrics['milliseconds']:.2f} ms where it was made"))
    return Section("What it is", ["A convolutional neural network that recognizes doodles."], Table(("", ""), facts))


def _learning(learning: Learning | None) -> Section:
    title = "What it learnt from"
    if learning is None:
        return Section(title, ["Nothing is stored about that."])
    base = f"{learning.base:,} drawings of Google's Quick, Draw! data set (CC BY 4.0)"
    paragraphs = [f"{base} and {learning.collected:,} that people drew here and confirmed.", *SPLIT]
    if learning.command:
        paragraphs.append(f"It was trained by: {learning.command}")
    if learning.summary is None:
        return Section(title, paragraphs)
    paragraphs += [f"Left out: {count:,} drawn here, {reason}." for reason, count in learning.summary.left_out]
    rows = [(one.name, f"{one.base:,}", f"{one.collected:,}") for one in learning.summary.classes]
    return Section(title, paragraphs, Table(("class", "Quick, Draw!", "drawn here"), rows))


def _tests(tests: Sequence[Measured]) -> Section:
    title = "How good it is on drawings it never saw"
    if not tests:
        return Section(title, ["No figures are stored."])
    rows = [("drawings", *(f"{one.count:,}" for one in tests))]
    rows += [(share, *(one.shares.get(share, "–") for one in tests)) for share in METRIC_LABELS.values()]
    return Section(title, [], Table(("", *(one.title for one in tests)), rows))


def _people(total: Proportion) -> Section:
    if not total.is_enough:
        found = (
            f"Too few to tell: {total.right} of {total.judged} judged answers were called right; it takes {MIN_JUDGED}."
        )
    else:
        found = (
            f"{total.text} of {total.judged:,} judged answers were called right; with 95 % certainty the true share is "
            f"{total.interval_text}."
        )
    return Section("How often people call it right", [found, *JUDGED])


def _confidence(version: ModelVersion, tests: Sequence[Measured]) -> Section:
    calibrated = f"Its confidence is calibrated by a temperature of {version.temperature:.2f}."
    unsure = "Where no guess stands out from the others it says “I don't know”, as it does for a blank sheet and a dot."
    error = METRIC_LABELS["ece"]
    errors = [
        f"{one.title}: confidence and share of right answers differ by {one.shares[error]} on average."
        for one in tests
        if error in one.shares
    ]
    paragraphs = [f"{calibrated} {unsure}", *errors]
    return Section("How far to trust its confidence", paragraphs)


def _robustness(metrics: Mapping[str, Any]) -> Iterator[Section]:
    if shares := metrics.get("robustness"):
        rows = [(how, percent(share)) for how, share in shares.items()]
        yield Section("Untidy drawings", [ROBUST], Table(("how", "right"), rows))


def _classes(tests: Sequence[Measured]) -> Iterator[Section]:
    for one in tests:
        rows = [
            (row.label, f"{row.support:,}", row.recall_percent, row.precision_percent, _mistakes(row.mistakes))
            for row in sorted(one.classes, key=lambda row: row.label)
        ]
        head = "class", "drawings", "recognized", "right when said", "taken for"
        yield Section(f"Class by class: {one.title}", [], Table(head, rows))


def _mistakes(mistakes: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{said} {count}" for said, count in mistakes)


def _blocks(section: Section) -> Iterator[str]:
    yield f"## {section.title}"
    yield from map(_plain, section.paragraphs)
    if section.table:
        head, *rows = (f"| {' | '.join(map(_plain, row))} |" for row in (section.table.head, *section.table.rows))
        yield "\n".join([head, "|---" * len(section.table.head) + "|", *rows])


def _plain(text: str) -> str:
    """Keep Markdown from taking a class's name for markup."""
    return "".join(f"\\{letter}" if letter in "\\|<>*_`[]" else letter for letter in text)
