"""The page that promotes a version and asks for the reason."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminTextareaWidget

from recognition.inference.results import InvalidArtifact
from recognition.models import ModelVersion, Promotion
from recognition.stats.metric_labels import compare_metrics


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=Promotion._meta.get_field("reason").max_length,
        widget=UnfoldAdminTextareaWidget({"rows": 3, "autofocus": True}),
        help_text="It stays in the history of promotions, with your name.",
        error_messages={"required": "Please say why."},
    )


def promote_version(admin: ModelAdmin[ModelVersion], request: HttpRequest, version: ModelVersion) -> HttpResponse:
    """Ask for a reason, then put the version in service."""
    if version == ModelVersion.objects.current():
        messages.info(request, f"Version {version.number} is in service already.")
        return _redirect_to(version)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            version.promote(by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]  # staff
        except InvalidArtifact as error:
            form.add_error(None, f"{error} Nothing has changed.")
        else:
            admin.log_change(request, version, f"Put in service: {form.cleaned_data['reason']}")
            messages.success(request, f"Version {version.number} is in service now.")
            return _redirect_to(version)
    context = _context(admin, request, version, form)
    return TemplateResponse(request, "admin/recognition/modelversion/promote.html", context)


def _redirect_to(version: ModelVersion) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:recognition_modelversion_change", args=[version.pk]))


def _context(
    admin: ModelAdmin[ModelVersion], request: HttpRequest, version: ModelVersion, form: ReasonForm
) -> dict[str, object]:
    champion = ModelVersion.objects.current()
    verb = "Roll back to" if version.promoted_at else "Promote"
    return {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": f"{verb} version {version.number}",
        "verb": verb,
        "form": form,
        "version": version,
        "champion": champion,
        "comparison": compare_metrics(version.metrics, champion.metrics if champion else {}),
    }
