"""The page about the difference between the data sets of two runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from training.admin.left_out import linked_thumbnails
from training.models import TrainingRun
from training.models.manifest_difference import ClassDifference, ManifestDifference, compare_manifests

MAX_PICTURES = 24  # of one group; a larger one is only counted
MAX_PICTURES_OF_PAGE = 240


@dataclass(frozen=True)
class DrawingGroup:
    """A few user drawings of one class that make a difference."""

    title: str
    pictures: list[SafeString]  # of the drawings that still exist
    deleted: int


def difference_view(admin: ModelAdmin[TrainingRun], request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Show which classes and drawings one of two runs used and the other did not."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    runs = TrainingRun.objects.only("manifest")
    first, second = (get_object_or_404(runs, pk=number) for number in (pk, other))
    difference = compare_manifests(first.manifest, second.manifest)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "media": admin.media,
        "title": f"Drawings of {first} and {second}",
        "first": first,
        "second": second,
        "without_manifest": [run for run in (first, second) if not run.manifest],
        "difference": difference,
        "groups": _groups(difference, (first, second)),
    }
    return TemplateResponse(request, "admin/training/trainingrun/difference.html", context)


def _groups(difference: ManifestDifference, runs: tuple[TrainingRun, TrainingRun]) -> list[DrawingGroup]:
    """Return the small groups of drawings, until the page has enough pictures."""
    shown: list[tuple[str, Mapping[str, str]]] = []
    room = MAX_PICTURES_OF_PAGE
    for title, notes in (group for one in difference.classes for group in _notes(one, runs)):
        if len(notes) <= min(MAX_PICTURES, room):
            shown.append((title, notes))
            room -= len(notes)
    pictures = linked_thumbnails({key: note for _, notes in shown for key, note in notes.items()})
    return [
        DrawingGroup(title, [pictures[key] for key in notes if key in pictures], len(notes.keys() - pictures.keys()))
        for title, notes in shown
    ]


def _notes(difference: ClassDifference, runs: tuple[TrainingRun, TrainingRun]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the title of each group of drawings that is not empty, and what to say of each drawing, by key."""
    for only, reasons, run in zip(difference.only, difference.left_out, runs, strict=True):
        if only:
            notes = {
                key: f"{split}; the other run left it out: {reasons[key]}" if key in reasons else split
                for key, split in only.items()
            }
            yield f"{difference.name}: {len(only)} only in {run}", notes
    if difference.moved:
        yield f"{difference.name}: {len(difference.moved)} in another split", difference.moved
