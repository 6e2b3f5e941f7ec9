"""A form field for a class, by its name."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from recognition.models import DoodleClass
from recognition.models.doodle_class import DoodleClassQuerySet


class ClassField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the types only
    """A class by its name, in any case and Unicode form; an unknown one is answered with the most similar."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(DoodleClass.objects.all(), to_field_name="name", **options)

    def to_python(self, value: Any) -> DoodleClass | None:
        if value in self.empty_values or isinstance(value, DoodleClass):
            return value or None
        classes = cast("DoodleClassQuerySet", self.queryset)
        doodle_class = classes.named(str(value))
        if doodle_class is None:
            raise forms.ValidationError(classes.unknown(str(value)))
        return doodle_class
