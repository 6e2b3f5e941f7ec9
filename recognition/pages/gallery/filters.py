"""The filters of the gallery, from the query string."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from recognition.models import Contributor, DoodleClass, Drawing, Exhibit
from recognition.models.exhibit import CONFIDENCE_BANDS
from recognition.pages.gallery.keyset import Position, parse_position, rows_after

RIGHT = [("", "right or wrong"), ("yes", "right"), ("no", "wrong")]
SURE = [
    ("", "however sure"),
    *(
        (str(band), f"{100 * band // CONFIDENCE_BANDS}–{100 * (band + 1) // CONFIDENCE_BANDS} % sure")
        for band in range(CONFIDENCE_BANDS)
    ),
]
SOURCES = [("", "from anywhere"), *Drawing.Source.choices]
# Attributes of a field for a name: the page suggests names, and a phone must not begin it with a capital letter.
CLASS_NAME = {"list": "class-names", "placeholder": "anything", "autocomplete": "off", "autocapitalize": "none"}
DAMAGED = "The address of this page is damaged; start again from the newest drawings."
MAX_INTEGER = 2**31 - 1  # of PostgreSQL


class GalleryFilter(forms.Form):
    """The filters of the gallery; all are optional."""

    label = forms.ModelChoiceField(
        DoodleClass.objects.all(),
        to_field_name="name",
        required=False,
        widget=forms.TextInput(CLASS_NAME),
        label="Drawings of",
        error_messages={"invalid_choice": "There is no class “%(value)s”."},
    )
    guess = forms.CharField(
        max_length=64,
        required=False,
        widget=forms.TextInput(CLASS_NAME),
        label="Taken for",
    )
    right = forms.ChoiceField(choices=RIGHT, required=False, label="Was it right")
    sure = forms.ChoiceField(choices=SURE, required=False, label="Confidence")
    source = forms.ChoiceField(choices=SOURCES, required=False, label="Source")
    version = forms.IntegerField(
        min_value=1,
        max_value=MAX_INTEGER,
        required=False,
        label="Version",
        widget=forms.NumberInput({"placeholder": "any"}),
    )
    mine = forms.BooleanField(required=False, label="Only mine")
    before = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput())

    def clean_before(self) -> Position | None:
        position: str = self.cleaned_data["before"]
        try:
            return parse_position(position) if position else None
        except ValueError as error:
            raise forms.ValidationError(DAMAGED) from error

    def exhibits(self, contributor: Contributor) -> QuerySet[Exhibit]:
        """Return the matching exhibits, newest first, or none if the query string is invalid."""
        exhibits = Exhibit.objects.all()
        if not self.is_valid():
            return exhibits.none()
        data = self.cleaned_data
        lookups: dict[str, Any] = {name: data[name] for name in ("label", "guess", "source", "version") if data[name]}
        if data["right"]:
            lookups["right"] = data["right"] == "yes"
        if data["sure"]:
            lookups["band"] = int(data["sure"])
        if data["mine"]:
            lookups["contributor"] = contributor
        exhibits = exhibits.filter(**lookups)
        return rows_after(exhibits, data["before"], "drawn_at") if data["before"] else exhibits

    def is_filtered(self) -> bool:
        """Return whether a filter is set."""
        return any(value for name, value in self.data.items() if name in self.fields and name != "before")
