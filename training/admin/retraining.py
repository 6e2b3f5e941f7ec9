"""The page that starts a run or previews it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from recognition.models import ModelVersion
from training.admin.retrain_form import RetrainForm
from training.config import InvalidConfig, TrainingConfig
from training.jobs import run_service
from training.jobs.preview import preview_run
from training.jobs.repetition import CannotRepeat, list_differences
from training.models import AlreadyOpen, TrainingRun

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def retrain_view(admin: ModelAdmin[TrainingRun], request: HttpRequest) -> HttpResponse:
    """Show the form, or the form with a preview; starting a run redirects to its page."""
    form = RetrainForm(request.POST or None)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": "Retrain",
        "form": form,
        "open_run": TrainingRun.objects.open().first(),
        "accepted": run_service.accepted_since_last_run(),
        "anchor": ModelVersion.objects.anchor(),
    }
    if request.method == "POST" and form.is_valid():
        if "preview" not in request.POST:
            return _start(request, form.config)
        context["preview"] = preview_run(form.config)
    return TemplateResponse(request, "admin/training/trainingrun/retrain.html", context)


def repeat_view(admin: ModelAdmin[TrainingRun], request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a repetition of a run, say what will differ, and redirect to its page."""
    run = get_object_or_404(TrainingRun, pk=pk)
    target = run
    try:
        target = run_service.repeat_run(run, by=cast("User", request.user))
        messages.success(request, f"{str(target).capitalize()} is queued. It repeats {run}.")
        for difference in list_differences(run):
            messages.warning(request, difference)
    except (AlreadyOpen, CannotRepeat, InvalidConfig) as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("admin:training_trainingrun_change", args=[target.pk]))


def _start(request: HttpRequest, config: TrainingConfig) -> HttpResponse:
    try:
        run = run_service.start_run(config.to_dict(), by=cast("User", request.user), reason="by hand")
        messages.success(request, f"{str(run).capitalize()} is queued.")
    except AlreadyOpen as already:
        run = already.run
        messages.error(request, str(already))
    return HttpResponseRedirect(reverse("admin:training_trainingrun_change", args=[run.pk]))
