from __future__ import annotations

from training.models.manifest import ClassSummary, summarize

CAT = {
    "base": {"train": 800, "validation": 100, "test": 90, "near": 10},
    "collected": {"train": ["a", "b", "c"], "validation": [], "test": ["d"]},
    "collected_left_out": {"e": "near copy of an older drawing", "f": "copy of a base drawing"},
}
ROBOT = {
    "base": {"train": 0, "validation": 0, "test": 0, "near": 0},
    "collected": {"train": ["g"] * 30, "validation": [], "test": []},
    "collected_left_out": {"h": "near copy of an older drawing"},
}


def test_a_manifest_is_added_up_by_class() -> None:
    summary = summarize({"classes": {"cat": CAT, "robot": ROBOT}})
    assert summary.classes == [ClassSummary("cat", 810, 3, 91, 2), ClassSummary("robot", 0, 30, 0, 1)]
    assert (summary.base, summary.collected) == (810, 33)


def test_reasons_for_leaving_drawings_out_come_most_often_first() -> None:
    summary = summarize({"classes": {"cat": CAT, "robot": ROBOT}})
    assert summary.left_out == [("near copy of an older drawing", 2), ("copy of a base drawing", 1)]


def test_a_run_that_has_not_collected_yet_has_an_empty_summary() -> None:
    assert summarize({}).classes == []


def test_doubts_of_every_strength_are_one_reason() -> None:
    doubts = {"a": "label doubted: 0% likely", "b": "label doubted: 4% likely"}
    assert summarize({"classes": {"cat": CAT | {"collected_left_out": doubts}}}).left_out == [("label doubted", 2)]


def test_the_style_that_people_draw_in_is_told() -> None:
    assert summarize({"style": "25% mirrored"}).style == "25% mirrored"
    assert summarize({}).style == ""
