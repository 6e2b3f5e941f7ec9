from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesRadioFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from recognition.admin.widgets.audit_mixin import AuditedAdmin
from recognition.admin.widgets.word_search import WordSearchMixin
from recognition.infra.words import InvalidWord, tidy_word
from recognition.labeling.merge import advice
from recognition.models import AuditEntry, DoodleClass, Drawing

if TYPE_CHECKING:
    from typing import TypedDict

    from django_stubs_ext import WithAnnotations

    class DrawingCounts(TypedDict):
        accepted_drawings: int
        proposed_drawings: int

    CountedClass = WithAnnotations[DoodleClass, DrawingCounts]


def _drawing_count(status: Drawing.Status) -> Coalesce:
    """Return a subquery that counts a class's drawings with this status, without samples."""
    drawings = Drawing.objects.by_people().filter(label=OuterRef("pk"), status=status).order_by().values("label")
    return Coalesce(Subquery(drawings.annotate(count=Count("pk")).values("count"), output_field=IntegerField()), 0)


class DoodleClassForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the types only
    class Meta:
        widgets = {"name": UnfoldAdminTextInputWidget({"autocapitalize": "off"})}

    def clean_name(self) -> str:
        try:
            name = tidy_word(self.cleaned_data["name"])
        except InvalidWord as error:
            raise forms.ValidationError(str(error)) from error
        if existing := DoodleClass.objects.named(name):
            raise forms.ValidationError(f"There is a class “{existing}” already.")
        return name


@admin.register(DoodleClass)
class DoodleClassAdmin(WordSearchMixin, AuditedAdmin):
    form = DoodleClassForm
    list_display = ["name", "is_active", "accepted", "proposed", "origin", "created_at"]
    list_filter = [("active", BooleanRadioFilter), ("origin", ChoicesRadioFilter)]
    search_fields = ["key", "name"]
    ordering = ["name"]
    list_per_page = 100
    actions = ["activate", "deactivate"]
    fields = ["name", "active", "direction_matters", "origin"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CountedClass]:
        classes: QuerySet[DoodleClass] = super().get_queryset(request)
        return classes.annotate(
            accepted_drawings=_drawing_count(Drawing.Status.ACCEPTED),
            proposed_drawings=_drawing_count(Drawing.Status.PROPOSED),
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        for double, kept in DoodleClass.objects.doubles():
            messages.warning(request, advice(double, kept))
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().add_view(request, *args, **kwargs)
        except IntegrityError:  # somebody added the same word at this moment
            messages.error(request, "Somebody has added this class at the same moment.")
            return HttpResponseRedirect(reverse("admin:recognition_doodleclass_changelist"))
        return response

    def get_readonly_fields(self, request: HttpRequest, obj: DoodleClass | None = None) -> list[str]:
        # Versions and predictions refer to a class by its name, so it cannot be renamed.
        return ["name"] if obj else []

    @display(description="active", ordering="active", label={"active": "success"})
    def is_active(self, doodle_class: DoodleClass) -> str:
        return "active" if doodle_class.active else "inactive"

    @display(description="accepted drawings", ordering="accepted_drawings")
    def accepted(self, doodle_class: CountedClass) -> SafeString:
        return _link(doodle_class, Drawing.Status.ACCEPTED, doodle_class.accepted_drawings)

    @display(description="proposed drawings", ordering="proposed_drawings")
    def proposed(self, doodle_class: CountedClass) -> SafeString:
        return _link(doodle_class, Drawing.Status.PROPOSED, doodle_class.proposed_drawings)

    @admin.action(permissions=["change"], description="Activate: show on the page and train")
    def activate(self, request: HttpRequest, classes: QuerySet[DoodleClass]) -> None:
        self._switch(request, classes, active=True)

    @admin.action(permissions=["change"], description="Deactivate: neither show nor train")
    def deactivate(self, request: HttpRequest, classes: QuerySet[DoodleClass]) -> None:
        self._switch(request, classes, active=False)

    def _switch(self, request: HttpRequest, classes: QuerySet[DoodleClass], *, active: bool) -> None:
        verb = "Activated" if active else "Deactivated"
        names = list(classes.values_list("name", flat=True))
        AuditEntry.objects.record(AuditEntry.Action.CHANGED, f"{len(names)} classes", f"{verb} {', '.join(names)}")
        messages.success(request, f"{verb} {classes.update(active=active)} classes.")


def _link(doodle_class: DoodleClass, status: Drawing.Status, count: int) -> SafeString:
    url = reverse("admin:recognition_drawing_changelist")
    query = f"label__id__exact={doodle_class.pk}&status__exact={status}"
    return format_html('<a href="{}?{}" class="text-link">{}</a>', url, query, count)
