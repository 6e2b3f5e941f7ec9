"""Words that people proposed, with their drawings; one click adds a word as a class or refuses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import RadioFilter
from unfold.decorators import display

from recognition.admin.widgets.read_only import RecordAdmin
from recognition.admin.widgets.thumbnails import thumbnail
from recognition.admin.widgets.word_search import WordSearchMixin
from recognition.labeling import word_proposals
from recognition.models import WordProposal

if TYPE_CHECKING:
    from typing import TypedDict

    from django_stubs_ext import WithAnnotations

    class DrawingCount(TypedDict):
        drawing_count: int

    CountedWord = WithAnnotations[WordProposal, DrawingCount]

SHOWN_DRAWINGS = 5  # of each word
ADD_CLASS = "recognition.add_doodleclass"


class StatusFilter(RadioFilter):
    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[WordProposal]) -> list[tuple[str, str]]:
        return WordProposal.Status.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[WordProposal]) -> QuerySet[WordProposal]:
        return queryset.filter(status=self.value()) if self.value() else queryset


@admin.register(WordProposal)
class WordProposalAdmin(WordSearchMixin, RecordAdmin):
    list_display = ["name", "drawings", "pictures", "state", "decision", "created_at"]
    list_filter = [StatusFilter]
    list_display_links = None
    list_per_page = 25
    search_fields = ["key", "name"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CountedWord]:
        words: QuerySet[WordProposal] = super().get_queryset(request)
        return words.annotate(drawing_count=Count("feedback__drawing", distinct=True))

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return [name for name in self.list_display if name != "decision" or request.user.has_perm(ADD_CLASS)]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/accept/", view(require_POST(self.accept)), name="recognition_wordproposal_accept"),
            path("<int:pk>/refuse/", view(require_POST(self.refuse)), name="recognition_wordproposal_refuse"),
            *super().get_urls(),
        ]

    def accept(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, word_proposals.accept, "“{}” is a class now, offered on the page.")

    def refuse(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, word_proposals.refuse, "“{}” is refused.")

    def _decide(
        self, request: HttpRequest, pk: int, decide: Callable[[WordProposal], object], message: str
    ) -> HttpResponse:
        if not request.user.has_perm(ADD_CLASS):
            raise PermissionDenied
        proposal = get_object_or_404(WordProposal, pk=pk)
        decide(proposal)
        messages.success(request, message.format(proposal))
        return HttpResponseRedirect(reverse("admin:recognition_wordproposal_changelist"))

    @display(description="drawings", ordering="drawing_count")
    def drawings(self, proposal: CountedWord) -> int:
        return proposal.drawing_count

    @display(description="the latest")
    def pictures(self, proposal: WordProposal) -> SafeString:
        drawings = proposal.drawings().order_by("-created_at", "-pk")
        page = "admin:recognition_drawing_change"
        links = ((reverse(page, args=[drawing.pk]), thumbnail(drawing)) for drawing in drawings[:SHOWN_DRAWINGS])
        return format_html('<span class="doodle-row">{}</span>', format_html_join("", '<a href="{}">{}</a>', links))

    @display(description="status", ordering="status", label={"to decide": "warning", "added as a class": "success"})
    def state(self, proposal: WordProposal) -> str:
        return proposal.get_status_display()

    @display(description="decide")
    def decision(self, proposal: WordProposal) -> SafeString:
        # The buttons send the form around the list, which holds the token against forgery.
        choices = [
            (reverse(f"admin:recognition_wordproposal_{verb}", args=[proposal.pk]), verb.capitalize())
            for verb, status in [("accept", WordProposal.Status.ACCEPTED), ("refuse", WordProposal.Status.REFUSED)]
            if proposal.status != status and proposal.status != WordProposal.Status.ACCEPTED
        ]
        button = '<button class="doodle-button" type="submit" formaction="{}" formnovalidate>{}</button>'
        return format_html('<span class="doodle-row">{}</span>', format_html_join("", button, choices))
