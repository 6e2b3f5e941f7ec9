"""Django's SQLite backend, in which writers queue.

SQLite's own writers poll for the lock, sleeping up to 100 ms between two attempts, and the first to poll at the right
moment gets it, so some wait for long. A transaction therefore first takes the writer lock, which queues the threads of
a process and then the processes of the machine.
"""

from __future__ import annotations

from django.db.backends.sqlite3 import base

from doodlesite.sqlite3.writer_lock import WriterLock


class DatabaseWrapper(base.DatabaseWrapper):
    """Holds the writer lock from BEGIN to COMMIT or ROLLBACK. Writes outside a transaction wait as SQLite does."""

    _held_lock: WriterLock | None = None

    def _start_transaction_under_autocommit(self) -> None:
        if not self.is_in_memory_db():
            lock = WriterLock.at(f"{self.settings_dict['NAME']}-turn")
            lock.acquire(timeout=self.settings_dict["OPTIONS"]["timeout"])
            self._held_lock = lock  # only now: a lock that was not acquired must not be released
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._release_lock()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._release_lock()  # not after an error: a rollback follows

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._release_lock()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._release_lock()

    def _release_lock(self) -> None:
        lock, self._held_lock = self._held_lock, None
        if lock:
            lock.release()
