"""What the gallery's address says: which drawings, and from where on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from recognition.models import Contributor, DoodleClass, Drawing, Exhibit
from recognition.models.exhibit import CONFIDENCE_BANDS
from recognition.pages.gallery.keyset import Place, after, parse_address

RIGHT = [("", "right or wrong"), ("yes", "right"), ("no", "wrong")]
SURE = [
    ("", "however sure"),
    *(
        (str(band), f"{100 * band // CONFIDENCE_BANDS}–{100 * (band + 1) // CONFIDENCE_BANDS} % sure")
        for band in range(CONFIDENCE_BANDS)
    ),
]
SOURCES = [("", "from anywhere"), *Drawing.Source.choices]
DAMAGED = "The address of this page is damaged; start again from the newest drawings."
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

    def clean_before(self) -> Place | None:
        given: str = self.cleaned_data["before"]
        try:
            return parse_address(given) if given else None
        except ValueError as error:
            raise forms.ValidationError(DAMAGED) from error

    def exhibits(self, contributor: Contributor) -> QuerySet[Exhibit]:
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
        return after(exhibits, asked["before"], "drawn_at") if asked["before"] else exhibits

    def is_filtered(self) -> bool:
        """Tell whether some drawings are left out."""
        return any(value for name, value in self.data.items() if name in self.fields and name != "before")
