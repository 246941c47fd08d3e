"""The schema's version: brought up to date by ``akk-server init``, checked whenever the server starts."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError

from akk_tui.server.db.engine import Database
from akk_tui.server.errors import DatabaseUnusable, NotInitialised, SchemaTooNew

REVISIONS: Final = ("0001", "0002", "0003", "0004")
"""All revisions, oldest first."""


def migrate(connection: Connection) -> None:
    """Bring the schema up to the newest revision, in the caller's writing transaction; raises SchemaTooNew."""
    from alembic import command
    from alembic.config import Config

    present = revision(connection)
    if present is not None and present not in REVISIONS:
        raise SchemaTooNew(db=connection.engine.url.database)
    config = Config()
    config.set_main_option("script_location", "akk_tui.server.db:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def revision(connection: Connection) -> str | None:
    """The schema's revision; None when there is no schema."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def check_schema(database: Database) -> None:
    """Raise NotInitialised, SchemaTooNew or DatabaseUnusable unless the schema is the one this version works with."""
    shown = database.url.database or str(database.url)
    try:
        with database.reading() as connection:
            found = revision(connection)
    except DatabaseError as cause:
        raise DatabaseUnusable(db=shown, reason=str(cause.orig)) from cause
    if found is not None and found not in REVISIONS:
        raise SchemaTooNew(db=shown)
    if found != REVISIONS[-1]:
        raise NotInitialised(db=shown)
