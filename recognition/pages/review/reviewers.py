"""Reviewer quality: reviewers see their own figures; staff with permission see those of all reviewers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from recognition.labeling.reviewer_quality import active_reviewers, reset_gold_answers
from recognition.models import Contributor
from recognition.pages.review.views import may_label, reviewer_of


@staff_member_required
@may_label
@require_safe
def reviewer_list(request: HttpRequest) -> HttpResponse:
    """List the reviewers, starting with those who are not trusted."""
    me, all_reviewers = reviewer_of(request), active_reviewers()
    context = {
        "mine": next((reviewer for reviewer in all_reviewers if reviewer.contributor == me), None),
        "reviewers": all_reviewers if request.user.has_perm("recognition.view_contributor") else [],
        "may_reset": request.user.has_perm("auth.change_user"),
    }
    return render(request, "review/reviewers.html", context)


@staff_member_required
@permission_required("auth.change_user", raise_exception=True)
@require_POST
def reset_reviewer(request: HttpRequest, contributor_id: UUID) -> HttpResponse:
    """Delete a reviewer's answers about gold drawings, so that the reviewer is trusted again."""
    reviewer = get_object_or_404(Contributor.objects.select_related("user"), pk=contributor_id, user__isnull=False)
    reset_gold_answers(reviewer)
    messages.success(request, f"{reviewer} starts afresh.")
    return redirect("reviewers")
