"""Removes the sample drawings of a new site."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from recognition import sample_drawings
from recognition.models import Drawing


def remove_samples(admin: ModelAdmin[Drawing], request: HttpRequest) -> HttpResponse:
    """Ask for confirmation, then remove the samples."""
    if not admin.has_delete_permission(request):
        raise PermissionDenied
    if request.method == "POST":
        count = sample_drawings.remove()
        messages.success(request, f"Removed {count} sample drawings.")
        return HttpResponseRedirect(reverse("admin:recognition_drawing_changelist"))
    context = {**admin.admin_site.each_context(request), "opts": admin.opts, "title": "Remove the samples"}
    return TemplateResponse(request, "admin/recognition/drawing/samples.html", context)
