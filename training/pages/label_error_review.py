"""The review of suspected label errors in Quick, Draw!: reviewers keep or exclude one drawing after the other."""

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

SKIPPED_KEY, DECIDED_KEY = "suspects skipped", "suspects decided"  # in the session
MAX_UNDOABLE_DECISIONS = 20
PAGE_SIZE = 60  # excluded drawings

DECISIONS = {"keep": Suspect.Decision.KEPT, "exclude": Suspect.Decision.EXCLUDED}


class DecisionForm(forms.Form):
    """A reviewer's verdict on one drawing."""

    suspect = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    verdict = forms.ChoiceField(choices=[(name, name) for name in (*DECISIONS, "skip")])


@staff_member_required
@may_label
@require_safe
def review_suspect(request: HttpRequest) -> HttpResponse:
    """Show the open suspect with the highest doubt."""
    return _suspect_page(request)


@staff_member_required
@may_label
@require_POST
def decide_suspect(request: HttpRequest) -> HttpResponse:
    """Store a verdict and show the next suspect. An earlier decision by another reviewer stays."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _suspect_page(request, error="That drawing is not on the list, or the answer is not valid.", status=400)
    pk, verdict = form.cleaned_data["suspect"], form.cleaned_data["verdict"]
    if verdict == "skip":
        request.session[SKIPPED_KEY] = [*request.session.get(SKIPPED_KEY, []), pk]
    elif not is_trusted_user(_user(request)):
        return _suspect_page(request, status=403)
    elif Suspect.objects.decide(pk, DECISIONS[verdict], _user(request)):
        request.session[DECIDED_KEY] = [*request.session.get(DECIDED_KEY, []), pk][-MAX_UNDOABLE_DECISIONS:]
    else:
        messages.info(request, "Somebody else was faster. That drawing is already decided, or no longer suspected.")
    return redirect("suspects")


@staff_member_required
@may_label
@require_POST
def undo_decision(request: HttpRequest) -> HttpResponse:
    """Revert the last decision of this session and show its suspect.

    A decision that another reviewer has changed since is left alone.
    """
    decided = request.session.get(DECIDED_KEY, [])
    if not decided:
        return redirect("suspects")
    *request.session[DECIDED_KEY], last = decided
    request.session.modified = True
    if Suspect.objects.reopen(last, by=_user(request)):
        return _suspect_page(request, first=last)
    messages.info(request, "Somebody else has already taken that decision back.")
    return redirect("suspects")


@staff_member_required
@may_label
@require_safe
def excluded_list(request: HttpRequest) -> HttpResponse:
    """List the excluded drawings, newest first."""
    before = request.GET.get("before", "")
    suspects = Suspect.objects.excluded().select_related("decided_by")
    if before.isdecimal() and len(before) < 19:
        suspects = suspects.before(int(before))
    # One more than a page tells whether there is an older page.
    page = list(suspects[: PAGE_SIZE + 1])
    older = page[PAGE_SIZE - 1].pk if len(page) > PAGE_SIZE else None
    return render(request, "review/excluded.html", {"excluded": page[:PAGE_SIZE], "older": older})


@staff_member_required
@may_label
@require_POST
def restore_excluded(request: HttpRequest, pk: int) -> HttpResponse:
    """Revert an exclusion, so that the suspect is open again and the next data set includes it."""
    if Suspect.objects.reopen(pk):
        messages.success(request, "Taken back. The next data set uses it again.")
    return redirect("excluded-suspects")


def _suspect_page(
    request: HttpRequest, *, first: int | None = None, error: str = "", status: int = 200
) -> HttpResponse:
    skipped = request.session.get(SKIPPED_KEY, [])
    open_suspects = Suspect.objects.open().exclude(pk__in=skipped)
    context = {
        "suspect": (first and open_suspects.filter(pk=first).first()) or open_suspects.first(),
        "waiting": open_suspects.count(),  # at most training.labels.label_errors.MAX_SUSPECTS
        "done": _decided_today(request),
        "skipped": len(skipped),
        "can_undo": bool(request.session.get(DECIDED_KEY)),
        "may_decide": is_trusted_user(_user(request)),
        "error": error,
    }
    return render(request, "review/suspect.html", context, status=status)


def _decided_today(request: HttpRequest) -> int:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Suspect.objects.filter(decided_by=_user(request), decided_at__gte=midnight).count()


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
