"""Staff say what drawings are, one or many at once; their word counts whatever the label policy is."""

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
from recognition.labeling.feedback import label_drawing
from recognition.models import AuditEntry, Contributor, DoodleClass, Drawing
from recognition.models.drawing import DrawingQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 500  # drawings at once: a few seconds in which the browser waits


class LabelForm(forms.Form):
    """A class by its name; the page offers the names in a datalist."""

    label = forms.ModelChoiceField(
        DoodleClass.objects.all(),
        to_field_name="name",
        widget=UnfoldAdminTextInputWidget({"list": "class-names", "autocomplete": "off", "aria-label": "class"}),
        error_messages={
            "required": "Please choose a class.",
            "invalid_choice": "There is no such class; add it under Classes first.",
        },
    )

    @property
    def names(self) -> Iterable[str]:
        return DoodleClass.objects.values_list("name", flat=True)


@admin.action(permissions=["change"], description="Accept: the label is right")
def accept(modeladmin: ModelAdmin[Drawing], request: HttpRequest, drawings: DrawingQuerySet) -> None:
    if too_many(request, drawings):
        return
    labelled = drawings.filter(label__isnull=False)
    left_out = drawings.filter(label=None).count()
    accepted = sum(judge(drawing, drawing.label, by=staff(request)) for drawing in labelled.with_predictions())
    messages.success(request, f"Accepted {accepted} drawings.")
    if left_out:
        messages.warning(request, f"Left out {left_out} drawings that have no label yet; relabel them.")


@admin.action(permissions=["change"], description="Reject: nothing to learn from")
def reject(modeladmin: ModelAdmin[Drawing], request: HttpRequest, drawings: DrawingQuerySet) -> None:
    if not too_many(request, drawings):
        rejected = sum(judge(drawing, None, by=staff(request)) for drawing in drawings.with_predictions())
        messages.success(request, f"Rejected {rejected} drawings.")


@admin.action(permissions=["change"], description="Mark as gold: the label is beyond doubt")
def mark_gold(modeladmin: ModelAdmin[Drawing], request: HttpRequest, drawings: DrawingQuerySet) -> None:
    """Mark them; reviewers are asked about such drawings now and then, to see how good they are."""
    if too_many(request, drawings):
        return
    fitting = drawings.accepted().exclude(label=None).select_related("label")
    left_out = drawings.count() - fitting.count()
    marked = gold.mark(fitting, by=staff(request))
    AuditEntry.objects.record(AuditEntry.Action.LABELLED, "drawings", f"marked {marked} as gold")
    messages.success(request, f"Marked {marked} drawings as gold.")
    if left_out:
        messages.warning(request, f"Left out {left_out} drawings that are not accepted; accept or relabel them first.")


@admin.action(permissions=["change"], description="No longer gold")
def unmark_gold(modeladmin: ModelAdmin[Drawing], request: HttpRequest, drawings: DrawingQuerySet) -> None:
    """Take the mark away, and with it what reviewers answered."""
    if not too_many(request, drawings):
        unmarked = gold.unmark(drawings)
        AuditEntry.objects.record(AuditEntry.Action.LABELLED, "drawings", f"took gold from {unmarked}")
        messages.success(request, f"{unmarked} drawings are no longer gold.")


@admin.action(permissions=["change"], description="Relabel…")
def relabel(modeladmin: ModelAdmin[Drawing], request: HttpRequest, drawings: DrawingQuerySet) -> HttpResponse | None:
    """Ask for the class on a page between, then record it."""
    if too_many(request, drawings):
        return None
    form = LabelForm(request.POST if "label" in request.POST else None)
    if form.is_valid():
        label = form.cleaned_data["label"]
        relabelled = sum(judge(drawing, label, by=staff(request)) for drawing in drawings.with_predictions())
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


def judge(drawing: Drawing, label: DoodleClass | None, *, by: User) -> bool:
    """Record that staff call a drawing `label`, or none of the classes. Returns whether it is still there."""
    try:
        label_drawing(drawing, Contributor.objects.of_user(by), label, by_staff=True)
    except Drawing.DoesNotExist:  # deleted since the page was shown
        return False
    return True


def staff(request: HttpRequest) -> User:
    return cast("User", request.user)  # the admin lets nobody else in


def too_many(request: HttpRequest, drawings: DrawingQuerySet) -> bool:
    if too_many := drawings.order_by().values("pk")[: MOST + 1].count() > MOST:
        messages.error(request, f"Nothing has changed: please select at most {MOST} drawings at a time.")
    return too_many
