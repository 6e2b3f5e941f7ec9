"""Django's SQLite, with writers that queue instead of guessing when the lock is free.

SQLite waits by sleeping up to 100 ms between two looks, and whoever happens to look at the right moment goes first:
with 8 people drawing at once the slowest hundredth of answers took five to ten times as long (docs/benchmarks.md). So
a transaction takes its turn first, among the threads of its process and then among the processes of the machine.
"""

from __future__ import annotations

from django.db.backends.sqlite3 import base

from doodlesite.sqlite3.writer_lock import Turn


class DatabaseWrapper(base.DatabaseWrapper):
    """Has the turn from BEGIN to COMMIT or ROLLBACK. What writes outside a transaction waits as SQLite does."""

    _turn: Turn | None = None

    def _start_transaction_under_autocommit(self) -> None:
        if not self.is_in_memory_db():
            turn = Turn.at(f"{self.settings_dict['NAME']}-turn")
            turn.take(patience=self.settings_dict["OPTIONS"]["timeout"])
            self._turn = turn  # ours to pass on only now
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._pass_turn_on()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._pass_turn_on()  # not after a failure: a rollback follows

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._pass_turn_on()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._pass_turn_on()

    def _pass_turn_on(self) -> None:
        turn, self._turn = self._turn, None
        if turn:
            turn.pass_on()
