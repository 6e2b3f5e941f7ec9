"""The review pages: staff decide what doubtful drawings are, one after the other."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django import forms
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from recognition.labeling.class_field import ClassField
from recognition.labeling.decisions import Decision, decide, hide, undo
from recognition.labeling.review_item import ReviewContext, review_context
from recognition.labeling.review_queue import ReviewItem, queue_for
from recognition.models import Contributor, DoodleClass, Drawing, Feedback, GoldAnswer
from recognition.pages.rate_limit import limited

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SKIPPED, DECIDED = "review skipped", "review decided"  # session keys
MAX_UNDO_STEPS = 20

LABEL_PERMISSION = "recognition.change_drawing"
may_label = permission_required(LABEL_PERMISSION, raise_exception=True)


class VerdictForm(forms.Form):
    """A reviewer's verdict on a drawing: a class, none of them, hide, or skip."""

    drawing = forms.UUIDField()
    verdict = forms.ChoiceField(choices=[(name, name) for name in ("label", "none", "hide", "skip")])
    label = ClassField(required=False)

    def clean(self) -> None:
        is_label = self.cleaned_data.get("verdict") == "label"
        if is_label and not self.errors and not self.cleaned_data.get("label"):
            raise forms.ValidationError("Say which class it is.")
        if not is_label:
            self.cleaned_data["label"] = None  # ignore what is typed in the field


@require_safe
@limited("reads")
def review_page(request: HttpRequest) -> HttpResponse:
    """Show the first drawing of the review queue; tell everyone else what reviewing is."""
    if request.user.is_staff and request.user.has_perm(LABEL_PERMISSION):
        return _page(request)
    return render(request, "review/about.html", status=403 if request.user.is_authenticated else 200)


@staff_member_required
@may_label
@require_POST
def submit_verdict(request: HttpRequest) -> HttpResponse:
    """Store a verdict and show the next drawing. A verdict on a deleted drawing is ignored."""
    form = VerdictForm(request.POST)
    if not form.is_valid():
        errors = [str(error) for errors in form.errors.values() for error in errors]
        return _page(request, errors=errors, status=400)
    data = form.cleaned_data
    drawing = Drawing.objects.with_predictions().filter(pk=data["drawing"]).first()
    if data["verdict"] == "skip":
        request.session[SKIPPED] = [*request.session.get(SKIPPED, []), str(data["drawing"])]
    elif drawing and (decision := _decide(drawing, reviewer_of(request), data["verdict"], data["label"])):
        request.session[DECIDED] = [*request.session.get(DECIDED, []), asdict(decision)][-MAX_UNDO_STEPS:]
    return redirect("review")


@staff_member_required
@may_label
@require_POST
def undo_verdict(request: HttpRequest) -> HttpResponse:
    """Undo the last decision of this session and show its drawing again."""
    decided = request.session.get(DECIDED, [])
    if decided:
        *request.session[DECIDED], last = decided
        request.session.modified = True
        undo(Decision(**last), reviewer_of(request))
        return _page(request, first=UUID(last["drawing_id"]))
    return redirect("review")


def _decide(drawing: Drawing, reviewer: Contributor, verdict: str, label: DoodleClass | None) -> Decision | None:
    try:
        return hide(drawing, reviewer) if verdict == "hide" else decide(drawing, reviewer, label)
    except Drawing.DoesNotExist:  # deleted meanwhile
        return None


def _page(
    request: HttpRequest, *, first: UUID | None = None, errors: list[str] | None = None, status: int = 200
) -> HttpResponse:
    reviewer = reviewer_of(request)
    items = queue_for(reviewer, set(request.session.get(SKIPPED, [])))
    in_order = sorted(items, key=lambda item: item.drawing_id != first)
    context = {
        "evidence": next(filter(None, (_review_context(item, reviewer) for item in in_order)), None),
        "waiting": len(items),
        "done": _done_today(reviewer),
        "can_undo": bool(request.session.get(DECIDED)),
        "skipped": len(request.session.get(SKIPPED, [])),
        "errors": errors or [],
        "classes": DoodleClass.objects.active().values_list("name", flat=True),
    }
    return render(request, "review/drawing.html", context, status=status)


def _review_context(item: ReviewItem, reviewer: Contributor) -> ReviewContext | None:
    try:
        return review_context(item, reviewer)
    except Drawing.DoesNotExist:  # deleted since the queue was made
        return None


def _done_today(reviewer: Contributor) -> int:
    """Count labels and gold answers of today together. Separate counts would reveal the gold drawings."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    labels = Feedback.objects.filter(contributor=reviewer, by_staff=True, updated_at__gte=midnight)
    answers = GoldAnswer.objects.filter(contributor=reviewer, created_at__gte=midnight)
    return labels.order_by().values("pk").union(answers.order_by().values("pk"), all=True).count()


def reviewer_of(request: HttpRequest) -> Contributor:
    return Contributor.objects.of_user(cast("User", request.user))
