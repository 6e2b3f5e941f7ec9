from __future__ import annotations

import pytest
from django.template import engines


def rendered(expression: str, value: float | None) -> str:
    return engines["django"].from_string("{% load shares %}{{ value|" + expression + " }}").render({"value": value})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.984, "98 %"),
        (0.875, "88 %"),  # as JavaScript rounds
        (0.99, "99 %"),
        (0.9999, "&gt; 99 %"),
        (1.0, "&gt; 99 %"),
        (0.01, "1 %"),
        (0.0001, "&lt; 1 %"),
        (None, "–"),
    ],
)
def test_a_share_in_a_sentence_is_whole_and_never_certain(value: float | None, text: str) -> None:
    assert rendered("share", value) == text.replace(" ", "\xa0")


def test_a_share_in_a_table_has_one_decimal() -> None:
    assert rendered("percent", 0.984) == "98.4\xa0%"
