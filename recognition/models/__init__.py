"""The database models of doodlesite: contributors, drawings, predictions, feedback, and versions of the network."""

from __future__ import annotations

from recognition.models.audit_entry import AuditEntry
from recognition.models.contributor import Contributor
from recognition.models.deleted_drawing import DeletedDrawing
from recognition.models.doodle_class import DoodleClass
from recognition.models.drawing import Drawing
from recognition.models.drawing_import import DrawingImport, ImportPart
from recognition.models.exhibit import Exhibit
from recognition.models.feedback import Feedback
from recognition.models.game import Game
from recognition.models.gold import Gold, GoldAnswer
from recognition.models.judgement import Judgement
from recognition.models.milestone import Milestone
from recognition.models.model_version import ModelVersion, Promotion
from recognition.models.prediction import Prediction
from recognition.models.report import Report
from recognition.models.tally import BandTally, ClassTally, DayTally, PairTally
from recognition.models.token import Token
from recognition.models.trial import Trial
from recognition.models.version_features import VersionFeatures
from recognition.models.word_proposal import WordProposal

__all__ = [
    "AuditEntry",
    "BandTally",
    "ClassTally",
    "Contributor",
    "DayTally",
    "DeletedDrawing",
    "DoodleClass",
    "Drawing",
    "DrawingImport",
    "Exhibit",
    "Feedback",
    "Game",
    "Gold",
    "GoldAnswer",
    "ImportPart",
    "Judgement",
    "Milestone",
    "ModelVersion",
    "PairTally",
    "Prediction",
    "Promotion",
    "Report",
    "Token",
    "Trial",
    "VersionFeatures",
    "WordProposal",
]
