"""A/B tests of a version against the champion: pages that start and end a trial, and past trials."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold import widgets
from unfold.decorators import display

from recognition.admin.widgets.read_only import RecordInline
from recognition.inference.results import InvalidArtifact
from recognition.models import ModelVersion, Trial
from recognition.models.trial import MAX_SHARE_PERCENT, CannotStartTrial

MODES = [
    (Trial.Mode.SHADOW.value, "in shadow: it answers every drawing, and nobody sees its answers"),
    (Trial.Mode.CANARY.value, "for a share of people, who see its answers instead of the other version’s"),
]


class TrialForm(forms.Form):
    mode = forms.ChoiceField(choices=MODES, initial=Trial.Mode.SHADOW, widget=widgets.UnfoldAdminSelectWidget)
    share = forms.IntegerField(
        label="Share of people, in per cent",
        min_value=1,
        max_value=MAX_SHARE_PERCENT,
        required=False,
        widget=widgets.UnfoldAdminIntegerFieldWidget,
        help_text=f"1 to {MAX_SHARE_PERCENT}; not for a trial in shadow. "
        "The same people see its answers during the whole trial.",
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        is_canary = data.get("mode") == Trial.Mode.CANARY
        if is_canary and data.get("share") is None and "share" not in self.errors:
            self.add_error("share", "Please say how many people see its answers.")
        return data | {"share": data.get("share") if is_canary else 0}


class EndTrialForm(forms.Form):
    why = forms.CharField(
        label="Reason",
        max_length=Trial._meta.get_field("why").max_length,
        widget=widgets.UnfoldAdminTextareaWidget({"rows": 3, "autofocus": True}),
        help_text="It stays in the history of trials, with your name.",
        error_messages={"required": "Please say why."},
    )


class TrialInline(RecordInline):
    model = Trial
    fk_name = "version"
    fields = ["how", "against", "started_at", "started_by", "ended_at", "ended_by", "why"]
    readonly_fields = fields
    verbose_name_plural = "when it was tried"

    @display(description="how")
    def how(self, trial: Trial) -> str:
        return f"for {trial.share} % of people" if trial.share else "in shadow"

    @display(description="beside")
    def against(self, trial: Trial) -> str:
        return f"version {trial.champion_number}"


def start_trial(admin: ModelAdmin[ModelVersion], request: HttpRequest, version: ModelVersion) -> HttpResponse:
    """Ask for the mode, then start a trial of the version."""
    form = TrialForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        options = form.cleaned_data
        try:
            version.start_trial(options["mode"], options["share"], by=request.user)  # type: ignore[arg-type]  # staff
        except (CannotStartTrial, InvalidArtifact) as error:
            form.add_error(None, f"{error} Nothing has changed.")
        else:
            admin.log_change(request, version, f"Tried: {options['mode']}, {options['share']} %")
            messages.success(request, f"Version {version.number} is on trial now.")
            return _redirect_to(version)
    champion = ModelVersion.objects.current()
    context = {"title": f"Try out version {version.number}", "version": version, "champion": champion, "form": form}
    return _page(admin, request, "try_out.html", context)


def end_trial(admin: ModelAdmin[ModelVersion], request: HttpRequest, version: ModelVersion) -> HttpResponse:
    """Ask for a reason, then end the trial of the version."""
    trial = version.trials.filter(ended_at=None).first()
    if trial is None:
        messages.info(request, f"Version {version.number} is not on trial any more.")
        return _redirect_to(version)
    form = EndTrialForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        trial.end(form.cleaned_data["why"], by=request.user)  # type: ignore[arg-type]  # staff
        admin.log_change(request, version, f"Ended its trial: {form.cleaned_data['why']}")
        messages.success(request, f"The trial of version {version.number} has ended.")
        return _redirect_to(version)
    context = {"title": f"End the trial of version {version.number}", "version": version, "trial": trial, "form": form}
    return _page(admin, request, "end_trial.html", context)


def _page(admin: ModelAdmin[ModelVersion], request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    context = {**admin.admin_site.each_context(request), "opts": admin.opts, **context}
    return TemplateResponse(request, f"admin/recognition/modelversion/{name}", context)


def _redirect_to(version: ModelVersion) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:recognition_modelversion_change", args=[version.pk]))
