from __future__ import annotations

import json

from django.conf import settings

from recognition import starter
from training.starter.model_card import render_model_card


def test_the_model_card_is_that_of_the_model_that_ships() -> None:
    facts = json.loads((starter.FOLDER / "starter.json").read_text())
    assert (settings.BASE_DIR / "docs" / "model-card.md").read_text() == render_model_card(facts)
