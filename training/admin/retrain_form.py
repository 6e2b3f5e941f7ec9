from __future__ import annotations

from typing import Any

from django import forms
from unfold import widgets

from recognition.models import DoodleClass
from training.config import InvalidConfig, Preset, TrainingConfig, TrainingConfigSerializer
from training.hyperparameters import PRESETS

PRESET_CHOICES = [
    (
        preset.value,
        f"{preset.value}: {config.epochs} epochs or more, {config.rows_per_class:,} base drawings a class",
    )
    for preset, config in PRESETS.items()
]
PROMOTE_CHOICES = [("", "as the site's settings say"), ("true", "yes"), ("false", "no")]


class RetrainForm(forms.Form):
    """The form for a training config. Help texts and limits come from `training.config`."""

    preset = forms.ChoiceField(choices=PRESET_CHOICES, initial=Preset.STANDARD, widget=widgets.UnfoldAdminSelectWidget)
    classes = forms.ModelMultipleChoiceField(
        DoodleClass.objects.active(),
        to_field_name="name",
        required=False,
        widget=widgets.UnfoldAdminSelect2MultipleWidget,
    )
    epochs = forms.IntegerField(required=False, widget=widgets.UnfoldAdminIntegerFieldWidget)
    rows_per_class = forms.IntegerField(required=False, widget=widgets.UnfoldAdminIntegerFieldWidget)
    learning_rate = forms.FloatField(required=False, widget=widgets.UnfoldAdminTextInputWidget)
    augmentation = forms.FloatField(initial=TrainingConfig.augmentation, widget=widgets.UnfoldAdminTextInputWidget)
    warm_start = forms.BooleanField(
        initial=TrainingConfig.warm_start, required=False, widget=widgets.UnfoldBooleanSwitchWidget
    )
    promote = forms.ChoiceField(choices=PROMOTE_CHOICES, required=False, widget=widgets.UnfoldAdminSelectWidget)
    seed = forms.IntegerField(initial=TrainingConfig.seed, widget=widgets.UnfoldAdminIntegerFieldWidget)

    config: TrainingConfig  # set when the form is valid

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        described = TrainingConfigSerializer().fields
        for name, field in self.fields.items():
            field.label = name.replace("_", " ").capitalize()
            field.help_text = described[name].help_text or ""

    def clean(self) -> dict[str, Any]:
        values = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        values["classes"] = [doodle_class.name for doodle_class in values.get("classes", [])]
        try:
            self.config = TrainingConfig.from_dict(values)
        except InvalidConfig as error:
            for field, messages in error.errors.items():
                self.add_error(field, messages)
        return self.cleaned_data
