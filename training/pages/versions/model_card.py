"""A version's model card, written from its stored metrics and training.

After Mitchell et al. 2019, Model Cards for Model Reporting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from recognition.models import ModelVersion
from recognition.stats.metric_labels import METRIC_LABELS, percent
from recognition.stats.proportion import MIN_JUDGED, Proportion
from training.pages.versions.training_summary import TrainingSummary, training_summary
from training.pages.versions.user_accuracy import accuracy_by_version
from training.pages.versions.version_metrics import EvaluationResult, evaluation_results


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a text, each as one line."""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


PURPOSE = paragraphs_of("""
    It guesses which of its classes a small drawing shows, while somebody draws it with a finger, a pen or a mouse.

    It is not made to read handwriting, to judge how well somebody draws, or to tell anything about who drew. Nothing
    that matters to anybody should depend on what it says.
""")
SPLIT_NOTE = paragraphs_of("""
    Of a hundred drawings, eighty are for training, ten for choosing settings and ten for the test. A hash of the pixels
    decides which, so that no test drawing is ever used for training.
""")
LIMITATIONS = paragraphs_of("""
    It knows only the classes below, and takes everything else for one of them, often with confidence.

    Quick, Draw! was drawn in 20 seconds by people who were asked for a word, most of them in English and with a mouse.
    Other ways to draw the same thing are under-represented. People who draw so may get worse answers than the average.

    A share of few drawings says little: look at their number, too.
""")
USER_ACCURACY_NOTE = paragraphs_of("""
    An answer counts as soon as the person who drew says whether it was right. Not everybody does, and those who do may
    differ from the others.
""")
ROBUSTNESS_NOTE = "Test drawings, drawn again as people might."


@dataclass(frozen=True)
class CardTable:
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class CardSection:
    title: str
    paragraphs: Sequence[str]
    table: CardTable | None = None


@dataclass(frozen=True)
class ModelCard:
    version: ModelVersion
    sections: list[CardSection] = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"doodlesite, version {self.version.number}"

    def markdown(self) -> str:
        return (
            "\n\n".join([f"# {self.title}", *(block for section in self.sections for block in _blocks(section))]) + "\n"
        )


def build_model_card(version: ModelVersion) -> ModelCard:
    """Build the model card of a version as of now."""
    results = evaluation_results(version)
    sections = [
        _identity(version),
        CardSection("What it is for", PURPOSE),
        _training(training_summary(version)),
        _accuracy(results),
        _user_accuracy(accuracy_by_version([version.number]).get(version.number, Proportion(0, 0))),
        _confidence(version, results),
        *_robustness(version.metrics),
        CardSection("What it cannot do", LIMITATIONS),
        *_classes(results),
    ]
    return ModelCard(version, sections)


def _identity(version: ModelVersion) -> CardSection:
    facts = [
        ("classes", f"{len(version.labels)}"),
        ("made", f"{version.created_at:%Y-%m-%d}"),
        ("based on", f"version {version.parent.number}" if version.parent else "nothing earlier"),
        ("last put in service", f"{version.promoted_at:%Y-%m-%d}" if version.promoted_at else "never"),
        ("takes", "28 × 28 pixels, 0 is paper and 1 is ink"),
        ("file", f"LiteRT, {version.metrics['bytes']:,} bytes" if "bytes" in version.metrics else "LiteRT"),
        ("sha256", version.sha256),
    ]
    if "milliseconds" in version.metrics:
        facts.append(("time for a drawing", f"{version.metrics['milliseconds']:.2f} ms where it was made"))
    return CardSection(
        "What it is", ["A convolutional neural network that recognizes doodles."], CardTable(("", ""), facts)
    )


def _training(summary: TrainingSummary | None) -> CardSection:
    title = "What it learnt from"
    if summary is None:
        return CardSection(title, ["This was not recorded."])
    base = f"{summary.base:,} drawings of Google's Quick, Draw! data set (CC BY 4.0)"
    paragraphs = [f"{base} and {summary.collected:,} that people drew here and confirmed.", *SPLIT_NOTE]
    if summary.command:
        paragraphs.append(f"It was trained by: {summary.command}")
    manifest = summary.summary
    if manifest is None:
        return CardSection(title, paragraphs)
    paragraphs += [f"Left out: {count:,} drawn here, {reason}." for reason, count in manifest.left_out]
    rows = [(entry.name, f"{entry.base:,}", f"{entry.collected:,}") for entry in manifest.classes]
    return CardSection(title, paragraphs, CardTable(("class", "Quick, Draw!", "drawn here"), rows))


def _accuracy(results: Sequence[EvaluationResult]) -> CardSection:
    title = "How good it is on drawings it never saw"
    if not results:
        return CardSection(title, ["It has no test results."])
    rows = [("drawings", *(f"{result.count:,}" for result in results))]
    rows += [(share, *(result.shares.get(share, "–") for result in results)) for share in METRIC_LABELS.values()]
    return CardSection(title, [], CardTable(("", *(result.title for result in results)), rows))


def _user_accuracy(total: Proportion) -> CardSection:
    if not total.is_enough:
        text = f"Too few to tell: {total.right} of {total.judged} judged answers were right; it takes {MIN_JUDGED}."
    else:
        text = (
            f"{total.text} of {total.judged:,} judged answers were right (95\N{NO-BREAK SPACE}% interval: "
            f"{total.interval_text})."
        )
    return CardSection("How often people call it right", [text, *USER_ACCURACY_NOTE])


def _confidence(version: ModelVersion, results: Sequence[EvaluationResult]) -> CardSection:
    calibrated = f"Its confidence is calibrated by a temperature of {version.temperature:.2f}."
    unsure = "If no guess stands out, it says “I don't know”, also for a blank sheet and a dot."
    error = METRIC_LABELS["ece"]
    errors = [
        f"{result.title}: confidence and share of right answers differ by {result.shares[error]} on average."
        for result in results
        if error in result.shares
    ]
    paragraphs = [f"{calibrated} {unsure}", *errors]
    return CardSection("Can its confidence be trusted?", paragraphs)


def _robustness(metrics: Mapping[str, Any]) -> Iterator[CardSection]:
    if shares := metrics.get("robustness"):
        rows = [(how, percent(share)) for how, share in shares.items()]
        yield CardSection("Untidy drawings", [ROBUSTNESS_NOTE], CardTable(("how", "right"), rows))


def _classes(results: Sequence[EvaluationResult]) -> Iterator[CardSection]:
    for result in results:
        rows = [
            (row.label, f"{row.support:,}", row.recall_percent, row.precision_percent, _mistakes(row.mistakes))
            for row in sorted(result.classes, key=lambda row: row.label)
        ]
        head = "class", "drawings", "recognized", "right when said", "taken for"
        yield CardSection(f"Class by class: {result.title}", [], CardTable(head, rows))


def _mistakes(mistakes: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{said} {count}" for said, count in mistakes)


def _blocks(section: CardSection) -> Iterator[str]:
    yield f"## {section.title}"
    yield from map(_plain, section.paragraphs)
    if section.table:
        head, *rows = (f"| {' | '.join(map(_plain, row))} |" for row in (section.table.head, *section.table.rows))
        yield "\n".join([head, "|---" * len(section.table.head) + "|", *rows])


def _plain(text: str) -> str:
    """Escape characters that Markdown would take for markup."""
    return "".join(f"\\{letter}" if letter in "\\|<>*_`[]" else letter for letter in text)
