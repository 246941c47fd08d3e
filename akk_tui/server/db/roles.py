"""PostgreSQL: a role for the server that reads and writes rows but makes, changes and drops nothing.

``akk-server init`` runs as the owner of the tables and grants; ``akk-server run`` connects as the other role. The audit
takes new records from it and no change, and the schema's version is only read.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, Connection, delete, insert, select, text

from akk_tui.contract.codec import decode, encode
from akk_tui.contract.text import clean
from akk_tui.server.db.tables import SETTING
from akk_tui.server.errors import NoSuchRole

_NAME: Final = "app_role"


def grant(connection: Connection, role: str | None) -> str | None:
    """Give ``role`` what the server needs, and nothing beyond; without a role the one of the last time.

    In the caller's writing transaction; returns the role (None: there is none). Raises NoSuchRole.
    """
    asked = role or _remembered(connection)
    if asked is None:
        return None
    if connection.dialect.name == "sqlite":
        raise NoSuchRole(role=clean(asked)[:64], reason="SQLite")
    if connection.execute(_KNOWN, {"r": asked}).first() is None:
        raise NoSuchRole(role=clean(asked)[:64], reason="CREATE ROLE … LOGIN")
    connection.execute(_SET, {"r": asked})
    connection.execute(_GRANT)
    if role is not None:
        connection.execute(delete(SETTING).where(SETTING.c.name == _NAME))
        connection.execute(insert(SETTING), {"name": _NAME, "value": encode(role).decode()})
    return asked


def _remembered(connection: Connection) -> str | None:
    found = connection.execute(select(SETTING.c.value).where(SETTING.c.name == bindparam("n")), {"n": _NAME}).scalar()
    return None if found is None else decode(str, found)


_KNOWN: Final = text("SELECT 1 FROM pg_roles WHERE rolname = :r")
_SET: Final = text("SELECT set_config('akk.role', :r, true)")
# The name is a value until PostgreSQL itself quotes it.
_GRANT: Final = text(
    """
    DO $$
    DECLARE
        app text := current_setting('akk.role');
        place text := current_schema();
    BEGIN
        EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC, %I', place, app);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', place, app);
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', place, app);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', place, app);
        EXECUTE format('REVOKE UPDATE, DELETE ON audit FROM %I', app);
        EXECUTE format('REVOKE INSERT, DELETE ON audit_head FROM %I', app);
        EXECUTE format('REVOKE DELETE ON log, mark, head FROM %I', app);
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM %I', app);
    END $$
    """
)
