"""What the gallery's address says: which drawings, and from where on."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from recognition.models import Contributor, DoodleClass, Drawing, Exhibit
from recognition.models.exhibit import BANDS, ExhibitQuerySet

RIGHT = [("", "right or wrong"), ("yes", "right"), ("no", "wrong")]
SURE = [
    ("", "however sure"),
    *((str(band), f"{100 * band // BANDS}–{100 * (band + 1) // BANDS} % sure") for band in range(BANDS)),
]
SOURCES = [("", "from anywhere"), *Drawing.Source.choices]
LARGEST_NUMBER = 2**31 - 1  # of PostgreSQL's integer


class GalleryFilter(forms.Form):
    """The filters of the gallery; all of them may be left out."""

    label = forms.ModelChoiceField(
        DoodleClass.objects.all(),
        to_field_name="name",
        required=False,
        widget=forms.TextInput({"list": "class-names", "placeholder": "anything", "autocomplete": "off"}),
        label="Drawings of",
        error_messages={"invalid_choice": "There is no class “%(value)s”."},
    )
    guess = forms.CharField(
        max_length=64,
        required=False,
        widget=forms.TextInput({"list": "class-names", "placeholder": "anything", "autocomplete": "off"}),
        label="Taken for",
    )
    right = forms.ChoiceField(choices=RIGHT, required=False, label="Was it right")
    sure = forms.ChoiceField(choices=SURE, required=False, label="Confidence")
    source = forms.ChoiceField(choices=SOURCES, required=False, label="Source")
    version = forms.IntegerField(
        min_value=1,
        max_value=LARGEST_NUMBER,
        required=False,
        label="Version",
        widget=forms.NumberInput({"placeholder": "any"}),
    )
    mine = forms.BooleanField(required=False, label="Only mine")
    before = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput())

    def clean_before(self) -> tuple[datetime, uuid.UUID] | None:
        given: str = self.cleaned_data["before"]
        if not given:
            return None
        moment, _, drawing = given.partition("~")
        try:
            drawn_at, drawing_id = parse_datetime(moment), uuid.UUID(drawing)
        except ValueError:
            drawn_at = None
        if drawn_at is None or drawn_at.tzinfo is None:
            raise forms.ValidationError("The address of this page is damaged; start again from the newest drawings.")
        return drawn_at, drawing_id

    def exhibits(self, contributor: Contributor) -> ExhibitQuerySet:
        """Return what is asked for, newest first; nothing when the address makes no sense."""
        exhibits = Exhibit.objects.all()
        if not self.is_valid():
            return exhibits.none()
        asked = self.cleaned_data
        wanted: dict[str, Any] = {name: asked[name] for name in ("label", "guess", "source", "version") if asked[name]}
        if asked["right"]:
            wanted["right"] = asked["right"] == "yes"
        if asked["sure"]:
            wanted["band"] = int(asked["sure"])
        if asked["mine"]:
            wanted["contributor"] = contributor
        exhibits = exhibits.filter(**wanted)
        return exhibits.older_than(*asked["before"]) if asked["before"] else exhibits

    def is_filtered(self) -> bool:
        """Tell whether some drawings are left out."""
        return any(value for name, value in self.data.items() if name in self.fields and name != "before")


def address_of(exhibit: Exhibit) -> str:
    """Return where the drawings after this one start, for `before`."""
    return f"{exhibit.drawn_at.isoformat()}~{exhibit.drawing_id}"
