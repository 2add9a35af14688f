# SPDX-License-Identifier: Apache-2.0
"""MLflow's database stores as delegates: without a pool, so that a fork finds no open connection, which SQLite does not survive."""
from __future__ import annotations

import threading

import sqlalchemy
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore as RegistryStore
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore as TrackingStore
from sqlalchemy.pool import NullPool


def _engine(uri: str):
    return sqlalchemy.create_engine(uri, pool_pre_ping=True, poolclass=NullPool)


class _OwnEngines:
    _engine_map: dict = {}
    _engine_map_lock = threading.Lock()

    @classmethod
    def _get_or_create_engine(cls, db_uri):
        with cls._engine_map_lock:
            if db_uri not in cls._engine_map:
                cls._engine_map[db_uri] = _engine(db_uri)
            return cls._engine_map[db_uri]


Tracking = type("SqlAlchemyStore", (_OwnEngines, TrackingStore), {})  # by their name in messages
Registry = type("SqlAlchemyStore", (_OwnEngines, RegistryStore), {})
