"""Drawings of Quick, Draw! whose label may be wrong: reviewers look at one after the other, and keep or exclude it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from recognition.labeling.reviewer_quality import is_trusted_user
from recognition.pages.review.views import may_label
from training.models import Suspect

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SKIPPED, DECIDED = "suspects skipped", "suspects decided"  # in the session
MOST_UNDONE = 20
PAGE = 60  # excluded drawings

DECISIONS = {"keep": Suspect.Decision.KEPT, "exclude": Suspect.Decision.EXCLUDED}


class DecisionForm(forms.Form):
    """What a reviewer says about one drawing."""

    suspect = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    verdict = forms.ChoiceField(choices=[(name, name) for name in (*DECISIONS, "skip")])


@staff_member_required
@may_label
@require_safe
def suspects(request: HttpRequest) -> HttpResponse:
    """Show the drawing whose label is doubted most."""
    return _page(request)


@staff_member_required
@may_label
@require_POST
def judge(request: HttpRequest) -> HttpResponse:
    """Take a verdict and show the next drawing; what somebody else has decided meanwhile stays."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, error="That was no verdict about a drawing of the list.", status=400)
    pk, verdict = form.cleaned_data["suspect"], form.cleaned_data["verdict"]
    if verdict == "skip":
        request.session[SKIPPED] = [*request.session.get(SKIPPED, []), pk]
    elif not is_trusted_user(_user(request)):
        return _page(request, status=403)
    elif Suspect.objects.decide(pk, DECISIONS[verdict], _user(request)):
        request.session[DECIDED] = [*request.session.get(DECIDED, []), pk][-MOST_UNDONE:]
    else:
        messages.info(request, "Somebody else was faster: that drawing is settled already, or no longer suspected.")
    return redirect("suspects")


@staff_member_required
@may_label
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the last decision of this session, unless it is somebody else's by now; the drawing comes first."""
    decided = request.session.get(DECIDED, [])
    if not decided:
        return redirect("suspects")
    *request.session[DECIDED], last = decided
    request.session.modified = True
    if Suspect.objects.reopen(last, by=_user(request)):
        return _page(request, first=last)
    messages.info(request, "That decision is not yours any more: somebody has taken it back since.")
    return redirect("suspects")


@staff_member_required
@may_label
@require_safe
def excluded(request: HttpRequest) -> HttpResponse:
    """List what no data set takes."""
    before = request.GET.get("before", "")
    found = Suspect.objects.excluded().select_related("decided_by")
    if before.isdecimal() and len(before) < 19:
        found = found.before(int(before))
    shown = list(found[: PAGE + 1])
    older = shown[PAGE - 1].pk if len(shown) > PAGE else None
    return render(request, "review/excluded.html", {"excluded": shown[:PAGE], "older": older})


@staff_member_required
@may_label
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the next data set have a drawing again; it waits for a decision as before."""
    if Suspect.objects.reopen(pk):
        messages.success(request, "Taken back: the next data set has it again.")
    return redirect("excluded-suspects")


def _page(request: HttpRequest, *, first: int | None = None, error: str = "", status: int = 200) -> HttpResponse:
    skipped = request.session.get(SKIPPED, [])
    waiting = Suspect.objects.open().exclude(pk__in=skipped)
    context = {
        "suspect": (first and waiting.filter(pk=first).first()) or waiting.first(),
        "waiting": waiting.count(),  # bounded: see training.labels.label_errors.MOST
        "done": _done_today(request),
        "skipped": len(skipped),
        "can_undo": bool(request.session.get(DECIDED)),
        "may_decide": is_trusted_user(_user(request)),
        "error": error,
    }
    return render(request, "review/suspect.html", context, status=status)


def _done_today(request: HttpRequest) -> int:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Suspect.objects.filter(decided_by=_user(request), decided_at__gte=midnight).count()


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
