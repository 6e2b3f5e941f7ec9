"""Staff look at doubtful drawings, one after the other, and settle what each is."""

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

from recognition.models import Contributor, DoodleClass, Drawing, Feedback
from recognition.review import Case, Decision, decide, hide, queue, undo

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SKIPPED, DECIDED = "review skipped", "review decided"  # in the session
MOST_UNDONE = 20

may_label = permission_required("recognition.change_drawing", raise_exception=True)


class VerdictForm(forms.Form):
    """What a reviewer says: which drawing, and a class, none, inappropriate, or later."""

    drawing = forms.UUIDField()
    verdict = forms.ChoiceField(choices=[(name, name) for name in ("label", "none", "hide", "skip")])
    label = forms.ModelChoiceField(
        DoodleClass.objects.all(),
        to_field_name="name",
        required=False,
        error_messages={"invalid_choice": "There is no class “%(value)s”."},
    )

    def clean(self) -> None:
        if self.cleaned_data.get("verdict") == "label" and not self.errors and not self.cleaned_data.get("label"):
            raise forms.ValidationError("Say which class it is.")


@staff_member_required
@may_label
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """Show the most doubtful drawing."""
    return _page(request)


@staff_member_required
@may_label
@require_POST
def judge(request: HttpRequest) -> HttpResponse:
    """Take a verdict and show the next drawing; one about a drawing that is gone is forgotten."""
    form = VerdictForm(request.POST)
    if not form.is_valid():
        errors = [str(error) for errors in form.errors.values() for error in errors]
        return _page(request, errors=errors, status=400)
    said = form.cleaned_data
    drawing = Drawing.objects.with_predictions().filter(pk=said["drawing"]).first()
    if said["verdict"] == "skip":
        request.session[SKIPPED] = [*request.session.get(SKIPPED, []), str(said["drawing"])]
    elif drawing:
        decision = _decided(drawing, _reviewer(request), said["verdict"], said["label"])
        request.session[DECIDED] = [*request.session.get(DECIDED, []), asdict(decision)][-MOST_UNDONE:]
    return redirect("review")


@staff_member_required
@may_label
@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Undo the last decision of this session; the drawing comes first again."""
    decided = request.session.get(DECIDED, [])
    if decided:
        *request.session[DECIDED], last = decided
        request.session.modified = True
        undo(Decision(**last), _reviewer(request))
        return _page(request, first=UUID(last["drawing_id"]))
    return redirect("review")


def _decided(drawing: Drawing, reviewer: Contributor, verdict: str, label: DoodleClass | None) -> Decision:
    if verdict == "hide":
        return hide(drawing, reviewer)
    return decide(drawing, reviewer, label if verdict == "label" else None)


def _page(
    request: HttpRequest, *, first: UUID | None = None, errors: list[str] | None = None, status: int = 200
) -> HttpResponse:
    cases = queue(set(request.session.get(SKIPPED, [])))
    case = next((one for one in cases if one.drawing_id == first), cases[0] if cases else None)
    context = {
        "case": case,
        "waiting": len(cases),
        "done": _done_today(request),
        "can_undo": bool(request.session.get(DECIDED)),
        "skipped": len(request.session.get(SKIPPED, [])),
        "errors": errors or [],
        "classes": DoodleClass.objects.active().values_list("name", flat=True),
        **_about(case),
    }
    return render(request, "review.html", context, status=status)


def _about(case: Case | None) -> dict[str, object]:
    if case is None:
        return {}
    drawing = Drawing.objects.select_related("label", "prompt").with_predictions().get(pk=case.drawing_id)
    guess = drawing.first_prediction()
    # What "yes" confirms: what people said, else what was asked for, else the guess.
    proposal = drawing.label or drawing.prompt or (guess and DoodleClass.objects.filter(name=guess.label).first())
    said = drawing.feedback.select_related("label")
    return {"drawing": drawing, "guess": guess, "proposal": proposal, "said": said}


def _done_today(request: HttpRequest) -> int:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Feedback.objects.filter(contributor=_reviewer(request), by_staff=True, updated_at__gte=midnight).count()


def _reviewer(request: HttpRequest) -> Contributor:
    return Contributor.objects.of_user(cast("User", request.user))
