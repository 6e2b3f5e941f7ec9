"""Django's PostgreSQL, where one thread of a process looks for a lost server while the others hear that it is lost.

Where a network loses packets, connecting takes seconds to fail. If everybody tried, all threads of a web process would
wait, and none would be left to recognize drawings, which takes no database.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from doodlesite.postgresql.lookout import Lookout


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        with Lookout.at(f"{conn_params.get('host')}:{conn_params.get('port')}").looking():
            return super().get_new_connection(conn_params)
