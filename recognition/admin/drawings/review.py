"""Admin actions that label drawings, one or many at once.

Staff labels count regardless of the label policy.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextInputWidget

from recognition.admin.widgets import thumbnails
from recognition.labeling import gold
from recognition.labeling.class_field import ClassField
from recognition.labeling.feedback import label_drawing
from recognition.models import AuditEntry, Contributor, DoodleClass, Drawing
from recognition.models.drawing import DrawingQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MAX_DRAWINGS = 500  # per action: takes a few seconds


class LabelForm(forms.Form):
    """Selects a class by its name; the page suggests the names in a datalist."""

    label = ClassField(
        widget=UnfoldAdminTextInputWidget(
            {"list": "class-names", "autocomplete": "off", "autocapitalize": "off", "aria-label": "class"}
        ),
        error_messages={"required": "Please choose a class."},
    )

    @property
    def names(self) -> Iterable[str]:
        return DoodleClass.objects.values_list("name", flat=True)


@admin.action(permissions=["change"], description="Accept: the label is right")
def accept(modeladmin: ModelAdmin[Drawing], request: HttpRequest, drawings: DrawingQuerySet) -> None:
    if exceeds_limit(request, drawings):
        return
    labelled = drawings.filter(label__isnull=False)
    left_out = drawings.filter(label=None).count()
    accepted = sum(
        label_as_staff(drawing, drawing.label, by=staff_user(request)) for drawing in labelled.with_predictions()
    )
    messages.success(request, f"Accepted {accepted} drawings.")
    if left_out:
        messages.warning(request, f"Left out {left_out} drawings that have no label yet; relabel them.")


@admin.action(permissions=["change"], description="Reject: do not train on it")
def reject(modeladmin: ModelAdmin[Drawing], request: HttpRequest, drawings: DrawingQuerySet) -> None:
    if not exceeds_limit(request, drawings):
        rejected = sum(label_as_staff(drawing, None, by=staff_user(request)) for drawing in drawings.with_predictions())
        messages.success(request, f"Rejected {rejected} drawings.")


@admin.action(permissions=["change"], description="Mark as gold: the label is certain")
def mark_gold(modeladmin: ModelAdmin[Drawing], request: HttpRequest, drawings: DrawingQuerySet) -> None:
    """Mark accepted drawings as gold: reviewers get them now and then, to measure reviewer quality."""
    if exceeds_limit(request, drawings):
        return
    eligible = drawings.accepted().exclude(label=None).select_related("label")
    left_out = drawings.count() - eligible.count()
    marked = gold.mark(eligible, by=staff_user(request))
    AuditEntry.objects.record(AuditEntry.Action.LABELLED, "drawings", f"marked {marked} as gold")
    messages.success(request, f"Marked {marked} drawings as gold.")
    if left_out:
        messages.warning(request, f"Left out {left_out} drawings that are not accepted; accept or relabel them first.")


@admin.action(permissions=["change"], description="No longer gold")
def unmark_gold(modeladmin: ModelAdmin[Drawing], request: HttpRequest, drawings: DrawingQuerySet) -> None:
    """Remove the gold mark and the reviewers' answers to these drawings."""
    if not exceeds_limit(request, drawings):
        unmarked = gold.unmark(drawings)
        AuditEntry.objects.record(AuditEntry.Action.LABELLED, "drawings", f"took gold from {unmarked}")
        messages.success(request, f"{unmarked} drawings are no longer gold.")


@admin.action(permissions=["change"], description="Relabel…")
def relabel(modeladmin: ModelAdmin[Drawing], request: HttpRequest, drawings: DrawingQuerySet) -> HttpResponse | None:
    """Ask for the class on an intermediate page, then record it."""
    if exceeds_limit(request, drawings):
        return None
    form = LabelForm(request.POST if "label" in request.POST else None)
    if form.is_valid():
        label = form.cleaned_data["label"]
        relabelled = sum(
            label_as_staff(drawing, label, by=staff_user(request)) for drawing in drawings.with_predictions()
        )
        messages.success(request, f"Relabelled {relabelled} drawings as {label}.")
        return None
    context = {
        **modeladmin.admin_site.each_context(request),
        "opts": modeladmin.opts,
        "title": "What are these drawings?",
        "drawings": drawings,
        "pictures": [thumbnails.thumbnail(drawing) for drawing in drawings],
        "form": form,
        "selected": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/recognition/drawing/relabel.html", context)


def label_as_staff(drawing: Drawing, label: DoodleClass | None, *, by: User) -> bool:
    """Record a staff label; None means no class fits. Return False if the drawing was deleted meanwhile."""
    try:
        label_drawing(drawing, Contributor.objects.of_user(by), label, by_staff=True)
    except Drawing.DoesNotExist:  # deleted since the page was shown
        return False
    return True


def staff_user(request: HttpRequest) -> User:
    return cast("User", request.user)  # the admin requires one


def exceeds_limit(request: HttpRequest, drawings: DrawingQuerySet) -> bool:
    """Return whether an action selects too many drawings, and tell the user."""
    if is_exceeded := drawings.order_by().values("pk")[: MAX_DRAWINGS + 1].count() > MAX_DRAWINGS:
        messages.error(request, f"Nothing has changed: please select at most {MAX_DRAWINGS} drawings at a time.")
    return is_exceeded
