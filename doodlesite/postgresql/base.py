"""Django's PostgreSQL backend with a circuit breaker around connecting.

When a network loses packets, connecting takes seconds to fail. If every thread of a web process tried, all would wait,
and none would be left to recognize drawings, which needs no database.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from doodlesite.postgresql.circuit_breaker import CircuitBreaker


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        with CircuitBreaker.at(f"{conn_params.get('host')}:{conn_params.get('port')}").connecting():
            return super().get_new_connection(conn_params)
