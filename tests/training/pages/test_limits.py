from __future__ import annotations

from training.pages.urls import urlpatterns

FOR_STAFF = {"suspects", "judge-suspect", "undo-suspect", "excluded-suspects", "take-back-suspect"}


def test_every_page_that_anybody_may_ask_for_is_limited() -> None:
    unlimited = {pattern.name for pattern in urlpatterns if not hasattr(pattern.callback, "limited_by")}

    assert unlimited == FOR_STAFF
