"""The filters and the order of the gallery, from the query string."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

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
SORTS = [("", "Newest"), ("oldest", "Oldest"), ("surest", "Most sure"), ("unsure", "Least sure")]
BY_CONFIDENCE = ("surest", "unsure")
ASCENDING = ("oldest", "unsure")
WITHOUT_CONFIDENCE = ("sure", "source", "version")  # filters that no index sorts by confidence
SUGGESTIONS = 5  # for a word that is not known
# Attributes of a field for a name: the page suggests names, and a phone must not begin it with a capital letter.
CLASS_NAME = {"list": "class-names", "placeholder": "anything", "autocomplete": "off", "autocapitalize": "off"}
DAMAGED = "The address of this page is damaged; start again from the newest drawings."
MAX_INTEGER = 2**31 - 1  # of PostgreSQL


class GalleryFilter(forms.Form):
    """The filters of the gallery, its order and the position of a page; all are optional."""

    label = forms.CharField(
        max_length=64,
        required=False,
        widget=forms.TextInput(CLASS_NAME | {"type": "search"}),
        label="Search for a word",
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
    sort = forms.ChoiceField(choices=SORTS, required=False, widget=forms.HiddenInput())
    before = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput())

    unknown_field = unknown_word = ""  # the field with a word that is no class, and that word

    def clean_label(self) -> DoodleClass | None:
        return self._class_in("label")

    def clean_guess(self) -> str:
        doodle_class = self._class_in("guess")
        return doodle_class.name if doodle_class else self.cleaned_data["guess"]

    def clean_before(self) -> Position | None:
        position: str = self.cleaned_data["before"]
        try:
            return parse_position(position, is_moment=self.data.get("sort") not in BY_CONFIDENCE) if position else None
        except ValueError as error:
            raise forms.ValidationError(DAMAGED) from error

    def exhibits(self, contributor: Contributor) -> QuerySet[Exhibit]:
        """Return the matching exhibits in order; none if the query string is invalid or the word is unknown."""
        exhibits = Exhibit.objects.all()
        if not self.is_valid() or self.unknown_word:
            return exhibits.none()
        data = self.cleaned_data
        lookups: dict[str, Any] = {name: data[name] for name in ("label", "guess", "source", "version") if data[name]}
        if data["right"]:
            lookups["right"] = data["right"] == "yes"
        if data["sure"]:
            lookups["band"] = int(data["sure"])
        if data["mine"]:
            lookups["contributor"] = contributor
        return self._sorted(exhibits.filter(**lookups))

    def position_of(self, exhibit: Exhibit) -> Position:
        """Return the position of an exhibit in the order that was asked for."""
        return getattr(exhibit, self._sort_field), exhibit.pk

    def is_canonical(self) -> bool:
        """Return whether the address names only what is set, and an order that an index supports."""
        return all(self.data.values()) and (self.data.get("sort") not in BY_CONFIDENCE or self.may_sort_by_confidence())

    def may_sort_by_confidence(self) -> bool:
        """Return whether an index sorts by confidence what the filters find."""
        return not any(self.data.get(name) for name in WITHOUT_CONFIDENCE)

    def address(self, **changes: str) -> str:
        """Return the address with these parameters changed. It starts from the first page unless `before` is given."""
        query = dict(self.data.items()) | {"before": ""} | changes
        if not self.may_sort_by_confidence() and query.get("sort") in BY_CONFIDENCE:
            del query["sort"]
        query = {name: value for name, value in query.items() if value and name in self.fields}
        return f"?{urlencode(query)}" if query else reverse("gallery")

    def chips(self) -> list[tuple[str, str]]:
        """Return each filter that is set, in words, with the address without it."""
        data = self.cleaned_data
        words = {
            "label": data.get("label") or (self.unknown_word if self.unknown_field == "label" else ""),
            "guess": data.get("guess") and f"taken for {data['guess']}",
            "right": data.get("right") and dict(RIGHT)[data["right"]],
            "sure": data.get("sure") and dict(SURE)[data["sure"]],
            "source": data.get("source") and dict(SOURCES)[data["source"]],
            "version": data.get("version") and f"version {data['version']}",
            "mine": data.get("mine") and "only mine",
        }
        return [(str(text), self.address(**{name: ""})) for name, text in words.items() if text]

    def sorts(self) -> list[tuple[str, str, bool]]:
        """Return each order on offer: its name, its address, and whether it is the present one."""
        offered = [sort for sort in SORTS if self.may_sort_by_confidence() or sort[0] not in BY_CONFIDENCE]
        return [(name, self.address(sort=value), value == self.data.get("sort", "")) for value, name in offered]

    def suggestions(self) -> list[tuple[str, str]]:
        """Return the words that are most like the unknown one, each with its address."""
        words = DoodleClass.objects.active().like(self.unknown_word, SUGGESTIONS) if self.unknown_word else []
        return [(word, self.address(**{self.unknown_field: word})) for word in words]

    def _class_in(self, field: str) -> DoodleClass | None:
        word: str = self.cleaned_data[field]
        doodle_class = DoodleClass.objects.named(word) if word else None
        if word and doodle_class is None:
            self.unknown_field, self.unknown_word = field, word
        return doodle_class

    @property
    def _sort_field(self) -> str:
        return "confidence" if self.data.get("sort") in BY_CONFIDENCE else "drawn_at"

    def _sorted(self, exhibits: QuerySet[Exhibit]) -> QuerySet[Exhibit]:
        field, is_ascending = self._sort_field, self.data.get("sort") in ASCENDING
        exhibits = exhibits.order_by(*(f"{'' if is_ascending else '-'}{name}" for name in (field, "drawing_id")))
        if field == "confidence":
            exhibits = exhibits.filter(confidence__isnull=False)  # of some, no network has said anything
        position = self.cleaned_data["before"]
        return rows_after(exhibits, position, field, ascending=is_ascending) if position else exhibits
