"""The page that starts a run or previews it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from recognition.admin.widgets.confirmation import confirmation_page
from recognition.models import ModelVersion
from training.admin.retrain_form import RetrainForm
from training.config import InvalidConfig, TrainingConfig
from training.jobs import run_service
from training.jobs.preview import preview_run
from training.jobs.repetition import CannotRepeat, list_differences
from training.jobs.run_display import config_texts
from training.models import AlreadyOpen, TrainingRun

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def retrain_view(admin: ModelAdmin[TrainingRun], request: HttpRequest) -> HttpResponse:
    """Show the form, then what the run would learn from; starting it there redirects to its page."""
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
    if request.method == "POST" and "edit" not in request.POST and form.is_valid():
        if "start" in request.POST:
            return _start(request, form.config)
        context |= {"preview": preview_run(form.config), "asked": config_texts(form.config.to_dict())}
    return TemplateResponse(request, "admin/training/trainingrun/retrain.html", context)


def repeat_view(admin: ModelAdmin[TrainingRun], request: HttpRequest, pk: int) -> HttpResponse:
    """Say what will differ and ask; a POST queues a repetition of the run and redirects to its page."""
    run = get_object_or_404(TrainingRun, pk=pk)
    target = run
    if request.method != "POST":
        back = reverse("admin:training_trainingrun_change", args=[pk])
        notes = list_differences(run) if run.recipe else []
        button = "Train again like this"
        return confirmation_page(
            admin, request, f"Repeat {run}?", button=button, back=back, notes=notes, is_destructive=False
        )
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
