from __future__ import annotations

from typing import Any

from training.models.manifest_difference import compare_manifests


def entry(train: list[str], test: list[str] | None = None, **fields: Any) -> dict[str, Any]:
    return {
        "base": {"train": 800, "validation": 100, "test": 90, "near": 10},
        "base_digest": "d1",
        "collected": {"train": train, "validation": [], "test": test or []},
        "collected_left_out": {},
    } | fields


def manifest(**classes: dict[str, Any]) -> dict[str, Any]:
    return {"classes": classes}


def test_the_same_drawings_make_no_difference() -> None:
    difference = compare_manifests(manifest(cat=entry(["a"])), manifest(cat=entry(["a"])))
    assert (difference.classes, difference.only, difference.compared) == ([], ([], []), 1)


def test_a_drawing_that_only_one_run_left_out_makes_no_difference_if_the_other_did_not_use_it() -> None:
    left_out = entry(["a"], collected_left_out={"b": "near copy of an older drawing"})
    assert compare_manifests(manifest(cat=entry(["a"])), manifest(cat=left_out)).classes == []


def test_user_drawings_that_just_one_run_used_are_named_with_their_split() -> None:
    [cat] = compare_manifests(manifest(cat=entry(["a", "b"])), manifest(cat=entry(["a"], test=["c"]))).classes
    assert cat.only == ({"b": "train"}, {"c": "test"})
    assert cat.tested_only == (0, 1)
    assert not cat.is_other_base


def test_a_drawing_in_another_split_has_moved() -> None:
    difference = compare_manifests(manifest(cat=entry(["a"])), manifest(cat=entry([], test=["a"])))
    assert difference.classes[0].moved == {"a": "train, test"}
    assert difference.user_drawings == (0, 0)


def test_a_reason_for_leaving_a_drawing_out_of_the_other_run_is_told() -> None:
    second = entry([], collected_left_out={"a": "label doubted: 3% likely"})
    [cat] = compare_manifests(manifest(cat=entry(["a"])), manifest(cat=second)).classes
    assert cat.left_out == ({"a": "label doubted: 3% likely"}, {})


def test_base_drawings_differ_where_their_digest_or_number_does() -> None:
    fewer = {"train": 400, "validation": 100, "test": 80, "near": 0}
    first = manifest(cat=entry([]), dog=entry([]), eye=entry([]))
    second = manifest(cat=entry([], base_digest="d2"), dog=entry([], base=fewer), eye=entry([]))
    difference = compare_manifests(first, second)
    assert [(one.name, one.is_other_base) for one in difference.classes] == [("cat", True), ("dog", True)]
    assert (difference.classes[1].trained, difference.classes[1].tested) == ((810, 400), (90, 80))


def test_classes_of_just_one_run_are_named() -> None:
    difference = compare_manifests(manifest(cat=entry(["a"]), eye=entry([])), manifest(cat=entry(["a"])))
    assert difference.only == (["eye"], [])
    assert difference.classes[0].trained == (810, 0)


def test_a_run_that_has_not_collected_yet_used_nothing() -> None:
    difference = compare_manifests({}, manifest(cat=entry(["a"])))
    assert difference.only == ([], ["cat"])
    assert difference.user_drawings == (0, 1)
