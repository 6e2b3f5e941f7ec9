"""Downloads of a version: its LiteRT artifact and its labels."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import conditional_page, require_safe

from recognition.models import ModelVersion
from recognition.pages.rate_limit import limited


@require_safe
@limited("pages")
@conditional_page
def download_artifact(request: HttpRequest, number: int) -> HttpResponse:
    """Return the LiteRT file."""
    version = get_object_or_404(ModelVersion, number=number)
    headers = {"Content-Disposition": f'attachment; filename="doodlesite-{number}.tflite"'}
    return HttpResponse(bytes(version.artifact), content_type="application/octet-stream", headers=headers)


@require_safe
@limited("reads")
def download_labels(request: HttpRequest, number: int) -> JsonResponse:
    """Return the labels in the order of the outputs, and the calibration that turns logits into confidences."""
    version = get_object_or_404(ModelVersion.objects.defer("artifact", "metrics"), number=number)
    return JsonResponse(
        {
            "number": version.number,
            "sha256": version.sha256,
            "input": "float32 (1, 28, 28, 1), 0 is paper, 1 is ink",
            "output": "logits, float32 (1, labels)",
            **asdict(version.calibration),
            "labels": version.labels,
        },
        headers={"Content-Disposition": f'attachment; filename="doodlesite-{number}.json"'},
    )
