from __future__ import annotations

import pytest
from django.core.management import call_command

from recognition.models import Drawing

pytestmark = pytest.mark.django_db


def test_samples_are_hung_and_taken_away(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("samples", "add")
    count = Drawing.objects.filter(source="sample").count()
    call_command("samples", "remove")
    assert capsys.readouterr().out.splitlines() == [
        f"Hung {count} sample drawings in the gallery.",
        f"Took {count} sample drawings away.",
    ]
    assert not Drawing.objects.exists()
