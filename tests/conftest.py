from __future__ import annotations

import pytest

from recognition import champion


@pytest.fixture(autouse=True)
def forget_the_champion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test starts as a process does: without a network loaded."""
    monkeypatch.setattr(champion, "_keeper", champion.ChampionKeeper())
